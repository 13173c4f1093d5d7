"""Other people's words and times, made fit to be shown."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

Colour = Literal["blue", "gray", "green", "orange"]  # of a badge
BLANKS = {" ": "␣", "\n": "⏎", "\t": "⇥"}
SHOWN_AS = {code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"} | {0x7F: 0x2421}


def plain(text: str) -> str:
    """Return text that can be sent to a browser: control signs as pictures, lone surrogates as the replacement sign.

    Show the result with st.text or st.code; it is nobody's Markdown.

    >>> plain("a" + chr(0) + chr(0xD800))
    'a␀�'
    """
    whole = text.replace("\r\n", "\n").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.translate(SHOWN_AS)


def visible(character: str) -> str:
    """Return a character as a chart can show it: blanks, too.

    >>> visible(" "), visible("a")
    ('␣', 'a')
    """
    return BLANKS.get(character) or plain(character)


def shortened(text: str, most: int = 80) -> str:
    """Return the beginning of a text on one line, fit to be shown."""
    line = " ".join(plain(text[: 4 * most]).split())
    return line if len(line) <= most else line[: most - 1] + "…"


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


def plural(count: int, noun: str, many: str = "") -> str:
    """Count a noun, or words that are other ones where there are several.

    Args:
        count: how many there are.
        noun: what stands behind 1.
        many: what stands behind other numbers, where it is not the noun with an s.

    >>> plural(1, "question"), plural(3, "question"), plural(2, "answer waits", "answers wait")
    ('1 question', '3 questions', '2 answers wait')
    """
    return f"{count:,} {noun if count == 1 else many or f'{noun}s'}"


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
