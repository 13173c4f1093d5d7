"""Lessons: Markdown split into sections and blocks, with numbers and links filled in when they are shown.

A lesson is Markdown with three additions, none of which counts inside fenced code:

    ::: experiment ID           alone on a line: the experiment stands here
    <<name>> or <<name:.2f>>    a number of the topic's worked example, formatted as Python's format() does it
    [text](topic:ridge_lasso)   a link to another topic
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass

from engine.errors import ContentError
from engine.facts import Source

FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")
HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
EXPERIMENT = re.compile(r"^:::\s*experiment\s+([a-z0-9_]+)\s*$")
NUMBER = re.compile(r"<<([A-Za-z_]\w*)(?::([^<>\n]*))?>>")
LINK = re.compile(r"\[([^\]]+)\]\(topic:([^)\s]*)\)")
FORMULA = re.compile(r"(?<!\\)\$\$.*?\$\$|(?<!\\)\$[^$]*\$", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A piece of a lesson: kind "text" (Markdown) or "experiment" (text is the experiment's id)."""

    kind: str
    text: str
    line: int = 1


@dataclass(frozen=True)
class Section:
    """A lesson's part below one `##` heading; `anchor` is its heading in lower case with hyphens."""

    heading: str
    anchor: str
    blocks: tuple[Block, ...]


def anchor_of(heading: str) -> str:
    """Return a heading in lower case with hyphens.

    >>> anchor_of("The mathematics, in two steps")
    'the-mathematics-in-two-steps'
    """
    return re.sub(r"[^\w]+", "-", heading.lower()).strip("-")


