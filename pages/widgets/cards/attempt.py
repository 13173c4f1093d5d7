"""One answer on its way from the keyboard into the log: draft, lock, marks, and the next try.

A Task is something that is answered and graded: a question, its exact part, or a drill. A Card is what the session
remembers of the answer being given; it lives under a key that is no widget's, so that it outlasts a visit to another
page. The answer is in the log before anything is revealed.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeGuard

import streamlit as st

from engine.errors import AnswerRefused, GrimoireError, sentence
from engine.quiz.bank import SEEN, Exact, Misconception, side_part
from engine.quiz.grade import ABSENT, CANNOT_TELL, PRESENT, Grade, Mark
from engine.quiz.grading import MOST_CHARACTERS
from engine.quiz.store import Attempt, Store
from pages.widgets.cards import answers, clock
from pages.widgets.shell import alone, standing
from pages.widgets.shell.store import the_learner, the_store

STATES = (PRESENT, ABSENT, CANNOT_TELL)
TOPIC_PAGE = "question"  # where a question is answered: on its topic's page, in a review, in an exam


@dataclass(frozen=True)
class Task:
    """Something to answer.

    Attributes:
        id: a question's id, with "~exact" or "~drill" behind it for what is asked beside it.
        topic, fingerprint: of the question.
        exact: the exact check, or None where the answer is free text.
        grade: grades an answer.
        noted: further facts for the log, for example a drill's seed.
        place: where it is answered, the first word of its session keys: a question may stand on two pages.
    """

    id: str
    topic: str
    fingerprint: str
    exact: Exact | None
    grade: Callable[[str], Grade]
    noted: Mapping[str, object] = field(default_factory=dict)
    place: str = TOPIC_PAGE

    @property
    def card_key(self) -> str:
        """The session key of its card."""
        return f"{self.place}.{self.id}.card"


@dataclass
class Card:
    """What the session remembers of one task.

    Attributes:
        key: the idempotency key of the answer being given; a new one for each try.
        seconds: spent on it so far, in earlier sessions too where a draft was kept (clock.py).
        hint: whether the hint was opened.
        draft: the draft that the store has.
        draft_at: when the draft that was brought back was written, or None.
        attempt: the locked answer, with id 0 where it could not be kept, or None while it is open.
        grade: of the locked answer.
        problem: the sentence under the button.
        refused: the answer that it is about.
        unsaved: whether the last lock failed because the store did.
        fresh: whether it was locked or judged in this very run.
        ours: whether the grade's sentence is the machine's own, None where that was not looked at yet.
        log: number of the log's last row of the question when the try began, None beside a question.
    """

    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    seconds: float = 0.0
    hint: bool = False
    draft: str = ""
    draft_at: datetime | None = None
    attempt: Attempt | None = None
    grade: Grade | None = None
    problem: str = ""
    refused: str = ""
    unsaved: bool = False
    fresh: bool = False
    ours: bool | None = None
    log: int | None = None


def name(task: Task, what: str) -> str:
    """Return the session key of something that belongs to a task's current try."""
    return f"{task.place}.{task.id}.{what}.{card_of(task).key[:8]}"


def card_of(task: Task) -> Card:
    """Return the session's card of a task, at first from the store: an answer not marked yet, or a draft."""
    if task.card_key not in st.session_state:
        st.session_state[task.card_key] = _from_store(task)
    card: Card = st.session_state[task.card_key]
    return card


def _from_store(task: Task) -> Card:
    card, store, learner = Card(), the_store(), the_learner()
    if store is None or "drill" in task.noted:
        return card  # fresh numbers: what was typed belonged to others
    rows = _rows(store, task)
    earlier = [one for one in rows if not one.undone]
    card.log = _end_of(rows, task)
    if earlier and waits(earlier[-1], task.fingerprint):
        card.attempt, card.grade = earlier[-1], grade_from(earlier[-1].machine)
    elif draft := store.drafts(learner.id).get(task.id):
        card.draft, card.draft_at, card.seconds = draft.text, draft.at, draft.seconds
    return card


def _rows(store: Store, task: Task) -> list[Attempt]:
    """Return the log's rows of a question, also those that were taken back; none beside a question."""
    return [] if side_part(task.id) else store.attempts(the_learner().id, question=task.id, undone=True)


