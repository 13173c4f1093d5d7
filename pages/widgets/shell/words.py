"""Sentences and times on a page."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from pages.widgets.shell.letters import plain

Colour = Literal["blue", "gray", "green", "orange"]  # of a badge


def zone() -> tzinfo | None:
    """Return the reader's time zone, or None for the machine's own."""
    try:
        return ZoneInfo(st.context.timezone) if st.context.timezone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def when(at: datetime, now: datetime | None = None) -> str:
    """Say a time in the reader's zone: today, yesterday, or the date."""
    here, today = at.astimezone(zone()), (now or datetime.now(UTC)).astimezone(zone())
    days = (today.date() - here.date()).days
    if days in (0, 1):
        return f"{'today' if days == 0 else 'yesterday'} {here:%H:%M}"
    return f"{here.day} {here:%b %Y, %H:%M}" if here.year != today.year else f"{here.day} {here:%b, %H:%M}"


def notice(sentence: str, icon: str, key: str) -> None:
    """Show a sentence that may hold a learner's own words: as text, beside an icon, in the page's colours.

    Args:
        sentence: any text.
        icon: name of a Material symbol.
        key: of the container, different for every notice on a page.
    """
    with st.container(horizontal=True, gap="xsmall", key=f"notice-{key}"):
        st.markdown(f":material/{icon}:", width="content")
        st.text(plain(sentence), width="stretch")


def answer_text(answer: str) -> None:
    """Show an answer exactly as it was typed, as text and nothing else."""
    lines = answer.count("\n") + len(answer) // 70
    st.code(plain(answer), language=None, wrap_lines=True, height=320 if lines > 14 else "content")
