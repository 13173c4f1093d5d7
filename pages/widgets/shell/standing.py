"""Where the learner stands: what their log says, carried forward by what is written into it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TypeVar
from weakref import WeakKeyDictionary

import streamlit as st

from engine import prerequisites
from engine.content import Entry, Part, Topic, curriculum, load_topic
from engine.errors import ContentError, GrimoireError, sentence
from engine.quiz import schedule
from engine.quiz.bank import Question, main_question, side_part
from engine.quiz.history import History
from engine.quiz.progress import TopicProgress, topic_progress
from engine.quiz.schedule import Memory, TopicMemory, Wishes
from engine.quiz.store import Attempt, Progress, Store
from pages.widgets.shell import alone
from pages.widgets.shell.pages import there
from pages.widgets.shell.store import first_look, look_again, the_learner, the_store
from pages.widgets.shell.words import zone

T = TypeVar("T")
# each (key, what was derived)
BEGUN, SCHEDULE, LAST, WAITING = (f"standing.{one}" for one in ("begun", "schedule", "last", "waiting"))
SETTINGS = "standing.setting"


@st.cache_resource(show_spinner=False)
def _histories() -> WeakKeyDictionary[Store, dict[int, History]]:
    return WeakKeyDictionary()  # of every store that is open, by learner: one for all their sessions


def changed() -> None:
    """Say that an answer was saved, marked or undone, so that this very rerun looks at the log again."""
    look_again()


def history() -> History | None:
    """Return what this learner answered, as the log says it in this rerun; None where there is no store."""
    store = the_store()
    if store is None:
        return None
    learner = the_learner().id
    found = _histories().setdefault(store, {}).setdefault(learner, History(learner))
    if first_look(learner):
        found.look(store)
    return found


def known() -> dict[str, Progress]:
    """Return this learner's progress in every question that was answered, by question id."""
    found = history()
    return found.progress() if found else {}


def kept(place: str, learner: int, derive: Callable[[], T], *more: object) -> T:
    """Return what was derived from this learner's log, anew once it says something else or `more` differs."""
    found = history()
    key = (learner, found and found.revision, *more)
    if st.session_state.get(place, (None,))[0] != key:
        st.session_state[place] = (key, derive())
    derived: T = st.session_state[place][1]
    return derived


def questions_of(slug: str) -> tuple[str, ...]:
    """Return the ids of a topic's questions, none where its content cannot be read (its page says what is wrong)."""
    return tuple(question.id for question in _questions(slug))


@st.cache_resource(show_spinner=False, ttl=5)
def _looked() -> tuple[tuple[Part, ...], str]:
    """Return the parts that can be reached, and why there are none; looked up every few seconds only."""
    try:
        return tuple(found for part in curriculum() if (found := there(part))), ""
    except ContentError as error:
        logging.getLogger("grimoire").error("The table of contents cannot be read: %s", error)
        return (), f"The table of contents cannot be read, so no topic can be shown. {error}"


def book() -> tuple[Part, ...]:
    """Return the parts with all their topics; a topic that is `asked` has its page. None where they cannot be read."""
    return _looked()[0]


def book_problem() -> str:
    """Return the sentence that says why the book has no parts, or nothing where it has."""
    return _looked()[1]


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


@st.cache_resource(show_spinner=False, ttl=5)
def topics() -> dict[str, Topic]:
    """Return every topic that has questions by its slug; what cannot be read is left out, and its page says why."""
    return {entry.slug: topic for entry in asked() if (topic := _topic(entry.slug))}


def called(id: str) -> str:
    """Say which question an id of the log means, "Question 3 of 5 (drill)", or that the book does not have it."""
    question, side = all_questions().get(main_question(id)), side_part(id)
    said = question.title if question else "A question that this book does not have"
    return f"{said} ({side})" if side else said


def warm_up() -> None:
    """Read every topic and what the schedule needs before the first page asks for them."""
    with suppress(ImportError):  # the pages that need it say so
        import fsrs  # noqa: F401, 25 ms

    with suppress(ContentError):  # a broken curriculum.toml is told by the page that meets it
        for part in curriculum():
            for entry in part.topics:
                _questions(entry.slug)


def _questions(slug: str) -> tuple[Question, ...]:
    topic = _topic(slug)
    return topic.questions if topic else ()


def _topic(slug: str) -> Topic | None:
    try:
        return load_topic(slug)  # read again only when a file changed
    except ContentError:
        return None


