"""After the lock: the answer as locked, the model answer, the rubric with advice, and the learner's verdict."""

from __future__ import annotations

import streamlit as st

from engine.content import Topic
from engine.quiz.bank import Exact, Question
from engine.quiz.grade import Grade, Mark
from engine.quiz.grading import differing
from engine.quiz.progress import CONFIDENCE
from engine.quiz.store import Attempt
from pages.widgets.cards import attempt
from pages.widgets.cards.attempt import Card, Task, name
from pages.widgets.shell import alone, standing
from pages.widgets.shell.letters import plain
from pages.widgets.shell.pages import page_of
from pages.widgets.shell.replies import reply
from pages.widgets.shell.store import the_store
from pages.widgets.shell.words import Colour, answer_text, notice, when

UNTICKED = "no point ticked, recalled all the same? Your word counts."
ADVICE: dict[str, tuple[str, Colour, str]] = {
    "present": ("check", "green", "The machine finds this point"),
    "absent": ("close", "orange", "Nothing in the answer is left that could make this point"),
    "cannot tell": ("question_mark", "gray", "The machine cannot tell"),
    "no words found": (
        "search_off",
        "gray",
        "The machine found no words for this point. You may have made it in words that it does not know",
    ),
}
VERDICT: dict[bool | None, tuple[str, str, Colour]] = {
    True: ("right", "check", "green"),
    False: ("not right", "close", "orange"),
    None: ("undecided", "question_mark", "gray"),
}


def show(question: Question, topic: Topic, task: Task, card: Card) -> None:
    """Draw the reveal of a locked answer."""
    assert card.attempt is not None
    assert card.grade is not None
    locked(card.attempt, task.exact)
    if task.exact:
        with alone.part("The verdict", name(task, "verdict")):
            verdict(task, card)
    with st.container(key=f"model-{name(task, 'model')}"):
        st.markdown("**Model answer**")
        st.markdown(question.answer)
    if question.points and not decided(task, card.grade):
        with alone.part("The list of points", name(task, "rubric")):
            rubric(question, task, card.grade)
    with alone.part("The advice", name(task, "advice")):
        advice(question, task, card.grade)
    with alone.part("The experiment that settles it", name(task, "settles")):
        settles(question, topic, here=task.place == attempt.TOPIC_PAGE)
    decide(question, task, card)


def locked(one: Attempt, exact: Exact | None) -> None:
    """Show the answer as it was locked: an option as the page wrote it, anything typed as text."""
    hinted = ", after the hint" if one.hint_used else ""
    st.caption(f"Your answer, locked {when(one.at)}. You were: {CONFIDENCE[one.confidence]}{hinted}.")
    if attempt.was_seen(one):
        notice(
            "This question was answered in another window meanwhile, and its model answer could be seen there. "
            "What you wrote here is kept in the log and does not count as recall; the other answer does.",
            "visibility",
            f"seen.{one.id}",
        )
    picked = one.answer.split("\n")
    if exact and exact.check == "choice" and set(picked) <= set(exact.options):
        st.markdown("\n".join(f"- {option}" for option in picked))
    else:
        answer_text(one.answer)


def verdict(task: Task, card: Card) -> None:
    """Say what an exact check found; where the sentence may quote the learner, or is not ours, it is shown as text."""
    grade, exact = card.grade, task.exact
    assert grade is not None
    assert exact is not None
    word, icon, color = VERDICT[grade.correct]
    with st.container(horizontal=True, vertical_alignment="top"):
        st.badge(word, icon=f":material/{icon}:", color=color)
        if grade.correct:
            return
        if attempt.vouched(task, card):
            st.markdown(grade.says, width="stretch")
        else:
            st.text(plain(grade.says), width="stretch")


def decided(task: Task, grade: Grade) -> bool:
    """Tell whether there is nothing to tick: a check has graded the answer, and it holds no words to look at."""
    return task.exact is not None and grade.correct is not None and not grade.points


def rubric(question: Question, task: Task, grade: Grade) -> None:
    """Draw the points of a good answer: a box for the learner, and the machine's advice beside it."""
    card = attempt.card_of(task)
    if card.attempt and not card.attempt.answer.strip():
        st.markdown("**Which of these points did you think of?** Tick them.")
    else:
        st.markdown("**Which of these points does your answer make?** Tick them; you decide, the machine only advises.")
        if not task.exact:
            st.caption(grade.says) if attempt.vouched(task, card) else st.text(plain(grade.says))
    found = {one.point: one for one in grade.points}
    marked = (card.attempt.marks or {}).get("points") if card.attempt else None
    earlier = marked if isinstance(marked, list) else []

    def ticked() -> None:
        if card.attempt:
            attempt.mark(task, ticks(question, task), card.attempt.recalled)

    for index, point in enumerate(question.points):
        key = name(task, f"point.{index}")
        st.session_state.setdefault(key, index < len(earlier) and earlier[index] is True)
        with st.container(horizontal=True, gap="small", key=f"point-row-{key}"):
            st.checkbox(point.says, key=key, on_change=ticked, width="stretch", wrap=True, persist_state="session")
            if index in found:
                advised(found[index])
    judged = card.attempt is not None and card.attempt.recalled is not None
    agreed_so_far(grade, ticks(question, task)["points"], judged)


