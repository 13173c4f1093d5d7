"""The sidebar: the search, the places, the parts of the book of which one is open, and who learns.

One component draws all links, so they cost the browser one element; a part that is closed has none, and opening it asks
nobody. A link is followed in the same session, here and in the texts and maps of all pages.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from engine.content import Entry, Part
from pages.widgets.shell import learner, search, standing

HERE = Path(__file__).parent
PLACES = (
    ("", "Today", "wb_sunny"),
    ("review", "Review", "replay"),
    ("exam", "Exam", "school"),
    ("progress", "Progress", "trending_up"),
    ("your-data", "Your data", "inventory_2"),
)
MARKS = {"done": "check_circle", "begun": "clock_loader_40", "lesson": "menu_book", "questions": "quiz"}

drawn = st.components.v2.component(
    "grimoire.sidebar",
    html='<div class="grimoire-links"></div>',
    css=(HERE / "sidebar.css").read_text("utf-8"),
    js="".join((HERE / name).read_text("utf-8") for name in ("kept_settings.js", "links.js", "sidebar.js")),
    isolate_styles=False,  # its links are the page's own
)


def show(here: str, pages: Mapping[str, st.Page]) -> None:
    """Draw the sidebar.

    Args:
        here: the address of the page that is shown.
        pages: every page of the app by its address.
    """
    with st.sidebar:
        search.show(pages, here)
        places = [{"url": url, "title": title, "icon": icon} for url, title, icon in PLACES]
        parts = [fold(part, pages) for part in standing.book() if part.url in pages]
        drawn(key="sidebar", data={"here": here, "places": places, "parts": parts})
        with st.container(key="sidebar-learner", horizontal=True, gap="xsmall"):
            learner.switch()


def fold(part: Part, pages: Container[str]) -> dict[str, Any]:
    """Return a part and the links in it: its own page, then its topics."""
    begun, topics = standing.begun(), standing.topics()
    links = [{"url": part.url, "title": "Overview", "icon": "account_tree"}]
    for entry in (one for one in part.topics if one.url in pages):
        title = topics[entry.slug].short if entry.slug in topics else entry.title
        links.append({"url": entry.url, "title": title, "icon": MARKS[state(entry, begun)]})
    return {"title": part.title, "links": links}


def state(entry: Entry, begun: Mapping[str, bool]) -> str:
    """Return how a topic stands: all its questions answered and judged, some answered, a lesson, questions only."""
    if entry.slug in begun:
        return "done" if begun[entry.slug] else "begun"
    return "lesson" if entry.written else "questions"
