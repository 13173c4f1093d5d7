"""How numbers are written in pictures."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.widgets.figures.numbers import decimal, number, signed, subscript
from pages.widgets.shell.letters import visible

WITHIN = st.floats(-1e6, 1e6)


def read(text: str) -> Decimal:
    return Decimal(text.replace("−", "-").replace(",", ""))


@given(WITHIN, st.integers(0, 6))
def test_a_decimal_is_the_rounded_number_written_as_short_as_can_be(value: float, most: int) -> None:
    text = decimal(value, most)
    assert read(text) == round(Decimal(value), most)  # both round halves to even, exactly
    assert "." not in text or text[-1] not in ".0"
    assert text not in ("-0", "−0")
    assert "-" not in text


@given(WITHIN)
def test_a_short_number_is_off_by_half_a_digit_at_most(value: float) -> None:
    text = number(value)
    assert abs(float(read(text)) - value) <= max(0.5 if abs(value) >= 1000 else 0.0, 0.00501 * abs(value))
    assert "-" not in text.replace("e-", "")


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (-0.0, "0"), (3.0, "3"), (-1234.0, "−1,234"), (0.12345, "0.123"), (-2.5, "−2.5")]
)
def test_short_numbers(value: float, text: str) -> None:
    assert number(value) == text


def test_signs_and_indices_and_blanks() -> None:
    assert signed("-1 to -2") == "−1 to −2"
    assert subscript("w12") == "w₁₂"
    assert [visible(one) for one in (" ", "\n", "\t", "a", "\x00")] == ["␣", "⏎", "⇥", "a", "␀"]
