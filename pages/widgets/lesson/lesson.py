"""The lesson renderer: headings, Markdown with formulas, and each experiment where the text needs it."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.content import Topic
from engine.lesson import Section, fill, link_topics
from pages.widgets.plate.plate import Draw, plate
from pages.widgets.shell import alone, state

HEAD_START_S = 0.03  # Streamlit's server sends every 10 ms, its browser side draws what came within 10 ms


def sections(topic: Topic, worked: Mapping[str, Any], draw: Mapping[str, Draw], written: frozenset[str]) -> None:
    """Draw every section of the lesson in order."""
    for section in topic.lesson:
        st.header(section.heading, anchor=section.anchor)
        blocks(topic, section, worked, draw, written)


def blocks(
    topic: Topic, section: Section, worked: Mapping[str, Any], draw: Mapping[str, Draw], written: frozenset[str]
) -> None:
    """Draw the text and the experiments of one section, each alone."""
    for block in section.blocks:
        what = "This experiment" if block.kind == "experiment" else "This passage"
        with alone.part(what, f"{topic.slug}-{block.line}"):
            if block.kind == "experiment":
                plate(topic.slug, topic.experiments[block.text], draw[block.text])
                head_start("plate")
            else:
                st.markdown(displayed(link_topics(fill(block.text, worked), written)))


def head_start(what: str) -> None:
    """Let the browser show what was drawn so far before more arrives: the title, and the first experiment of a page.

    What arrives together is drawn together: without these pauses, taken once a visit, a reader looks at an empty page
    until the formulas of the whole lesson are set.
    """
    if st.session_state.get(f"lesson.{what}") != state.visits():
        st.session_state[f"lesson.{what}"] = state.visits()
        time.sleep(HEAD_START_S)


def displayed(text: str) -> str:
    """Put the dollars of a displayed formula on lines of their own: Streamlit sets it as inline mathematics otherwise.

    >>> displayed("$$a=b$$")
    '$$\\na=b\\n$$'
    """
    return re.sub(r"^\$\$(.+)\$\$$", r"$$\n\1\n$$", text, flags=re.MULTILINE)
