"""Content: the lessons and the facts about each topic, read from content/ and checked.

`python -m engine.content` checks every file and tells an author what to do next.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.quiz.bank import Question


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
class Block:
    """A piece of a lesson: kind "text" (Markdown) or "experiment" (text is the experiment's id)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Section:
    """A lesson's part below one `##` heading; `anchor` is its heading in lower case with hyphens."""

    heading: str
    anchor: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Topic:
    """One written topic: its facts and its lesson."""

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
    """A line of content/curriculum.toml: a topic that the book has, written here or not yet."""

    slug: str
    title: str
    part: str
    written: bool

    @property
    def url(self) -> str:
        return self.slug.replace("_", "-")


@dataclass(frozen=True)
class Part:
    id: str
    title: str
    topics: tuple[Entry, ...]


def curriculum() -> tuple[Part, ...]:
    """Return the five parts with all 49 topics, in the order of the book."""
    raise NotImplementedError


def load_topic(slug: str) -> Topic:
    """Read and check one topic.

    Raises:
        engine.errors.ContentError: if a file breaks a rule; the rest of the app runs on.
    """
    raise NotImplementedError
