"""The lesson renderer: headings, Markdown with formulas, and each experiment where the text needs it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.content import Topic
from engine.errors import ContentError
from engine.lesson import Section, fill, link_topics
from pages.widgets.experiment import Draw, plate
from pages.widgets.words import notice


def sections(topic: Topic, worked: Mapping[str, Any], draw: Mapping[str, Draw], written: frozenset[str]) -> None:
    """Draw every section of the lesson in order."""
    for section in topic.lesson:
        st.header(section.heading, anchor=section.anchor)
        blocks(topic, section, worked, draw, written)


def blocks(
    topic: Topic, section: Section, worked: Mapping[str, Any], draw: Mapping[str, Draw], written: frozenset[str]
) -> None:
    """Draw the text and the experiments of one section."""
    for block in section.blocks:
        if block.kind == "experiment":
            plate(topic.slug, topic.experiments[block.text], draw[block.text])
        else:
            try:
                text = fill(block.text, worked)
            except ContentError as error:
                notice(f"This passage cannot be shown. {error}", "error", f"{topic.slug}-{block.line}")
            else:
                st.markdown(displayed(link_topics(text, written)))


def displayed(text: str) -> str:
    """Put the dollars of a displayed formula on lines of their own: Streamlit sets it as inline mathematics otherwise.

    >>> displayed("$$a=b$$")
    '$$\\na=b\\n$$'
    """
    return re.sub(r"^\$\$(.+)\$\$$", r"$$\n\1\n$$", text, flags=re.MULTILINE)
