"""The table of contents: which parts and topics the book has, and which of them are written."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

from engine.content.topic import Entry, Part
from engine.errors import ContentError
from engine.facts import Facts, parse_facts, read_source

ROOT: Path = Path(__file__).resolve().parents[2] / "content"
SLUG = re.compile(r"[a-z][a-z0-9_]*")


def curriculum(root: Path = ROOT) -> tuple[Part, ...]:
    """Return the parts with all their topics, in the order of the book.

    Args:
        root: the folder that holds curriculum.toml.

    Raises:
        engine.errors.ContentError: if curriculum.toml breaks a rule.
    """
    plain = plain_curriculum(root, stamp_of(root / "curriculum.toml"))
    return tuple(
        Part(part, title, tuple(entry_of(root, part, slug, name) for slug, name in topics), about)
        for part, title, about, topics in plain
    )


def entry_of(root: Path, part: str, slug: str, title: str) -> Entry:
    lesson = lesson_file(root, part, slug)
    written = lesson.is_file()
    return Entry(slug, title, part, written, written or lesson.with_suffix(".toml").is_file())


PlainPart = tuple[str, str, str, tuple[tuple[str, str], ...]]


@lru_cache(maxsize=32)
def plain_curriculum(root: Path, stamp: object) -> tuple[PlainPart, ...]:
    """Read curriculum.toml as (id, title, about, ((slug, title), ...)) a part; `stamp` makes an edit count at once."""
    source = read_source(root / "curriculum.toml", root, "Restore it: without it the app knows no topics.")
    facts = None if source.problems else parse_facts(source)
    parts: list[PlainPart] = []
    seen: Counter[str] = Counter()

    def name_of(table: Facts, key: str) -> str:
        name = table.text(key)
        if name and not SLUG.fullmatch(name):
            table.complain(f"{key} {name!r} names files, so use small letters, digits and _ only.", key)
        seen[name] += 1
        if seen[name] == 2:
            table.complain(f"{key} {name!r} stands twice. Remove one.", key)
        return name

    for part in facts.tables("part") if facts else ():
        id, title, about, topics = name_of(part, "id"), part.text("title"), part.text("about", ""), []
        for topic in part.tables("topic"):
            topics.append((name_of(topic, "slug"), topic.text("title")))
            topic.done()
        part.done()
        parts.append((id, title, about, tuple(topics)))
    if facts:
        facts.done()
    if not parts and not source.problems:
        source.complain("the book has no parts. Restore the [[part]] tables.")
    if source.problems:
        raise first_of(source.problems)
    return tuple(parts)


def lesson_file(root: Path, part: str, slug: str) -> Path:
    return root / part / f"{slug}.md"


def stamp_of(*paths: Path) -> tuple[tuple[int, int] | None, ...]:
    """Return modification time and size of each file, None where there is none."""
    stamps: list[tuple[int, int] | None] = []
    for path in paths:
        try:
            status = path.stat()
            stamps.append((status.st_mtime_ns, status.st_size))
        except OSError:
            stamps.append(None)
    return tuple(stamps)


def first_of(problems: list[ContentError]) -> ContentError:
    """Return the first of several problems, saying how to see the others."""
    first = problems[0]
    if len(problems) == 1:
        return first
    more = f"{first.problem} ({len(problems) - 1} more: run python -m engine.content)"
    return ContentError(first.file, more, first.line)