def fenced(lines: list[str]) -> Iterator[tuple[str, int]]:
    """Yield each line with the 1-based line that opened the fenced code it belongs to, or 0 outside code.

    A fence that is never closed runs to the end, as in CommonMark.
    """
    fence, opened = "", 0
    for number, line in enumerate(lines, start=1):
        found = FENCE.match(line)
        if opened:
            yield line, opened
            if found and found[1].startswith(fence) and not found[2].strip():
                opened = 0
        else:
            if found and not ("`" in found[1] and "`" in found[2]):
                fence, opened = found[1], number
            yield line, opened


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Apply `change` to the runs of lines outside fenced code and join everything again."""
    runs: list[tuple[bool, list[str]]] = []
    for line, code in fenced(text.split("\n")):
        if not runs or runs[-1][0] != bool(code):
            runs.append((bool(code), []))
        runs[-1][1].append(line)
    return "\n".join("\n".join(lines) if code else change("\n".join(lines)) for code, lines in runs)


def parse_lesson(source: Source) -> tuple[Section, ...]:
    """Split a lesson into sections and blocks; what is wrong is noted in the source."""
    headings: list[str] = []
    blocks: list[list[Block]] = []
    run: list[str] = []

    def close(line: int) -> None:
        text = "\n".join(run)
        if text.strip() and not blocks:
            source.complain('a lesson starts with a heading. Put this text below "## Intuition".', line - len(run))
        elif text.strip():
            blank = next(number for number, one in enumerate(run) if one.strip())
            blocks[-1].append(Block("text", text.strip("\n"), line - len(run) + blank))
        run.clear()

    for line, (text, code) in enumerate(fenced(source.lines), start=1):
        heading, experiment = (None, None) if code else (HEADING.match(text), EXPERIMENT.match(text))
        if heading and len(heading[1]) < 3:
            close(line)
            if len(heading[1]) == 1:
                source.complain("the page prints the title itself. Write this heading with ##.", line)
            headings.append(heading[2])
            blocks.append([])
        elif experiment and blocks:
            close(line)
            blocks[-1].append(Block("experiment", experiment[1], line))
        else:
            run.append(text)
            if not code and text.lstrip().startswith(":::"):
                problem = 'this is no directive. Write "::: experiment ID" below a heading, alone on its line.'
                source.complain(problem, line)
    close(len(source.lines) + 1)
    _check_frame(source, headings)
    return tuple(
        Section(heading, anchor_of(heading), tuple(mine)) for heading, mine in zip(headings, blocks, strict=True)
    )


def _check_frame(source: Source, headings: list[str]) -> None:
    """Note fences that stay open and headings that give no anchor of their own."""
    *_, (_, opened) = fenced([*source.lines, ""])
    if opened:
        source.complain("the code fence opened here is never closed. Close it with the same signs.", opened)
    anchors = [anchor_of(one) for one in headings]
    for heading, anchor in zip(headings, anchors, strict=True):
        if not anchor or anchors.count(anchor) > 1:
            source.complain(f"two headings are called {heading!r}, or it has no letters. Give each its own name.")
            break


def numbers_in(text: str) -> tuple[tuple[str, str], ...]:
    """Return (name, format) of each number that the text prints, in order; the format may be empty.

    >>> numbers_in("slope <<slope:.2f>>, SSE <<sse>>")
    (('slope', '.2f'), ('sse', ''))
    """
    found: list[tuple[str, str]] = []

    def note(run: str) -> str:
        found.extend((one[1], one[2] or "") for one in NUMBER.finditer(run))
        return run

    outside_code(text, note)
    return tuple(found)


def fill(text: str, worked: Mapping[str, float | int | str], file: str = "lesson") -> str:
    """Print the numbers of the worked example where the text asks for them.

    Args:
        text: Markdown of a block.
        worked: what the topic's worked() returned, by name.
        file: the lesson's file, for the error.

    Raises:
        engine.errors.ContentError: if a name is not there, a format does not fit, or a number is not finite.

    >>> fill("The slope is <<slope:.1f>>.", {"slope": 0.75})
    'The slope is 0.8.'
    """

    def put(match: re.Match[str]) -> str:
        name, how = match[1], match[2] or ""
        if name not in worked:
            raise ContentError(file, f"{match[0]} names no number. worked() gives {', '.join(sorted(worked))}.")
        return _printed(match[0], worked[name], how, file)

    return outside_code(text, lambda run: NUMBER.sub(put, run))


def _printed(mark: str, value: float | int | str, how: str, file: str) -> str:
    if not isinstance(value, str) and not math.isfinite(value):
        raise ContentError(file, f"{mark} is {value}, which is no number to print. Correct worked().")
    try:
        printed = format(value, how or (".6g" if isinstance(value, float) else ""))
    except ValueError as error:
        problem = f"{mark} cannot be printed: {error}. Use a format such as :.2f for a number."
        raise ContentError(file, problem) from None
    return printed[1:] if re.fullmatch(r"-0(\.0*)?", printed) else printed  # −0.00 would puzzle a reader


def links_in(text: str) -> tuple[str, ...]:
    """Return the slugs that the text links to, in order."""
    found: list[str] = []

    def note(run: str) -> str:
        found.extend(one[2] for one in LINK.finditer(run))
        return run

    outside_code(text, note)
    return tuple(found)


def link_topics(text: str, written: Set[str]) -> str:
    """Turn links to topics into links to their pages, relative, so that the app may run below a base path.

    Args:
        text: Markdown of a block.
        written: slugs of the topics that have a lesson; any other becomes plain text.

    >>> link_topics("See [ridge](topic:ridge_lasso) and [k-means](topic:clustering).", {"ridge_lasso"})
    'See [ridge](./ridge-lasso) and k-means (not written yet).'
    """

    def put(match: re.Match[str]) -> str:
        if match[2] in written:
            return f"[{match[1]}](./{match[2].replace('_', '-')})"
        return f"{match[1]} (not written yet)"

    return outside_code(text, lambda run: LINK.sub(put, run))


def words_in(text: str) -> int:
    """Count the words that a reader reads: formulas and fenced code do not count.

    >>> words_in("The line $y = 2x$ fits well.")
    4
    """
    prose: list[str] = []

    def note(run: str) -> str:
        prose.append(FORMULA.sub(" ", LINK.sub(r"\1", run)))
        return run

    outside_code(text, note)
    return sum(bool(re.search(r"\w", word)) for run in prose for word in run.split())