def _end_of(rows: list[Attempt], task: Task) -> int | None:
    return None if side_part(task.id) else rows[-1].sequence if rows else 0


def _was_seen(store: Store, task: Task, card: Card) -> bool:
    """Tell whether another window has answered the question since this try began: it showed the model answer."""
    end = card.log
    return end is not None and any(one.sequence > end and one.key != card.key for one in _rows(store, task))


def was_seen(one: Attempt) -> bool:
    """Tell whether an answer was given after its model answer could be seen: it is kept, and counts as no recall."""
    return side_part(one.question) == SEEN


def waits(one: Attempt, fingerprint: str) -> bool:
    """Tell whether a written answer to the question as it is now waits for its mark; fresh numbers are past."""
    return one.recalled is None and one.fingerprint == fingerprint and bool(one.answer) and "drill" not in one.machine


def shown(task: Task) -> None:
    """Start the clock of a task that is drawn to be answered, and hear when nobody is there."""
    clock.shown(name(task, "shown"))
    card = card_of(task)

    def stood(seconds: float) -> None:
        card.seconds = max(card.seconds, seconds)

    what = "" if card.log is None else f"{the_learner().id} {task.place} {task.id} {card.log}"
    clock.watch(name(task, "presence"), lambda: touched(task), what, stood)


def touched(task: Task) -> None:
    """Give a task the time since the last sign of life."""
    card_of(task).seconds += clock.taken()


def changed(task: Task) -> None:
    """Take back what was said of an answer, since something of it is another now."""
    touched(task)
    card = card_of(task)
    card.problem, card.unsaved = "", False


def draft(task: Task, text: str) -> None:
    """Keep what is being typed, so that a restart can bring it back.

    The page tells what was typed when the typing pauses, so this may come after a press on the button below: what the
    press said of this very text stays.
    """
    card, store = card_of(task), the_store()
    touched(task) if text == card.refused else changed(task)
    if store is None or card.attempt or text == card.draft or len(text) > MOST_CHARACTERS or "drill" in task.noted:
        return
    try:
        store.save_draft(the_learner().id, task.id, text, card.seconds)
    except GrimoireError as error:
        card.problem = f"The draft could not be saved. {error}"
    else:
        card.draft = text


def lock(task: Task, save: bool = True) -> None:
    """Grade and save the answer that stands in the task's widgets; what is missing or refused is said on the card."""
    card = card_of(task)
    changed(task)
    text, sure = answers.read(task.exact, name(task, "answer")), st.session_state.get(name(task, "sure"))
    card.refused = text
    if card.attempt:
        return  # pressed twice
    if not text.strip():
        card.problem = "There is no answer to lock yet."
        return
    if sure is None:
        card.problem = "Say how sure you are, then lock: you will see how well you know what you know."
        return
    give(task, text, sure, save)


def give(task: Task, text: str, sure: int, save: bool = True) -> None:
    """Grade an answer and append it to the log, unless the card has one; what is refused is said on the card.

    Args:
        task: what it answers.
        text: the answer.
        sure: confidence, 1 to 4.
        save: whether it is to be kept.
    """
    card = card_of(task)
    if card.attempt:
        return  # pressed twice
    card.refused = text
    try:
        grade = task.grade(text)
        card.attempt = _kept(task, card, text, grade, sure) if save else _unkept(task, card, text, grade, sure)
    except AnswerRefused as error:
        card.problem = str(error)
    except GrimoireError as error:
        card.problem, card.unsaved = f"Your answer is not saved. {error}", True
    except Exception as error:
        alone.log(f"Checking the answer to {task.id}", error)
        card.problem = f"Your answer could not be checked, and it is not saved; it stays here. {sentence(error)}"
    else:
        card.grade, card.fresh, card.ours = grade, True, True
        standing.changed()


def _kept(task: Task, card: Card, text: str, grade: Grade, sure: int) -> Attempt:
    store = the_store()
    if store is None:
        return _unkept(task, card, text, grade, sure)
    seen, learner, machine = _was_seen(store, task, card), the_learner().id, {**marks_of(grade), **task.noted}
    id = f"{task.id}~seen" if seen else task.id
    kept = store.add_attempt(
        card.key, learner, task.topic, id, task.fingerprint, text, machine, sure, card.hint, card.seconds
    )
    if seen:
        with suppress(GrimoireError):  # it is saved; the draft is offered again
            store.save_draft(learner, task.id, "")
    return kept


