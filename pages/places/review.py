"""Review: what is due, mixed over topics, one question at a time."""

from __future__ import annotations

import math
from collections import Counter
from datetime import timedelta

import streamlit as st

from pages.widgets import review_card, review_turn, review_wishes, standing
from pages.widgets.review_wishes import shortcut
from pages.widgets.store import store_problem, the_store
from pages.widgets.words import notice, plural


def main() -> None:
    """Draw the page."""
    with st.container(key="place"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.title("Review", anchor=False, width="content")
            review_wishes.show()
        if the_store() is None:
            notice(f"You can practise, but nothing is kept: {store_problem()}", "cloud_off", "review.problem")
        turn = review_turn.current()
        if said := st.session_state.pop(review_turn.SAID, ""):
            notice(said, "info", "review.said")
        if turn is None:
            at_rest()
        else:
            left()
            review_card.show(turn)
        take_back()


def left() -> None:
    """Say how many questions are left, and about how long they take."""
    count = len(review_turn.queue())
    minutes = math.ceil(count * standing.pace() / 60)
    done = st.session_state.get(review_turn.DONE, [])
    so_far = f" · {len(done)} done" if done else ""
    last = "The last one." if count <= 1 else f"{plural(count, 'question')} left, about {plural(minutes, 'minute')}"
    st.caption(f"{last}{so_far}")


def at_rest() -> None:
    """Say what was done and what comes next, and offer something new."""
    done = Counter(st.session_state.get(review_turn.DONE, []))
    if done:
        st.markdown(f":material/done_all: **{plural(done.total(), 'question')} reviewed:** {done[True]} recalled, "
                    f"{done[False]} missed.")  # fmt: skip
    st.markdown(coming() or "Nothing is to be reviewed yet: what you answer comes back here, first after days, then "
                            "after weeks, just before you would forget it.")  # fmt: skip
    if new := standing.new_today():
        st.button(f"Begin {plural(len(new), 'new question')}", type="primary", icon=":material/play_circle:",
                  key="review.begin", shortcut=shortcut("N"), on_click=review_turn.begin_new)  # fmt: skip
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
        st.page_link(f"{entry.part}/{entry.slug}.py", label=f"Or {verb} with **{entry.title}**",
                     icon=":material/menu_book:")  # fmt: skip


def take_back() -> None:
    """Offer to undo the last review."""
    if one := review_turn.last_review():
        question = standing.all_questions().get(one.question)
        with st.container(horizontal=True, vertical_alignment="center", key="review-undo"):
            st.button("Undo", type="tertiary", icon=":material/undo:", key="review.undo", shortcut=shortcut("U"),
                      on_click=review_turn.undo, args=(one.id,))  # fmt: skip
            st.caption(f"Takes back your answer to {question.title if question else one.question}.", width="content")


main()