def of_topic(slug: str) -> TopicProgress:
    """Return this learner's progress in one topic."""
    return topic_progress(slug, questions_of(slug), known())


def begun() -> dict[str, bool]:
    """Return the topics in which a question was answered, and whether all of theirs were, and judged.

    Only these are read.
    """
    progress = known()
    if not progress:
        return {}
    touched = {one.topic for one in progress.values()}
    return kept(
        BEGUN,
        the_learner().id,
        lambda: {entry.slug: of_topic(entry.slug).done for entry in asked() if entry.slug in touched},
    )


def done_topics() -> frozenset[str]:
    """Return the slugs of the topics whose questions are all answered and judged."""
    return frozenset(slug for slug, done in begun().items() if done)


def of_all() -> dict[str, TopicProgress]:
    """Return this learner's progress in every topic that has questions, in the order of the book."""
    answered = known()
    return {entry.slug: topic_progress(entry.slug, questions_of(entry.slug), answered) for entry in asked()}


def missing() -> dict[str, tuple[str, ...]]:
    """Return what stands before each topic that has questions: the topics to do first, the nearest one first."""
    needs = {one.slug: one.needs for one in topics().values()}
    done, lessons = done_topics(), {entry.slug for entry in written()}
    return {entry.slug: prerequisites.missing(entry.slug, needs, done, lessons) for entry in asked()}


# --- the schedule ----------------------------------------------------------------------------------------------


def now() -> datetime:
    """Return the time in the reader's zone."""
    return datetime.now(UTC).astimezone(zone())


def memories() -> dict[str, Memory]:
    """Return what this learner remembers, by question id; questions that the bank has no more are among them.

    Raises:
        GrimoireError: if it cannot be worked out, because a package is missing, say.
    """
    found, wanted, at = history(), wishes(), now()
    if found is None:
        return {}
    # the day is among them because an exam may be past; where the clock was put back, what counts moves with it
    moves = at if found.is_ahead(at) else at.date()
    try:
        return kept(SCHEDULE, the_learner().id, lambda: found.memories(at, wanted), wanted, moves, at.tzinfo)
    except Exception as error:
        alone.log_once("The schedule", "schedule", error)
        raise GrimoireError(f"What is due cannot be worked out. {sentence(error)}") from error


def pace() -> float:
    """Return how long an answer takes this learner, s."""
    found = history()
    return found.pace() if found else schedule.USUAL_S


def last_answer() -> Attempt | None:
    """Return this learner's last answer that was not taken back."""
    store, found = the_store(), history()
    if store is None or found is None:
        return None
    ids = [id for id in (found.last(),) if id is not None]
    return next(iter(kept(LAST, the_learner().id, lambda: store.answers(ids))), None)


def waiting() -> tuple[Attempt, ...]:
    """Return this learner's answers that wait for a judgement, the oldest first, to questions that the bank has."""
    bank = all_questions()
    store, found = the_store(), history()
    if store is None or found is None:
        return ()
    waits = kept(WAITING, the_learner().id, lambda: tuple(store.answers(found.waiting())))
    return tuple(one for one in waits if one.question in bank)


def due() -> tuple[Memory, ...]:
    """Return what is due now and in the bank, most urgent first. The clock moves, so this is never kept."""
    bank = all_questions()
    return tuple(one for one in schedule.due(memories(), now()) if one.question in bank)


def due_of_topic(slug: str) -> frozenset[str]:
    """Return the ids of a topic's questions that are due; what was answered since and waits for its mark is not."""
    try:
        remembered = memories()
    except GrimoireError:
        return frozenset()  # Today and Review say why
    at, answered = now(), known()
    return frozenset(
        id
        for id, one in remembered.items()
        if one.topic == slug and one.opens(at.tzinfo) <= at and answered[id].last_outcome is not None
    )


def by_topic() -> dict[str, TopicMemory]:
    """Return how well each topic that has questions is remembered now."""
    questions = {entry.slug: questions_of(entry.slug) for entry in asked()}
    progress = known()
    answered = {id: one for id, one in memories().items() if id not in progress or progress[id].answered}
    return schedule.by_topic(answered, questions, now())


def schedule_problem() -> str:
    """Return the sentence that says why the schedule cannot be worked out, or nothing where it can."""
    try:
        memories()
    except GrimoireError as error:
        return str(error)
    return ""


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
    found = store.setting(the_learner().id, name)
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
    return ""
