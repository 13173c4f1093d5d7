"""Navigation, page configuration and the learner: runs before every page, so it stays cheap."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.errors import FragmentHandledException, FragmentStorageKeyError

from pages.widgets.shell import alone, kept_place, learner, sidebar, standing, state
from pages.widgets.shell.pages import page_of, page_of_part
from pages.widgets.shell.words import notice

SHELL = Path(__file__).parent / "widgets" / "shell"
PLACES = (
    ("places/home/page.py", "Today", "today"),
    ("places/review/page.py", "Review", "review"),
    ("places/exam/page.py", "Exam", "exam"),
    ("places/progress/page.py", "Progress", "progress"),
    ("places/your_data/page.py", "Your data", "your-data"),
)
PAGES = "router.pages"  # (the book they are of, the pages)


def pages() -> dict[str, st.Page]:
    """Return every page by its address, built once a session: the places, then each part and its topics."""
    book = standing.book()
    if st.session_state.get(PAGES, (None,))[0] != book:
        built = [st.Page(file, title=title, url_path=url, default=url == "today") for file, title, url in PLACES]
        for part in book:
            built.append(st.Page(page_of_part(part), title=part.title, url_path=part.url))
            built += [
                st.Page(page_of(entry), title=entry.title, url_path=entry.url) for entry in part.topics if entry.asked
            ]
        st.session_state[PAGES] = (book, {page.url_path: page for page in built})
    kept: dict[str, st.Page] = st.session_state[PAGES][1]
    return kept


def run(page: st.Page) -> None:
    """Run a page; of a topic whose script fails, its drawings say perhaps, the lesson and the questions are shown."""
    try:
        page.run()
    except FragmentStorageKeyError:
        raise
    except FragmentHandledException:
        return  # told where it failed
    except Exception as error:
        slug = next((entry.slug for entry in standing.asked() if entry.url == page.url_path), None)
        with alone.part("This page", "page"):
            if slug is None:
                raise
            from pages.widgets.lesson import topic

            alone.log_once(f"The page of {slug}", "script", error)
            failed = error  # the name `error` ends with this block
            topic.show(slug, defaultdict(lambda: failed))


learner.follow_address()
page = st.navigation(list(pages().values()), position="hidden")
written = {entry.url for entry in standing.written()}
# a lesson carries "On this page" beside its text
layout: Literal["wide", "centered"] = "wide" if page.url_path in written else "centered"
st.set_page_config(f"{page.title} · Living Grimoire", SHELL / "icon.svg", layout=layout)
st.html(SHELL / "look.css")
state.visit(page.url_path)
kept_place.follow(page.url_path)
with alone.part("The sidebar", "sidebar"):
    sidebar.show(page.url_path, pages())
learner.keep_in_address(page.url_path)
if problem := standing.book_problem():
    notice(problem, "error", "book")
run(page)
