"""An exam being sat: every question at once, no feedback, one hand-in. What is typed outlasts a reload.

One exam is under way at a time: a setting in the store holds its key, its paper, when it began and how sure the learner
was where; what was typed lies among the drafts under the question's id with "~exam." and the key behind it. A limit is
counted and told, and takes nobody's pen away: what was typed can always be handed in.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from engine.errors import AnswerRefused, GrimoireError, sentence
from engine.quiz import exam
from engine.quiz.asking import Asked, asked
from engine.quiz.bank import Question
from engine.quiz.exam import Paper
from engine.quiz.grade import Grade
from engine.quiz.grading import MOST_CHARACTERS
from engine.quiz.store import Answer, Store
from pages.widgets.cards import answers, attempt, clock
from pages.widgets.shell import alone, kept_place, standing
from pages.widgets.shell.letters import plural
from pages.widgets.shell.replies import reply, said, say
from pages.widgets.shell.store import the_learner, the_store
from pages.widgets.shell.words import notice

GOING, SETTING = "exam.going", "exam"
BEGIN, RESULT, GIVE_UP = "exam.begin", "exam.result", "exam.give-up"  # where it is said what a press came to

exam_clock = st.components.v2.component(
    "grimoire.exam_clock",
    html='<p><span aria-hidden="true">◷</span> <span role="timer"></span><span role="status"></span></p>',
    css="""p { margin: 0; font: 0.95rem/1.6 var(--st-font); color: var(--st-text-color); }
           [role=timer] { font-variant-numeric: tabular-nums; }
           [data-over] { font-weight: 600; color: var(--st-primary-color); }
           [role=status] { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }""",
    js=Path(__file__).with_name("exam_clock.js").read_text(encoding="utf-8"),
)


@dataclass
class Going:
    """A sitting that is not handed in yet.

    Attributes:
        key: the sitting's; answers are saved under it, so that a second hand-in saves nothing twice.
        code: of the paper.
        drafts: what was typed before a reload, by question id.
        sure: confidence by place, as it is kept.
        spent: seconds by question; kept with the drafts and with how sure the learner is.
        problems: what keeps it from being handed in, by place.
        problem: what keeps the whole from being handed in.
        open: the places left open at the last press on "Hand in".
        begun: time.time() when it was begun, in whatever session.
    """

    key: str
    code: str
    drafts: dict[str, str] = field(default_factory=dict)
    sure: dict[int, int] = field(default_factory=dict)
    spent: dict[str, float] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)
    problem: str = ""
    open: tuple[int, ...] = ()
    begun: float = field(default_factory=time.time)

    @property
    def passed(self) -> float:
        """Seconds since it was begun; a clock that was put back counts as none."""
        return max(time.time() - self.begun, 0.0)

    def name(self, place: int, what: str) -> str:
        """Return the session key of a widget."""
        return f"exam.{self.key[:8]}.{place}.{what}"

    def draft(self, question: str) -> str:
        """Return the id of a question's draft."""
        return f"{question}~exam.{self.key}"

    def note(self, question: str) -> None:
        """Give a question the time since the last sign of life (clock.py)."""
        self.spent[question] = self.spent.get(question, 0.0) + clock.taken()

    def kept(self) -> dict[str, object]:
        """Return what the setting holds."""
        sure = {str(place): one for place, one in self.sure.items()}
        spent = dict(self.spent)
        return {"key": self.key, "paper": self.code, "begun": self.begun, "sure": sure, "spent": spent}


def underway(store: Store) -> Going | None:
    """Return the sitting that this learner has not handed in, or None."""
    kept, here = store.setting(the_learner().id, SETTING), st.session_state.get(GOING)
    if not isinstance(kept, dict) or not isinstance(kept.get("key"), str) or not isinstance(kept.get("paper"), str):
        return None
    if isinstance(here, Going) and here.key == kept["key"]:
        return here
    going = Going(kept["key"], kept["paper"])
    ending = f"~exam.{going.key}"
    drafts = {id.removesuffix(ending): one for id, one in store.drafts(the_learner().id).items() if id.endswith(ending)}
    going.drafts = {id: one.text for id, one in drafts.items()}
    if isinstance(begun := kept.get("begun"), float):  # before there was a clock nothing said it
        going.begun = begun
    spent = kept.get("spent")
    for id, taken in spent.items() if isinstance(spent, dict) else ():
        if isinstance(taken, (int, float)) and taken >= 0:
            going.spent[str(id)] = float(taken)
    for id, one in drafts.items():
        going.spent[id] = max(going.spent.get(id, 0.0), one.seconds)
    sure = kept.get("sure")
    for place, one in sure.items() if isinstance(sure, dict) else ():
        if str(place).isdigit() and one in (1, 2, 3, 4):
            going.sure[int(place)] = one
    st.session_state[GOING] = going
    return going


