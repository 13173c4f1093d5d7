"""What a learner wishes of the review: how much to retain, an exam date, new questions a day, keys or no keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import streamlit as st

from engine.quiz import schedule
from pages.widgets.shell import alone, standing
from pages.widgets.shell.letters import plural
from pages.widgets.shell.replies import reply

RETENTION, EXAM, NEW, KEYS, SAID = (f"wishes.{one}" for one in ("retention", "exam", "new", "keys", "said"))
USUAL = 0.9
FIRM_DAYS = 30  # a question that is asked monthly at the usual retention is the example


def show() -> None:
    """Draw the popover."""
    with st.popover("Schedule", icon=":material/tune:", type="tertiary"):
        wanted, today = standing.wishes(), standing.now().date()
        low, high = (round(100 * one) for one in schedule.RETENTION)
        st.session_state[RETENTION] = round(100 * wanted.retention)
        st.slider("Recall this share of what is asked", low, high, format="%d %%", key=RETENTION, on_change=_kept)
        with alone.part("What this share means in days", "wishes.means"):
            st.caption(_means(wanted.retention))
        ahead = wanted.exam if wanted.exam and wanted.exam >= today else None
        st.session_state[EXAM] = min(ahead, today + timedelta(days=730)) if ahead else None
        st.date_input(
            "Exam on",
            value=None,
            min_value=today,
            max_value=today + timedelta(days=730),
            key=EXAM,
            on_change=_kept,
            format="DD/MM/YYYY",
        )
        if ahead and ahead > today:
            st.caption(
                f"In {plural((ahead - today).days, 'day')}. Everything comes once more by the day before; in "
                f"the last {schedule.EXAM_DAYS} days comes what would fade by then."
            )
        st.session_state[NEW] = wanted.new
        st.number_input("New questions a day", 0, schedule.MOST_NEW, key=NEW, on_change=_kept)
        st.session_state[KEYS] = standing.setting("review.keys", True)
        st.toggle(
            "Keys on this page (W writes)",
            key=KEYS,
            on_change=_keys,
            help="Turn them off where you speak to the machine, or where another program uses single keys.",
        )
        if said := st.session_state.pop(SAID, ""):
            reply(said, "cloud_off", "wishes.said")


def shortcut(key: str) -> str | None:
    """Return the key of a button, None where the learner wants no keys."""
    return key if standing.setting("review.keys", True) else None


def _means(retention: float) -> str:
    """Say what a retention means in days."""
    days, usual = (schedule.interval(FIRM_DAYS, one) for one in (retention, USUAL))
    more = "" if days == usual else f", instead of {plural(usual, 'day')} at {USUAL:.0%}"
    return f"What you know well comes back after {plural(days, 'day')}{more}. More recall costs more reviews."


def _kept() -> None:
    state = st.session_state
    wanted = replace(standing.wishes(), retention=state[RETENTION] / 100, exam=state[EXAM], new=state[NEW])
    state[SAID] = standing.save_wishes(wanted)


def _keys() -> None:
    st.session_state[SAID] = standing.save_setting("review.keys", st.session_state[KEYS])
