"""How numbers stand in pictures and sentences: few digits, a real minus sign, small indices."""

from __future__ import annotations

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def signed(text: str) -> str:
    """Write real minus signs.

    >>> signed("-0.5")
    '−0.5'
    """
    return text.replace("-", "−")


def decimal(value: float, most: int) -> str:
    """Write a number with at most so many decimals, and zero without a sign.

    >>> decimal(-1.5, 2), decimal(-0.001, 2), decimal(30.0, 0)
    ('−1.5', '0', '30')
    """
    text = f"{value:.{most}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else signed(text)


def number(value: float, digits: int = 3) -> str:
    """Write a number shortly: whole ones as they are, others with a few digits.

    >>> number(-1234.0), number(0.12345), number(-0.0)
    ('−1,234', '0.123', '0')
    """
    whole = value == round(value) or abs(value) >= 10**digits
    text = f"{value:,.0f}" if whole else f"{value:.{digits}g}"
    return signed(text) if text.strip("-") != "0" else "0"


def subscript(name: str) -> str:
    """Write the digits of a name small.

    >>> subscript("w12")
    'w₁₂'
    """
    return name.translate(SUBSCRIPTS)