def is_underway(store: Store, going: Going) -> bool:
    """Tell whether a sitting is still the one under way: another window may have handed it in, or begun another."""
    kept = store.setting(the_learner().id, SETTING)
    return isinstance(kept, dict) and kept.get("key") == going.key


def begin(code: str) -> None:
    """Begin a sitting of a paper; one that is under way is given up."""
    store = the_store()
    if store is None:
        return
    going = Going(uuid.uuid4().hex, code)
    try:
        if before := underway(store):
            forget(store, before)
        store.save_setting(the_learner().id, SETTING, going.kept())
    except GrimoireError as error:
        say(BEGIN, f"The exam was not begun. {error}")
        return
    st.session_state[GOING] = going
    st.query_params["exam"] = code
    kept_place.to_the_top()


def forget(store: Store, going: Going) -> None:
    """Drop what was typed into a sitting, and that it is under way."""
    ending = f"~exam.{going.key}"
    for id in store.drafts(the_learner().id):
        if id.endswith(ending):
            store.save_draft(the_learner().id, id, "")
    if is_underway(store, going):
        store.save_setting(the_learner().id, SETTING, None)


def give_up() -> None:
    """Leave the sitting that is under way, without a result."""
    store = the_store()
    try:
        if store and (going := underway(store)):
            forget(store, going)
    except GrimoireError as error:
        say(GIVE_UP, f"The exam is still under way. {error}")
        return
    st.session_state.pop(GOING, None)
    st.query_params.pop("exam", None)
    kept_place.to_the_top()


def show(going: Going, paper: Paper, bank: Mapping[str, Question]) -> None:
    """Draw the clock, the paper and the button that hands it in."""
    with st.container(key="exam-clock"):
        exam_clock(key="exam.time", data={"passed": going.passed, "limit": 60 * paper.minutes})
    sheets = [asked(bank[id], paper.seed_of(id)) for id in paper.questions]
    clock.shown(f"exam.{going.key}")
    clock.watch(f"exam.{going.key}.presence", clock.put_down)
    for place, sheet in enumerate(sheets):
        item(going, place, sheet)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Hand in",
            type="primary",
            icon=":material/assignment_turned_in:",
            key="exam.hand-in",
            on_click=hand_in,
            args=(going, paper, sheets),
        )
        if going.open:
            st.button(
                "Hand in with these left open",
                key="exam.hand-in-open",
                on_click=hand_in,
                args=(going, paper, sheets, True),
            )
        with st.popover("Give up", type="tertiary"):
            st.markdown("What you typed here is forgotten, and there is no result.")
            st.button("Give it up", key="exam.give-up", on_click=give_up)
            said(GIVE_UP, "error")
    if going.open:
        numbers = ", ".join(str(place + 1) for place in going.open)
        reply(f"{plural(len(going.open), 'question')} without an answer: {numbers}.", "edit_off", "exam.open")
    if going.problems or going.problem:
        there = ", ".join(str(place + 1) for place in sorted(going.problems))
        reply(going.problem or f"Not handed in yet. Look at {there}.", "error", "exam.problem")
    if places := sorted({*going.open, *going.problems}):
        links = " · ".join(f"[question {place + 1}](#exam-question-{place + 1})" for place in places)
        with st.container(key="notice-reply-exam.places"):
            st.markdown(f":material/arrow_upward: Go to {links}")


