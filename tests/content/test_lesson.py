"""Lessons are split at headings and experiments; numbers and links are filled in, and code is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ContentError
from engine.facts import Source
from engine.lesson import anchor_of, fill, link_topics, links_in, numbers_in, parse_lesson, words_in


def parsed(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
    source = Source("lesson.md", text.split("\n"))
    sections = parse_lesson(source)
    assert source.problems == []
    return [(one.heading, [(block.kind, block.text) for block in one.blocks]) for one in sections]


def test_blocks_alternate_in_the_order_of_the_text() -> None:
    text = "## One\n\nfirst\n\n::: experiment a\n::: experiment b\n\nlast\n\n## Two ##\n"
    assert parsed(text) == [
        ("One", [("text", "first"), ("experiment", "a"), ("experiment", "b"), ("text", "last")]),
        ("Two", []),
    ]


def test_deeper_headings_stay_in_the_text() -> None:
    assert parsed("## One\n### Deeper\nx") == [("One", [("text", "### Deeper\nx")])]


@pytest.mark.parametrize("fence", ["```", "~~~", "`````"])
def test_fenced_code_holds_no_directive(fence: str) -> None:
    inside = f"{fence}python\n## a\n::: experiment b\n::: what\n<<c>> [d](topic:e)\n{fence}"
    assert parsed(f"## One\n{inside}\nafter") == [("One", [("text", f"{inside}\nafter")])]
    assert numbers_in(inside) == ()
    assert links_in(inside) == ()
    assert fill(inside, {}) == inside
    assert link_topics(inside, {"e"}) == inside
    assert words_in(inside) == 0


def test_a_shorter_or_other_fence_does_not_close() -> None:
    text = "````\n```\n## a\n~~~~\n````\n<<b>>"
    assert parsed(f"## One\n{text}") == [("One", [("text", text)])]
    assert numbers_in(text) == (("b", ""),)


def test_blocks_know_their_line() -> None:
    source = Source("lesson.md", ["## One", "", "", "text", "", "::: experiment a", "", "## Two", "more"])
    lines = [block.line for section in parse_lesson(source) for block in section.blocks]
    assert lines == [4, 6, 9]


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [("Why it matters", "why-it-matters"), ("k-means: why?", "k-means-why"), ("Größe & λ", "größe-λ"), ("?!", "")],
)
def test_anchor(heading: str, anchor: str) -> None:
    assert anchor_of(heading) == anchor


@pytest.mark.parametrize(
    ("text", "worked", "printed"),
    [
        ("<<a>>", {"a": 3}, "3"),
        ("<<a>>", {"a": 0.1 + 0.2}, "0.3"),
        ("<<a>>", {"a": 12345.678}, "12345.7"),
        ("<<a:.3f>>", {"a": 2}, "2.000"),
        ("<<a>>", {"a": "iris"}, "iris"),
        ("$x = <<a:.2f>>$ and <<b:,d>>", {"a": 1.005, "b": 12000}, "$x = 1.00$ and 12,000"),
        ("<<a:.2f>>", {"a": -0.001}, "0.00"),
        ("<<a:.2f>>", {"a": -0.01}, "-0.01"),
        ("1 << 2 >> 3 and <<>>", {}, "1 << 2 >> 3 and <<>>"),
    ],
)
def test_fill_prints_numbers(text: str, worked: dict[str, float | int | str], printed: str) -> None:
    assert fill(text, worked) == printed


@pytest.mark.parametrize(
    ("text", "worked", "says"),
    [
        ("<<b>>", {"a": 1}, "<<b>> names no number. worked() gives a."),
        ("<<a:.2q>>", {"a": 1.0}, "<<a:.2q>> cannot be printed"),
        ("<<a:.2f>>", {"a": "one"}, "<<a:.2f>> cannot be printed"),
        ("<<a>>", {"a": float("nan")}, "<<a>> is nan"),
        ("<<a>>", {"a": float("inf")}, "<<a>> is inf"),
    ],
)
def test_fill_refuses(text: str, worked: dict[str, float | int | str], says: str) -> None:
    with pytest.raises(ContentError, match=r"lesson\.md") as caught:
        fill(text, worked, file="lesson.md")
    assert says in str(caught.value)


def test_links_to_written_topics_are_relative_and_others_are_plain() -> None:
    text = "[ridge\nand lasso](topic:ridge_lasso), [k](topic:clustering), [web](https://example.org)"
    linked = "[ridge\nand lasso](./ridge-lasso), k (not written yet), [web](https://example.org)"
    assert link_topics(text, {"ridge_lasso"}) == linked
    assert links_in(text) == ("ridge_lasso", "clustering")


def test_formulas_are_not_counted_as_words() -> None:
    assert words_in("One $a + b$ two\n$$\nx = y\n$$\n- three [four five](topic:x) \\$6") == 6


@given(st.text(alphabet=st.sampled_from("ab \n#:`~<>$()[]{}\\é\u2028\x0c"), max_size=200))
def test_any_text_is_parsed_and_loses_nothing(text: str) -> None:
    source = Source("lesson.md", ["## One", *text.split("\n")])
    sections = parse_lesson(source)
    assert all(1 <= (problem.line or 1) <= len(source.lines) for problem in source.problems)
    kept = "".join(block.text for section in sections for block in section.blocks if block.kind == "text")
    assert all(word in kept for line in text.split("\n") if not line.startswith("#") for word in line.split())
    assert link_topics(text, set()) == text
