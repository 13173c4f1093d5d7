"""Formulas in Markdown: what KaTeX would stumble over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from engine.lesson import fenced


def formula_problems(markdown: str) -> Iterator[tuple[int, str]]:
    r"""Yield (lines below the first, problem) for each formula that is not closed or not balanced.

    >>> list(formula_problems(r"The slope $\frac{a}{b$ is steep."))
    [(0, 'the formula $\\frac{a}{b$ has a { that is never closed. Balance its braces.')]
    """
    plain = _without_code(markdown)
    hidden = re.sub(r"\\[\\${}]", "  ", plain)  # escaped signs open nothing
    sign, start = "", 0
    for mark in re.finditer(r"\$\$|\$|\n[ \t]*(?=\n)|\Z", hidden):
        line, inside = plain[:start].count("\n"), plain[start : mark.start()]
        ends = mark.start() == len(hidden)
        if mark[0] in ("$", "$$") and not sign:
            sign, start = mark[0], mark.end()
        elif mark[0] in ("$", "$$") and (mark[0] == sign or sign == "$"):
            for problem in _unbalanced(hidden[start : mark.start()]):
                yield line, f"the formula {sign}{_short(inside)}{sign} {problem}"
            sign, start = ("", 0) if mark[0] == sign else ("$", mark.end())  # $a$$b$ closes one and opens another
        elif mark[0] == "$":
            yield line, f"the formula $${_short(inside)} holds a single $. Close it with $$."
        elif sign and (sign == "$" or ends):
            yield line, f"the formula {sign}{_short(inside)} is never closed. Close it with {sign}; money is \\$."
            sign = ""


def _unbalanced(formula: str) -> Iterator[str]:
    if not formula.strip():
        yield "is empty. Write the formula or remove the signs."
    depth = lowest = 0
    for sign in formula:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        lowest = min(lowest, depth)
    if lowest < 0:
        yield "has a } that nothing opened. Balance its braces."
    elif depth > 0:
        yield "has a { that is never closed. Balance its braces."
    if len(re.findall(r"\\left\b", formula)) != len(re.findall(r"\\right\b", formula)):
        yield "has a \\left without its \\right. Write both."
    begun, ended = (Counter(re.findall(rf"\\{word}\{{([^}}]*)\}}", formula)) for word in ("begin", "end"))
    if begun != ended:
        yield "has a \\begin without its \\end. Write both, with one name."


def _without_code(markdown: str) -> str:
    """Blank fenced and inline code, so that a $ in code opens no formula; every line keeps its place."""
    lines = ["" if code else line for line, code in fenced(markdown.split("\n"))]
    return re.sub(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", lambda match: " " * len(match[0]), "\n".join(lines))


def _short(formula: str) -> str:
    flat = " ".join(formula.split())
    return flat if len(flat) <= 40 else f"{flat[:39]}…"
