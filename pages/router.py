"""Navigation, page configuration and the learner: runs before every page, so it stays cheap."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from engine.content import Entry
from pages.widgets import learner, standing, state

HERE = Path(__file__).parent
WIDGETS = HERE / "widgets"
PLACES = (
    ("places/home.py", "Today", "today", "wb_sunny"),
    ("places/review.py", "Review", "review", "replay"),
    ("places/exam.py", "Exam", "exam", "school"),
    ("places/progress.py", "Progress", "progress", "trending_up"),
    ("places/keeping.py", "Your data", "your-data", "inventory_2"),
)


def place(file: str, title: str, url: str, icon: str) -> st.Page:
    """Return the page of a place; the first one is what opens at the root."""
    return st.Page(file, title=title, url_path=url, icon=f":material/{icon}:", default=file == PLACES[0][0])


def topic(entry: Entry, done: bool) -> st.Page:
    """Return the page of a topic; a check mark says that all its questions are answered."""
    icon = ":material/check_circle:" if done else ":material/menu_book:" if entry.written else ":material/quiz:"
    return st.Page(f"{entry.part}/{entry.slug}.py", title=entry.title, url_path=entry.url, icon=icon)


def sections() -> dict[str, list[st.Page]]:
    """Return every page under its heading; a part of which nothing is there has no heading."""
    done = standing.done_topics()
    parts = {
        part.title: [
            topic(entry, entry.slug in done)
            for entry in part.topics
            if entry.asked and (HERE / entry.part / f"{entry.slug}.py").is_file()
        ]
        for part in standing.book()
    }
    places = [place(*one) for one in PLACES if (HERE / one[0]).is_file()]
    return {"": places, **{title: pages for title, pages in parts.items() if pages}}


st.set_page_config("Living Grimoire", WIDGETS / "icon.svg")  # before the navigation, whose icons are fetched from afar
learner.follow_address()
page = st.navigation(sections(), expanded=True)
written = {entry.url for entry in standing.written()}
layout = "wide" if page.url_path in written else "centered"  # a lesson carries "On this page" beside its text
st.set_page_config(f"{page.title} · Living Grimoire", layout=layout)
st.html(WIDGETS / "look.css")
state.visit(page.url_path)
learner.sidebar()
learner.keep_in_address(page.url_path)
page.run()
