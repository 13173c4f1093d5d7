"""Read a drill's numbers back from what it asks."""

import re

_NUMBER = r"-?\d+(?:\.\d+)?"


def numbers(text: str) -> list[float]:
    return [float(found) for found in re.findall(_NUMBER, text)]


def after(ask: str, mark: str) -> float:
    """Return the number that follows a mark, perhaps behind a dollar sign."""
    found = re.search(re.escape(mark) + r"\s*\$?\s*(" + _NUMBER + ")", ask)
    assert found, f"no number after {mark!r} in {ask!r}"
    return float(found[1])


def between(ask: str, start: str, end: str = "$") -> list[float]:
    """Return the numbers between a mark and the next `end`."""
    assert start in ask, f"no {start!r} in {ask!r}"
    return numbers(ask.split(start, 1)[1].split(end, 1)[0])


def rows(ask: str) -> list[list[str]]:
    """Return the cells of the first table, without its head."""
    lines = [line for line in ask.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("$") for cell in line.strip("|").split("|")] for line in lines[2:]]
