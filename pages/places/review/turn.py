"""Whose turn it is in a review: which question is asked, and what becomes of the answer.

A turn is one question being asked. Its idempotency key belongs to the learner, the question and the last answer in the
log, so two windows that ask the same thing write one row; a row that the log has got meanwhile ends the turn. What an
answer was is in the log before it is compared, so a reload finds it there. A review begins with the answers that wait
for a judgement, wherever they were locked: each is compared and judged.
"""

from __future__ import annotations

import uuid
import zlib
from dataclasses import dataclass

import streamlit as st

from engine.errors import GrimoireError
from engine.quiz import schedule
from engine.quiz.asking import Asked, asked, itself
from engine.quiz.bank import Question
from engine.quiz.grade import Grade
from engine.quiz.store import Attempt, Store
from pages.widgets.cards import answers, attempt, reveal
from pages.widgets.cards.attempt import Card, Task, name
from pages.widgets.shell import standing, state
from pages.widgets.shell.replies import say
from pages.widgets.shell.store import the_learner, the_store

PLACE = "review"
TURN, LATER, NEW, DONE, SAID, SURE, BACK, PRACTISE, FOLLOWED = (
    f"review.{one}" for one in ("turn", "later", "new", "done", "said", "sure", "back", "practise", "followed")
)
PARAMETER = "practise"  # of an address that asks a topic's questions at once: ?practise=clustering
CHANGED = "The question has changed since, so the machine says nothing."


@dataclass(frozen=True)
class Turn:
    """One question being asked.

    Attributes:
        question: as the bank has it now.
        task: what is answered.
        card: what the session remembers of it.
        put: the question as it is put this time.
        changed: whether the answer that is compared was to another question than the book has now.
    """

    question: Question
    task: Task
    card: Card
    put: Asked
    changed: bool = False


@dataclass(frozen=True)
class _Pin:
    """What the session keeps of a turn: the question, the log's last row of it, and the seed of fresh numbers.

    Without a seed the question itself is asked; `changed` is the turn's.
    """

    question: str
    seen: int
    seed: int | None
    changed: bool = False


@st.cache_resource(show_spinner=False, max_entries=10_000)
def _key(path: str, learner: int, question: str, seen: int) -> str:
    """Return the idempotency key of a turn, the same in every window."""
    return uuid.uuid4().hex


def follow() -> None:
    """Ask the questions of the topic that the address names, the weakest first, once a visit."""
    wanted = (state.visits(), st.query_params.get(PARAMETER))
    if wanted == st.session_state.get(FOLLOWED):
        return
    st.session_state[FOLLOWED] = wanted
    memories, now = standing.memories(), standing.now()
    mine = [id for id in standing.questions_of(wanted[1]) if id in memories] if wanted[1] in standing.topics() else []
    st.session_state[PRACTISE] = sorted(mine, key=lambda id: memories[id].expected(now))
    pin = st.session_state.get(TURN)
    if mine and pin and pin.question != st.session_state[PRACTISE][0]:
        _end()  # a draft is kept, and an answer that is compared waits


def current() -> Turn | None:
    """Return the turn that is on, or begin the next one; None where nothing is left."""
    bank, pin = standing.all_questions(), st.session_state.get(TURN)
    if pin is None or not _goes_on(pin, bank):
        _end()
        pin = _next(bank)
    if pin is None:
        return None
    st.session_state[TURN] = pin
    task, put = _task(bank[pin.question], pin.seed)
    return Turn(bank[pin.question], task, attempt.card_of(task), put, pin.changed)


def queue() -> tuple[str, ...]:
    """Return the ids of what is left: what is practised, what is due, mixed over topics, then new questions.

    What was put off comes behind all of them.
    """
    bank, known = standing.all_questions(), standing.known()
    last = standing.last_answer()
    after = last.topic if last and last.machine.get("review") else ""
    due = [one.question for one in schedule.mixed(standing.due(), after)]
    new = [id for id in st.session_state.get(NEW, ()) if id in bank and id not in known and id not in due]
    off = st.session_state.get(LATER, [])
    practised = [id for id in st.session_state.get(PRACTISE, ()) if id in bank]
    left = list(dict.fromkeys([*practised, *due, *new]))
    return tuple([id for id in left if id not in off] + [id for id in off if id in left])