def _unkept(task: Task, card: Card, text: str, grade: Grade, sure: int) -> Attempt:
    return Attempt(
        id=0,
        sequence=0,
        learner=the_learner().id,
        question=task.id,
        topic=task.topic,
        fingerprint=task.fingerprint,
        answer=text,
        machine=marks_of(grade),
        marks=None,
        recalled=None,
        confidence=sure,
        hint_used=card.hint,
        seconds=card.seconds,
        at=datetime.now(UTC),
        undone=False,
    )


def mark(task: Task, marks: Mapping[str, object], recalled: bool | None) -> None:
    """Save the learner's own marks and verdict; the latest count."""
    card, store = card_of(task), the_store()
    if card.attempt is None:
        return
    card.problem = ""
    if card.attempt.id == 0 or store is None:
        card.attempt = replace(card.attempt, marks=dict(marks), recalled=recalled)
        return
    try:
        card.attempt = store.add_marks(card.attempt.id, marks, recalled)
    except GrimoireError as error:
        card.problem = f"Your marks are not saved. {error}"
        logging.getLogger(__name__).warning("marks were not saved: %s", error)
    else:
        card.fresh = recalled is not None
        standing.changed()


def again(task: Task) -> None:
    """Begin a fresh try."""
    store = the_store()
    st.session_state[task.card_key] = Card(log=_end_of(_rows(store, task), task) if store else None)


def forget(question: str) -> None:
    """Drop what the session remembers of a question, because its attempt was undone."""
    st.session_state.pop(f"question.{question}.card", None)


def marks_of(grade: Grade) -> dict[str, object]:
    """Return the machine's marks as the log keeps them, of JSON's types."""
    wrong = grade.misconception
    return {
        "correct": grade.correct,
        "points": [[one.point, one.state, one.span] for one in grade.points],
        "says": grade.says,
        "warnings": list(grade.warnings),
        "misconception": [wrong.claim, wrong.why] if wrong else None,
    }


def grade_from(machine: Mapping[str, Any]) -> Grade:
    """Rebuild a grade from the log; what is no mark, as a file from elsewhere may hold, is left out."""
    correct, says, wrong = machine.get("correct"), machine.get("says"), machine.get("misconception")
    return Grade(
        correct=correct if isinstance(correct, bool) else None,
        points=tuple(Mark(*one) for one in _listed(machine.get("points")) if _is_mark(one)),
        says=says if isinstance(says, str) else "",
        warnings=tuple(one for one in _listed(machine.get("warnings")) if isinstance(one, str)),
        misconception=Misconception(*wrong) if _is_belief(wrong) else None,
    )


def seed_of(machine: Mapping[str, Any]) -> int | None:
    """Return the seed that a row of the log names, None where it names none that could be drawn from."""
    seed = machine.get("seed")
    return seed if isinstance(seed, int) and not isinstance(seed, bool) and seed >= 0 else None


def vouched(task: Task, card: Card) -> bool:
    """Tell whether a grade's sentence may be drawn as Markdown: it is the machine's own and quotes nothing typed.

    A grade from the log may be anybody's, so it is given again and compared.
    """
    if card.ours is None and card.attempt and card.grade:
        try:
            again = task.grade(card.attempt.answer)
            quotes = task.exact is not None and task.exact.check not in ("choice", "symbolic") and not again.ours
            card.ours = again.says == card.grade.says and not quotes
        except Exception as error:
            alone.log(f"Checking the answer to {task.id} again", error)
            card.ours = False
    return bool(card.ours)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_mark(one: object) -> bool:
    match one:
        case [int(), str(state), str()] | [int(), str(state)]:
            return not isinstance(one[0], bool) and state in STATES
    return False


def _is_belief(wrong: object) -> TypeGuard[list[str]]:
    return isinstance(wrong, list) and len(wrong) == 2 and all(isinstance(one, str) for one in wrong)