@st.fragment
def item(going: Going, place: int, sheet: Asked) -> None:
    """Draw one question of the paper; typing reruns it alone."""
    question = sheet.question

    def saved(write: Callable[[Store, int], None]) -> None:
        going.note(question.id)
        going.problems.pop(place, None)
        going.open = tuple(one for one in going.open if one != place)
        store = the_store()
        if store and is_underway(store, going):
            try:
                write(store, the_learner().id)
            except GrimoireError as error:
                going.problems[place] = f"This could not be kept for a reload. {error}"

    def typed(text: str) -> None:
        if len(text) <= MOST_CHARACTERS:
            spent = going.spent
            saved(lambda store, learner: store.save_draft(learner, going.draft(question.id), text, spent[question.id]))

    def chosen() -> None:
        sure = st.session_state.get(going.name(place, "sure"))
        going.sure = {**{at: one for at, one in going.sure.items() if at != place}, **({place: sure} if sure else {})}
        saved(lambda store, learner: store.save_setting(learner, SETTING, going.kept()))

    failing = alone.part(f"Question {place + 1}", going.name(place, "alone"))
    with st.container(border=True, key=f"card-exam-{place}"), failing:
        st.header(f"Question {place + 1}", anchor=f"exam-question-{place + 1}")
        st.markdown(question.ask)
        if sheet.problem:
            notice(sheet.problem, "casino", going.name(place, "numbers"))
        key, start = going.name(place, "answer"), going.drafts.get(question.id, "")
        if sheet.exact is None:
            answers.free_text(key, start, typed)
        else:
            answers.exact(sheet.exact, key, start, typed, place)
        if place in going.sure:
            st.session_state.setdefault(going.name(place, "sure"), going.sure[place])
        answers.confidence(going.name(place, "sure"), "How sure are you?", chosen)
        if problem := going.problems.get(place):
            notice(problem, "error", going.name(place, "problem"))
        elif place in going.open:
            notice("There is no answer yet.", "edit_off", going.name(place, "open"))


def hand_in(going: Going, paper: Paper, sheets: list[Asked], left_open: bool = False) -> None:
    """Grade every answer, then save them all; where something is missing or refused nothing is handed in."""
    going.problems, going.problem, empty = {}, "", []
    graded: list[tuple[str, Grade, int]] = []
    for place, sheet in enumerate(sheets):
        text = answers.read(sheet.exact, going.name(place, "answer"))
        sure = st.session_state.get(going.name(place, "sure"))
        if not text.strip():
            empty.append(place)
            graded.append(("", Grade(False, says="Left open."), 1))
            continue
        try:
            graded.append((text, sheet.grade(text), sure or 1))
        except AnswerRefused as error:
            going.problems[place] = str(error)
        except Exception as error:
            alone.log(f"Checking the answer to {sheet.question.id}", error)
            says = f"The check of this answer failed, so you mark it. {sentence(error)}"
            graded.append((text, Grade(None, says=says), sure or 1))
        if sure is None:
            going.problems.setdefault(place, "Say how sure you are.")
    going.open = () if left_open else tuple(empty)
    if not going.problems and not going.open:
        save(going, paper, sheets, graded)


def save(going: Going, paper: Paper, sheets: list[Asked], graded: list[tuple[str, Grade, int]]) -> None:
    """Save the answers of a sitting, all or none, and show its result."""
    store, learner = the_store(), the_learner().id
    if store is None:
        going.problem = "Nothing can be kept at the moment, so nothing is handed in. Your answers stay here."
        return
    rows = [
        Answer(
            f"{going.key}-{place}",
            learner,
            one.question.topic,
            one.question.id,
            one.fingerprint,
            text,
            {**attempt.marks_of(grade), **one.noted, **exam.noted(going.key, paper, place, going.passed)},
            sure,
            False,
            going.spent.get(one.question.id, 0.0),
            draft=going.draft(one.question.id),
        )
        for place, (one, (text, grade, sure)) in enumerate(zip(sheets, graded, strict=True))
    ]
    try:
        kept = store.add_attempts(rows)
    except GrimoireError as error:
        going.problem = f"Nothing is handed in. Your answers stay here. {error}"
        return
    if [one.answer for one in kept] != [one.answer for one in rows]:
        say(
            RESULT,
            "This exam was handed in before, in another window perhaps. That counts; what was "
            "changed here afterwards does not.",
        )
    with suppress(GrimoireError):  # the answers are safe; what is left over is offered again
        forget(store, going)
    st.session_state.pop(GOING, None)
    standing.changed()
    for id in paper.questions:
        attempt.forget(id)
    st.query_params.pop("exam", None)
    st.query_params["sitting"] = going.key
    kept_place.to_the_top()
