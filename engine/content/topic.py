"""What a topic is: its facts and its lesson, and its line in the table of contents."""

from __future__ import annotations

from dataclasses import dataclass

from engine.lesson import Section
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
class Topic:
    """One topic: its facts and its lesson. A topic that waits for its lesson has questions and little else.

    Attributes:
        short: the title where there is little room; the title itself where that is short enough.
        needs: slugs of the topics to know first.
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
    short: str = ""


@dataclass(frozen=True)
class Entry:
    """A line of content/curriculum.toml: a topic that the book has.

    Attributes:
        written: whether its lesson is here.
        asked: whether its lesson or its facts are here, so that it has a page, which says what is missing; the facts
            alone hold the questions of a topic whose lesson is not written yet.
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
    """One of the parts of the book; `about` says in two sentences what it is about."""

    id: str
    title: str
    topics: tuple[Entry, ...]
    about: str = ""

    @property
    def url(self) -> str:
        return self.id.replace("_", "-")