def agreed_so_far(grade: Grade, boxes: list[bool], judged: bool) -> None:
    """Say how often learner and machine agreed until now, where they differ on this answer."""
    differ, store = differing([(one.point, one.state) for one in grade.points], boxes, judged), the_store()
    history = standing.history() if differ else None
    if store is None or history is None:
        return
    if said := history.agreement(store).sentence(differ):
        st.caption(said)


def advised(one: Mark) -> None:
    """Show the machine's advice on a point, and the words of the answer that it means."""
    says = "no words found" if one.no_words else one.state
    icon, color, help = ADVICE[says]
    with st.container(width=190, gap="xxsmall"):
        st.badge(says, icon=f":material/{icon}:", color=color, help=help)
        if one.span:
            st.text(f"“{plain(one.span)}”")


def ticks(question: Question, task: Task) -> dict[str, list[bool]]:
    """Return the learner's own marks as they stand in the boxes."""
    boxes = range(len(question.points))
    return {"points": [bool(st.session_state.get(name(task, f"point.{index}"))) for index in boxes]}


def advice(question: Question, task: Task, grade: Grade) -> None:
    """Show what to look at before the advice is believed, and the wrong belief that the answer shows.

    A belief that the question does not know (any more) comes from the log, where a file may have put it: it is text.
    """
    for index, warning in enumerate(grade.warnings):
        notice(warning, "warning", name(task, f"warning.{index}"))
    if wrong := grade.misconception:
        says = f"Your answer seems to say: {wrong.claim.rstrip('.')}."
        if wrong not in question.misconceptions:
            notice(f"{says} {wrong.why}", "psychology_alt", name(task, "belief"))
            return
        with st.container(key=f"notice-{name(task, 'belief')}", gap="xsmall"):
            st.markdown(f":material/psychology_alt: **{says}**")
            st.markdown(wrong.why)


def settles(question: Question, topic: Topic, here: bool) -> None:
    """Link to the experiment that settles the question: here, or to the page on which it stands."""
    text = topic.experiments.get(question.settles)
    if text and not here:
        st.page_link(
            page_of(topic),
            label=f"The experiment that settles it: {text.title}",
            icon=":material/experiment:",
            query_params={"experiment": text.id},
        )
    elif text:
        anchor = f"experiment-{question.settles.replace('_', '-')}"
        st.markdown(f":material/experiment: The experiment that settles it: [{text.title}](#{anchor})")


def decide(question: Question, task: Task, card: Card) -> None:
    """Ask for the verdict; where the check is exact the machine proposes one."""
    assert card.attempt is not None
    assert card.grade is not None
    chosen = card.attempt.recalled
    proposed = card.grade.correct if chosen is None else chosen

    def judged(recalled: bool) -> None:
        attempt.mark(task, ticks(question, task), recalled)

    if attempt.was_seen(card.attempt):  # nothing to decide
        st.button("Try again", icon=":material/replay:", key=name(task, "again"), on_click=attempt.again, args=(task,))
        return
    st.markdown("**Did you recall it?**")
    with st.container(horizontal=True, vertical_alignment="center"):
        for recalled, label, icon in ((False, "Missed", "close"), (True, "Recalled", "check")):
            st.button(
                label,
                icon=f":material/{icon}:",
                key=name(task, label.lower()),
                type="primary" if proposed is recalled else "secondary",
                on_click=judged,
                args=(recalled,),
            )
        if chosen is not None:
            kept = "Saved" if card.attempt.id else "Noted, not saved"
            st.caption(f"{kept}: {'recalled' if chosen else 'missed'}.", width="content")
            if task.place == attempt.TOPIC_PAGE:
                st.button(
                    "Try again",
                    type="tertiary",
                    icon=":material/replay:",
                    key=name(task, "again"),
                    on_click=attempt.again,
                    args=(task,),
                )
    if chosen and unticked(question, card, ticks(question, task)["points"]):
        st.caption(f"{UNTICKED[0].upper()}{UNTICKED[1:]}")
    if card.problem:
        reply(card.problem, "error", name(task, "unmarked"))


def unticked(question: Question, card: Card, boxes: list[bool]) -> bool:
    """Tell whether an answer counts as recalled though no point of it is ticked, and no check found it right."""
    assert card.attempt is not None
    right = card.grade is not None and card.grade.correct is True
    return card.attempt.recalled is True and bool(question.points) and not any(boxes) and not right
