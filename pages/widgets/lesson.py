"""The lesson renderer: headings, Markdown with formulas, and each experiment where the text needs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.content import Section, Topic, fill, link_topics
from pages.widgets.experiment import Draw, plate


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
            st.markdown(link_topics(fill(block.text, worked), written))
