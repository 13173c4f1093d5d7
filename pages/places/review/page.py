"""Review: what is due, mixed over topics, one question at a time."""

from __future__ import annotations

import math
from collections import Counter
from datetime import timedelta

import streamlit as st

from pages.places.review import card, wishes
from pages.places.review import turn as review_turn
from pages.places.review.turn import Turn
from pages.places.review.wishes import shortcut
from pages.widgets.shell import alone, standing
from pages.widgets.shell.letters import plural
from pages.widgets.shell.pages import page_of
from pages.widgets.shell.replies import said as told
from pages.widgets.shell.store import store_problem, the_store
from pages.widgets.shell.words import notice


def main() -> None:
    """Draw the page."""
    with st.container(key="place"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.title("Review", anchor=False, width="content")
            with alone.part("The schedule's settings", "review.wishes"):
                wishes.show()
        if the_store() is None:
            notice(f"You can practise, but nothing is kept: {store_problem()}", "cloud_off", "review.problem")
        if problem := standing.schedule_problem():
            notice(problem, "error", "review.schedule")
            elsewhere()
            return
        review_turn.follow()
        turn = review_turn.current()
        if said := st.session_state.pop(review_turn.SAID, ""):
            notice(said, "info", "review.said")
        if turn is None:
            at_rest()
        else:
            left(turn)
            asking(turn)
        take_back()


def asking(turn: Turn) -> None:
    """Draw the turn that is on; a question that cannot be drawn makes room for the next one."""
    drawn = False
    with alone.part(turn.question.title, "review.card"):
        card.show(turn)
        drawn = True
    if not drawn:
        st.button("Later", key="review.later", on_click=review_turn.put_off, args=(turn.card.key,))


def left(turn: Turn) -> None:
    """Say how many answers wait and how many questions are left, and about how long they take."""
    waiting, count, this = len(standing.waiting()), len(review_turn.queue()), turn.card.attempt
    minutes = math.ceil(count * standing.pace() / 60)
    done = st.session_state.get(review_turn.DONE, [])
    said = []
    if earlier := waiting > 1 or (waiting == 1 and not (this and this.machine.get("review"))):
        said.append(plural(waiting, "answer waits for your judgement", "answers wait for your judgement"))
    if count > 1:
        said.append(f"{plural(count, 'question')} left, about {plural(minutes, 'minute')}")
    elif not earlier:
        said.append("The last one.")
    if done:
        said.append(f"{len(done)} done")
    st.caption(" · ".join(said))


def at_rest() -> None:
    """Say what was done and what comes next, and offer something new."""
    done = Counter(st.session_state.get(review_turn.DONE, []))
    if done:
        st.markdown(
            f":material/done_all: **{plural(done.total(), 'question')} reviewed:** {done[True]} recalled, "
            f"{done[False]} missed."
        )
    st.markdown(
        coming()
        or "Nothing is to be reviewed yet: what you answer comes back here, first after days, then "
        "after weeks, just before you would forget it."
    )
    if new := standing.new_today():
        st.button(
            f"Begin {plural(len(new), 'new question')}",
            type="primary",
            icon=":material/play_circle:",
            key="review.begin",
            shortcut=shortcut("N"),
            on_click=review_turn.begin_new,
        )
    elsewhere()


def coming() -> str:
    """Say when the next questions are due; nothing where there are none."""
    bank, now = standing.all_questions(), standing.now()
    ahead = sorted(one.due for id, one in standing.memories().items() if id in bank)
    if not ahead:
        return ""
    first = ahead[0].astimezone(now.tzinfo)
    soon = sum(due <= first + timedelta(hours=1) for due in ahead)
    others = f", and {plural(soon - 1, 'other')} within the hour after it" if soon > 1 else ""
    minutes = math.ceil((first - now).total_seconds() / 60)
    days = (first.date() - now.date()).days
    if minutes < 60:
        at = f"in {plural(max(minutes, 1), 'minute')}"
    else:
        at = {0: "today", 1: "tomorrow"}.get(days, f"on {first:%A}, {first.day} {first:%B}") + f" at {first:%H:%M}"
    return f"Nothing is due now. The next question comes **{at}**{others}."


def elsewhere() -> None:
    """Link to a topic to go on with: the first that was begun and is not done, or the first one."""
    topics = {entry: standing.of_topic(entry.slug) for entry in standing.asked()}
    begun = sorted((entry for entry, one in topics.items() if one.open), key=lambda entry: not topics[entry].answered)
    for entry in begun[:1]:
        verb = "go on" if topics[entry].answered else "begin"
        st.page_link(page_of(entry), label=f"Or {verb} with **{entry.title}**", icon=":material/menu_book:")


def take_back() -> None:
    """Offer to undo the last review."""
    if one := review_turn.last_review():
        with st.container(horizontal=True, vertical_alignment="center", key="review-undo"):
            st.button(
                "Undo",
                type="tertiary",
                icon=":material/undo:",
                key="review.undo",
                shortcut=shortcut("U"),
                on_click=review_turn.undo,
                args=(one.id,),
            )
            st.caption(f"Takes back your last answer: {standing.called(one.question)}.", width="content")
    told(review_turn.BACK, "undo")


main()