def _next(bank: dict[str, Question]) -> _Pin | None:
    ids, waits = queue(), _waiting(bank)
    if waits and not (waits[0].changed and ids):
        return _compare(*waits, bank[waits[0].question])
    return _begin(bank[ids[0]]) if ids else None


def _begin(question: Question, start: str = "") -> _Pin:
    """Begin a turn with a fresh card; a draft that was being typed stands in it again."""
    store, learner = the_store(), the_learner().id
    seen = _last(store, learner, question.id)
    key = _key(str(store.path) if store else "", learner, question.id, seen)
    card = Card(key=key, draft=start, log=seen)
    pin = _Pin(question.id, seen, zlib.crc32(f"{learner}/{question.id}/{seen}".encode()))
    task, put = _task(question, pin.seed)
    if store and not put.fresh and not start and (draft := store.drafts(learner).get(question.id)):
        card.draft, card.draft_at, card.seconds = draft.text, draft.at, draft.seconds
    st.session_state[task.card_key] = card
    return pin


def _waiting(bank: dict[str, Question]) -> tuple[_Pin, Attempt] | None:
    """Return the turn of an answer that waits in the log: the page was left, or it was locked elsewhere.

    What was being compared goes on; then comes the oldest. Those to an earlier wording come last: what is due is asked
    before them.
    """
    last = standing.last_answer()
    begun = last if last and last.recalled is None and last.machine.get("review") else None
    if begun and (begun.question not in bank or _replayed(begun, bank[begun.question]).changed):
        begun = None  # it waits with the others, if it waits
    ones = [(_replayed(one, bank[one.question]), one) for one in (begun, *standing.waiting()) if one]
    return min(ones, key=lambda pair: pair[0].changed, default=None)


def _replayed(one: Attempt, question: Question) -> _Pin:
    """Return the turn in which an answer of the log is compared with its question as it was put then."""
    drill, seed = "drill" in one.machine, attempt.seed_of(one.machine)
    if not drill or seed is None or one.machine.get("ask") != asked(question, seed).noted.get("ask"):
        seed = None  # no fresh numbers, or ones that nobody draws any more
    changed = one.fingerprint != question.fingerprint or (drill and seed is None)
    return _Pin(question.id, one.sequence, seed, changed)


def _compare(pin: _Pin, one: Attempt, question: Question) -> _Pin:
    """Begin the comparison of an answer that waits."""
    task, _ = _task(question, pin.seed)
    grade = Grade(None, says=CHANGED) if pin.changed else attempt.grade_from(one.machine)
    st.session_state[task.card_key] = Card(key=f"{one.id}-{one.key}", attempt=one, grade=grade)
    return pin


def _goes_on(pin: _Pin, bank: dict[str, Question]) -> bool:
    """Tell whether a turn is still on: its question is there, and no other window has answered or marked it."""
    card = st.session_state.get(f"{PLACE}.{pin.question}.card")
    if card is None or pin.question not in bank:
        return False
    store, learner = the_store(), the_learner().id
    if card.attempt is None:
        goes_on = _last(store, learner, pin.question) == pin.seen
        if not goes_on:
            st.session_state.setdefault(SAID, f"{bank[pin.question].title} was answered in another window.")
        return goes_on
    return not card.attempt.id or store is None or not _marked(store, card.attempt)


def _last(store: Store | None, learner: int, question: str) -> int:
    """Return the number of the log's last row of a question, also of one that was taken back; 0 without any."""
    rows = store.attempts(learner, question=question, undone=True) if store else []
    return rows[-1].sequence if rows else 0


def _marked(store: Store, one: Attempt) -> bool:
    """Tell whether an attempt was marked or taken back meanwhile."""
    rows = store.attempts(one.learner, question=one.question)
    return all(row.id != one.id or row.recalled is not None for row in rows)


def _task(question: Question, seed: int | None) -> tuple[Task, Asked]:
    """Return what is answered, and the question as it is put: an exercise with fresh numbers where there is a seed."""
    put = itself(question) if seed is None else asked(question, seed)

    def grade(text: str) -> Grade:
        if not text:
            return Grade(None, says="Nothing was written, so the machine says nothing: tick what you recalled.")
        return put.grade(text)

    noted = {"review": True, **put.noted}
    return Task(question.id, question.topic, question.fingerprint, put.exact, grade, noted, PLACE), put


