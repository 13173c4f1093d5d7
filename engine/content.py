"""Content: the lessons and the facts about each topic, read from content/ and checked.

`python -m engine.content` checks every file and tells an author what to do next.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from engine.content_references import check_references
from engine.errors import ContentError
from engine.facts import Facts, Source, file_name, parse_facts, read_source
from engine.lesson import Block, Section, fill, link_topics, numbers_in, parse_lesson
from engine.quiz.bank import Question, read_question

__all__ = [
    "Block", "Entry", "ExperimentText", "Part", "Predict", "Section", "Slip", "Term", "Topic",
    "curriculum", "fill", "link_topics", "load_topic", "numbers_in", "read_topic",
]

ROOT: Path = Path(__file__).resolve().parent.parent / "content"
SLUG = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Predict:
    """The commitment before the first run: `options[right]` is what happens, `why` is told afterwards."""

    ask: str
    options: tuple[str, ...]
    right: int
    why: str


@dataclass(frozen=True)
class ExperimentText:
    """What is said around an experiment: `do` invites, `see` explains what there was to see (Markdown)."""

    id: str
    title: str
    claim: str
    do: str
    see: str
    predict: Predict


@dataclass(frozen=True)
class Term:
    name: str
    says: str
    shown: str


@dataclass(frozen=True)
class Slip:
    """A slip of the primer: its section, what it prints, what is right, and the experiment that shows it, or empty."""

    section: str
    book: str
    right: str
    shown: str = ""


@dataclass(frozen=True)
class Topic:
    """One topic: its facts and its lesson. A topic that waits for its lesson has questions and little else.

    Attributes:
        lesson: the sections, none where the lesson is not written yet.
        minutes: how long the lesson takes, 0 where there is none.
    """

    slug: str
    part: str
    title: str
    summary: str
    sections: tuple[str, ...]
    figures: dict[str, str]
    minutes: int
    goals: tuple[str, ...]
    needs: tuple[str, ...]
    lesson: tuple[Section, ...]
    experiments: dict[str, ExperimentText]
    questions: tuple[Question, ...]
    terms: tuple[Term, ...]
    slips: tuple[Slip, ...]


@dataclass(frozen=True)
class Entry:
    """A line of content/curriculum.toml: a topic that the book has.

    Attributes:
        written: whether its lesson is here.
        asked: whether its facts are here, and with them its questions; a written topic has both.
    """

    slug: str
    title: str
    part: str
    written: bool
    asked: bool = True

    @property
    def url(self) -> str:
        return self.slug.replace("_", "-")


@dataclass(frozen=True)
class Part:
    id: str
    title: str
    topics: tuple[Entry, ...]


# --- the curriculum --------------------------------------------------------------------------------------------


def curriculum(root: Path = ROOT) -> tuple[Part, ...]:
    """Return the parts with all their topics, in the order of the book.

    Args:
        root: the folder that holds curriculum.toml.

    Raises:
        engine.errors.ContentError: if curriculum.toml breaks a rule.
    """
    plain = _plain_curriculum(root, _stamp(root / "curriculum.toml"))
    return tuple(
        Part(part, title, tuple(_entry(root, part, slug, name) for slug, name in topics))
        for part, title, topics in plain
    )


def _entry(root: Path, part: str, slug: str, title: str) -> Entry:
    lesson = _lesson(root, part, slug)
    return Entry(slug, title, part, lesson.is_file(), lesson.with_suffix(".toml").is_file())


PlainPart = tuple[str, str, tuple[tuple[str, str], ...]]


@lru_cache(maxsize=32)
def _plain_curriculum(root: Path, stamp: object) -> tuple[PlainPart, ...]:
    """Read curriculum.toml as (id, title, ((slug, title), ...)) for each part; `stamp` makes an edit count at once."""
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
        id, title, topics = name_of(part, "id"), part.text("title"), []
        for topic in part.tables("topic"):
            topics.append((name_of(topic, "slug"), topic.text("title")))
            topic.done()
        part.done()
        parts.append((id, title, tuple(topics)))
    if facts:
        facts.done()
    if source.problems:
        raise _first(source.problems)
    return tuple(parts)


def _lesson(root: Path, part: str, slug: str) -> Path:
    return root / part / f"{slug}.md"


def _stamp(*paths: Path) -> tuple[tuple[int, int] | None, ...]:
    """Return modification time and size of each file, None where there is none."""
    stamps: list[tuple[int, int] | None] = []
    for path in paths:
        try:
            status = path.stat()
            stamps.append((status.st_mtime_ns, status.st_size))
        except OSError:
            stamps.append(None)
    return tuple(stamps)


def _first(problems: list[ContentError]) -> ContentError:
    """Return the first of several problems, saying how to see the others."""
    first = problems[0]
    if len(problems) == 1:
        return first
    more = f"{first.problem} ({len(problems) - 1} more: run python -m engine.content)"
    return ContentError(first.file, more, first.line)


# --- a topic ---------------------------------------------------------------------------------------------------


def load_topic(slug: str, root: Path = ROOT) -> Topic:
    """Read and check one topic; it is read again when one of its files changes.

    Raises:
        engine.errors.ContentError: if a file breaks a rule; the rest of the app runs on.
    """
    topic, problems = read_topic(slug, root)
    if problems:
        raise _first(list(problems))
    assert topic is not None  # read_topic gives one or the other
    return topic


def read_topic(slug: str, root: Path = ROOT) -> tuple[Topic | None, tuple[ContentError, ...]]:
    """Return a topic, or None and everything that is wrong with its files.

    Raises:
        engine.errors.ContentError: if curriculum.toml breaks a rule.
    """
    plain = _plain_curriculum(root, _stamp(root / "curriculum.toml"))
    places = {name: (part, title) for part, _, topics in plain for name, title in topics}
    if slug not in places:
        problem = f"no topic is called {slug!r}. Add it to a part, or correct the name."
        return None, (ContentError(file_name(root / "curriculum.toml", root), problem),)
    entry = _entry(root, places[slug][0], slug, places[slug][1])
    lesson = _lesson(root, entry.part, slug)
    return _read_topic(entry, frozenset(places), root, _stamp(lesson, lesson.with_suffix(".toml")))


@lru_cache(maxsize=128)
def _read_topic(
    entry: Entry, known: frozenset[str], root: Path, stamp: object
) -> tuple[Topic | None, tuple[ContentError, ...]]:
    path = _lesson(root, entry.part, entry.slug)
    said = read_source(path.with_suffix(".toml"), root, f"Write the facts of {entry.slug}: CONTRIBUTING.md shows how.")
    facts = None if said.problems else parse_facts(said)
    head = facts.table("topic") if facts else None
    told = entry.written or (head is not None and head.has("minutes"))  # whoever says how long it takes has a lesson
    text = read_source(path, root, f"Write the lesson of {entry.slug}.") if told else Source(said.file, [])
    lesson = parse_lesson(text) if told and not text.problems else ()
    topic = _topic(facts, entry, lesson, told) if facts else None
    if facts and topic and not text.problems:
        check_references(topic, known, facts, text)
    problems = tuple(sorted((*text.problems, *said.problems), key=lambda one: (one.file, one.line or 0)))
    return (None if problems else topic), problems


def _topic(facts: Facts, entry: Entry, lesson: tuple[Section, ...], told: bool) -> Topic:
    head = facts.table("topic") or Facts(facts.source, {}, facts, "topic")
    topic = Topic(
        slug=entry.slug,
        part=entry.part,
        title=head.text("title"),
        summary=head.text("summary"),
        sections=head.texts("sections", ()),
        figures=head.mapping("figures"),
        minutes=head.whole("minutes", 1, 240) if told else 0,
        goals=head.texts("goals") if told else (),
        needs=head.texts("needs", ()),
        lesson=lesson,
        experiments={},
        questions=tuple(read_question(one, entry.slug) for one in facts.tables("question")),
        terms=tuple(_term(one) for one in facts.tables("term")),
        slips=tuple(_slip(one) for one in facts.tables("slip")),
    )
    for table in facts.tables("experiment"):
        experiment = _experiment(table)
        if experiment.id in topic.experiments:
            table.complain("this id stands twice. Rename one.", "id")
        topic.experiments[experiment.id] = experiment
    head.done()
    facts.done()
    return topic


def _experiment(facts: Facts) -> ExperimentText:
    id = facts.text("id")
    facts.label = f"experiment {id}"
    predict = facts.table("predict")
    if predict is None:
        facts.complain(f"the reader predicts before the first run. Add [{facts.child('predict')}].")
    experiment = ExperimentText(
        id,
        facts.text("title"),
        facts.text("claim"),
        facts.text("do"),
        facts.text("see"),
        _predict(predict, id) if predict else Predict("", (), 0, ""),
    )
    facts.done()
    return experiment


def _predict(facts: Facts, id: str) -> Predict:
    facts.label = f"experiment {id}, predict"
    options = facts.texts("options")
    if len(options) < 2 or len(set(options)) < len(options):
        facts.complain("options must be at least two, all different.", "options")
    right = facts.whole("right", 0, max(len(options) - 1, 0))
    predict = Predict(facts.text("ask"), options, right, facts.text("why"))
    facts.done()
    return predict


def _term(facts: Facts) -> Term:
    term = Term(facts.text("name"), facts.text("says"), facts.text("shown"))
    facts.label = f"term {term.name!r}"
    facts.done()
    return term


def _slip(facts: Facts) -> Slip:
    slip = Slip(facts.text("section"), facts.text("book"), facts.text("right"), facts.text("shown", ""))
    facts.label = f"slip of section {slip.section}"
    facts.done()
    return slip


if __name__ == "__main__":
    import sys

    from engine.content_check import main

    sys.exit(main())
