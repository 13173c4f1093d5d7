"""Where the learner stands, read from the store no more often than something was written."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import streamlit as st

from engine.content import Entry, Part, curriculum, load_topic
from engine.errors import ContentError, GrimoireError
from engine.quiz import schedule
from engine.quiz.bank import Question
from engine.quiz.progress import TopicProgress, topic_progress
from engine.quiz.schedule import Memory, TopicMemory, Wishes
from engine.quiz.store import Attempt, Progress
from pages.widgets.store import the_learner, the_store
from pages.widgets.words import zone

T = TypeVar("T")
KNOWN, DONE = "standing.known", "standing.done"  # each (key, what was derived)
SETTINGS, SCHEDULE = "standing.setting", "standing.schedule"


@st.cache_resource(show_spinner=False)
def _revision() -> list[object]:
    return [object()]  # one for all sessions; another object means that something was written since


def changed() -> None:
    """Say that an answer was saved, marked or undone, so that every session reads the store again."""
    _revision()[0] = object()


def known() -> dict[str, Progress]:
    """Return this learner's progress in every question that was answered, by question id."""
    store = the_store()
    if store is None:
        return {}
    learner = the_learner().id
    return kept(KNOWN, learner, lambda: store.progress(learner))


def kept(place: str, learner: int, derive: Callable[[], T], *more: object) -> T:
    """Return what was derived from the store for this learner, anew once something was written or `more` differs."""
    key = (learner, _revision()[0], *more)
    if st.session_state.get(place, (None,))[0] != key:
        st.session_state[place] = (key, derive())
    derived: T = st.session_state[place][1]
    return derived


def questions_of(slug: str) -> tuple[str, ...]:
    """Return the ids of a topic's questions, none where its content cannot be read (its page says what is wrong)."""
    return tuple(question.id for question in _questions(slug))


@st.cache_resource(show_spinner=False, ttl=5)
def book() -> tuple[Part, ...]:
    """Return the parts with all their topics; which of them are written is looked up every few seconds only."""
    return curriculum()


def written() -> list[Entry]:
    """Return the written topics in the order of the book."""
    return [entry for part in book() for entry in part.topics if entry.written]


def asked() -> list[Entry]:
    """Return the topics that have questions, with a lesson or without, in the order of the book."""
    return [entry for part in book() for entry in part.topics if entry.asked]


@st.cache_resource(show_spinner=False, ttl=5)
def all_questions() -> dict[str, Question]:
    """Return every question of the bank by id, in the order of the book; what cannot be read is left out."""
    return {question.id: question for entry in asked() for question in _questions(entry.slug)}


def warm_up() -> None:
    """Read every topic and what the schedule needs before the first page asks for them."""
    import fsrs  # noqa: F401, 25 ms

    with suppress(ContentError):  # a broken curriculum.toml is told by the page that meets it
        for part in curriculum():
            for entry in part.topics:
                _questions(entry.slug)


def _questions(slug: str) -> tuple[Question, ...]:
    try:
        return load_topic(slug).questions  # read again only when a file changed
    except ContentError:
        return ()


def of_topic(slug: str) -> TopicProgress:
    """Return this learner's progress in one topic."""
    return topic_progress(slug, questions_of(slug), known())


def done_topics() -> frozenset[str]:
    """Return the slugs of the topics whose questions are all answered; only topics that were begun are read."""
    progress = known()
    if not progress:
        return frozenset()
    begun = {one.topic for one in progress.values()}
    return kept(
        DONE,
        the_learner().id,
        lambda: frozenset(entry.slug for entry in asked() if entry.slug in begun and of_topic(entry.slug).done),
    )


# --- the schedule ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Schedule:
    """What was derived from a log.

    Attributes:
        memories: by question id.
        pace: seconds that an answer takes.
        last: the last answer that was not taken back.
        ahead: whether an answer is later than the clock, which then was put back.
    """

    memories: dict[str, Memory]
    pace: float
    last: Attempt | None
    ahead: bool


def now() -> datetime:
    """Return the time in the reader's zone."""
    return datetime.now(UTC).astimezone(zone())


def memories() -> dict[str, Memory]:
    """Return what this learner remembers, by question id; questions that the bank has no more are among them."""
    return _schedule().memories


def pace() -> float:
    """Return how long an answer takes this learner, s."""
    return _schedule().pace


def last_answer() -> Attempt | None:
    """Return this learner's last answer that was not taken back."""
    return _schedule().last


def due() -> tuple[Memory, ...]:
    """Return what is due now and in the bank, most urgent first. The clock moves, so this is never kept."""
    bank = all_questions()
    return tuple(one for one in schedule.due(memories(), now()) if one.question in bank)


def by_topic() -> dict[str, TopicMemory]:
    """Return how well each topic that has questions is remembered now."""
    questions = {entry.slug: questions_of(entry.slug) for entry in asked()}
    return schedule.by_topic(memories(), questions, now())


def _schedule() -> _Schedule:
    """Derive the schedule, anew when something was written, wished, or a day has begun (an exam may be past)."""
    store = the_store()
    if store is None:
        return _Schedule({}, schedule.USUAL_S, None, False)
    learner, wanted, at = the_learner().id, wishes(), now()

    def derive() -> _Schedule:
        log = store.attempts(learner)
        ahead = any(one.at > at for one in log)
        return _Schedule(schedule.remembered(log, at, wanted), schedule.pace(log), log[-1] if log else None, ahead)

    found = kept(SCHEDULE, learner, derive, wanted, at.date())
    if found.ahead:
        st.session_state.pop(SCHEDULE)  # what counts as given now moves with the clock
    return found


def new_today() -> tuple[str, ...]:
    """Return the ids of the new questions to offer today: of topics begun or read first, as many as are wished."""
    store = the_store()
    read = store.readings(the_learner().id) if store else {}
    topics = [of_topic(entry.slug) for entry in asked()]
    return schedule.new_questions(topics, known(), now(), wishes().new, begun=read)


def wishes() -> Wishes:
    """Return what this learner wishes of the schedule."""
    return Wishes.from_json(setting("wishes"))


def save_wishes(wanted: Wishes) -> str:
    """Keep what this learner wishes; return the sentence that says why it could not be kept, or nothing."""
    return save_setting("wishes", wanted.to_json())


def setting(name: str, default: object = None) -> object:
    """Return what this learner set, and where there is nothing what was set in this session, or the default."""
    store, here = the_store(), st.session_state.get(f"{SETTINGS}.{name}", default)
    if store is None:
        return here
    learner = the_learner().id
    found = kept(f"{SETTINGS}.{name}.kept", learner, lambda: store.setting(learner, name))
    return here if found is None else found


def save_setting(name: str, value: object) -> str:
    """Keep what this learner set; return the sentence that says why it is kept in this session only, or nothing."""
    st.session_state[f"{SETTINGS}.{name}"] = value
    store = the_store()
    if store is None:
        return "Nothing can be kept today: this holds until you close the page."
    try:
        store.save_setting(the_learner().id, name, value)
    except GrimoireError as error:
        return f"This is not kept. {error}"
    changed()
    return ""