# --- what the learner does. Each takes the key of the card that was shown: a press that comes late changes nothing ----


def give(key: str, sure: int, save: bool = True) -> None:
    """Log the answer that stands there, or none, with how sure the learner is; then it is compared."""
    turn = _of(key)
    if turn is None or turn.card.attempt:
        return
    task, card = turn.task, turn.card
    text = answers.read(task.exact, name(task, "answer"))
    text = text if text.strip() else ""
    attempt.changed(task)
    st.session_state[SURE] = sure
    attempt.give(task, text, sure, save)
    if card.attempt is None:
        return
    st.session_state.pop(BACK, None)
    attempt.forget(turn.question.id)
    if attempt.was_seen(card.attempt):
        st.session_state[SAID] = (
            f"{turn.question.title} was answered in another window meanwhile, and its model answer could be seen "
            "there. What you wrote here is kept in the log and does not count as recall."
        )
        _end()
        return
    if (card.attempt.answer, card.attempt.confidence) != (text, sure):
        card.grade, card.ours = attempt.grade_from(card.attempt.machine), None
        st.session_state[SAID] = f"{turn.question.title} was answered in another window. That answer counts."


def rate(key: str, recalled: bool) -> None:
    """Keep the learner's verdict, and go on to the next question."""
    turn, pin = _of(key), st.session_state.get(TURN)
    if turn is None or pin is None or turn.card.attempt is None or not _goes_on(pin, standing.all_questions()):
        return
    ticks = reveal.ticks(turn.question, turn.task)
    attempt.mark(turn.task, ticks, recalled)
    if turn.card.problem:
        return
    attempt.forget(turn.question.id)  # its topic's page may still show it as not judged
    if reveal.unticked(turn.question, turn.card, ticks["points"]):
        st.session_state[SAID] = f"{turn.question.title}: {reveal.UNTICKED}"
    st.session_state.setdefault(DONE, []).append(recalled)
    st.session_state[PRACTISE] = [id for id in st.session_state.get(PRACTISE, ()) if id != turn.question.id]
    if turn.card.attempt.id == 0:  # the log knows nothing of it, so it is due or new still
        st.session_state[NEW] = [id for id in st.session_state.get(NEW, []) if id != turn.question.id]
        put_off(key)
    _end()


def put_off(key: str) -> None:
    """Ask the others first."""
    if turn := _of(key):
        off = st.session_state.setdefault(LATER, [])
        st.session_state[LATER] = [id for id in off if id != turn.question.id] + [turn.question.id]
        _end()


def undo(shown: int) -> None:
    """Take the last answer back and ask its question again.

    Args:
        shown: id of the attempt that the button named.
    """
    store, bank = the_store(), standing.all_questions()
    try:
        gone = store.undo_last(the_learner().id, shown) if store else None
    except GrimoireError as error:
        say(BACK, f"Nothing was taken back. {error}")
        return
    if gone is None:
        if st.session_state.get(BACK) != shown:
            say(BACK, "Nothing was taken back: there is a newer answer now.")
        return
    standing.changed()
    attempt.forget(gone.question)
    done = st.session_state.get(DONE, [])
    if gone.recalled is not None and done:
        done.pop()
    st.session_state[BACK] = shown
    _end()
    if gone.question in bank:
        st.session_state.setdefault(NEW, []).append(gone.question)
        fresh = "drill" in gone.machine
        st.session_state[TURN] = _begin(bank[gone.question], "" if fresh else gone.answer)


def begin_new() -> None:
    """Put today's new questions into the queue."""
    st.session_state[NEW] = list(standing.new_today())


def last_review() -> Attempt | None:
    """Return the review that may be taken back: the log's last answer, once."""
    one = standing.last_answer()
    return one if one and one.machine.get("review") and BACK not in st.session_state else None


def _of(key: str) -> Turn | None:
    """Return the turn whose card has this key, or None where it is over."""
    pin, bank = st.session_state.get(TURN), standing.all_questions()
    if pin is None or pin.question not in bank:
        return None
    task, put = _task(bank[pin.question], pin.seed)
    card = st.session_state.get(task.card_key)
    return Turn(bank[pin.question], task, card, put) if card and card.key == key else None


def _end() -> None:
    pin = st.session_state.pop(TURN, None)
    if pin:
        st.session_state.pop(f"{PLACE}.{pin.question}.card", None)
