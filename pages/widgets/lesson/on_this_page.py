"""On this page: the list of headings beside the lesson, and the reading position it remembers."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

import streamlit as st

from engine.content import Topic
from engine.errors import GrimoireError
from pages.widgets.shell import alone
from pages.widgets.shell.store import the_learner, the_store

CSS = """
nav { font-size: 0.875rem; }
h2 { font: inherit; font-weight: 600; margin: 0 0 0.5rem; }
ol { list-style: none; margin: 0; padding: 0; border-left: 1px solid var(--st-border-color); }
a { display: block; padding: 0.2rem 0 0.2rem 0.75rem; margin-left: -1px; border-left: 2px solid transparent;
    color: var(--st-text-color); opacity: 0.8; text-decoration: none; }
a:hover, a:focus-visible { opacity: 1; text-decoration: underline; }
a[aria-current] { opacity: 1; border-color: var(--st-primary-color); font-weight: 600; }
"""
follower = st.components.v2.component(
    "grimoire.contents",
    html='<nav aria-label="On this page"><h2>On this page</h2><ol></ol></nav>',
    css=CSS,
    js=Path(__file__).with_name("on_this_page.js").read_text(encoding="utf-8"),
)


def headings(topic: Topic) -> list[tuple[str, str]]:
    """Return anchor and title of everything on the page that has a heading."""
    own = [(section.anchor, section.heading) for section in topic.lesson] + [("words", "Words")]
    slips = [("where-the-book-slips", "Where the book slips")] if topic.slips else []
    return [*own, *slips, ("check-yourself", "Check yourself")]


@st.fragment
def on_this_page(topic: Topic) -> None:
    """Draw the list; where the reader dwells is saved as the reading position."""
    key = f"contents:{topic.slug}"
    with alone.part("The list of headings", "topic.contents"), st.container(key="contents"):
        items = [{"anchor": anchor, "title": title} for anchor, title in headings(topic)]
        follower(
            key=key,
            data={"items": items, "saved": saved(topic)},
            on_heading_change=alone.press("Keeping your place", partial(remember, topic, key)),
        )


def remember(topic: Topic, key: str) -> None:
    """Save the heading the component reported, if it is one of ours."""
    anchor = st.session_state[key].get("heading")
    store = the_store()
    if store and anchor in dict(headings(topic)):
        try:
            store.save_reading(the_learner().id, topic.slug, anchor)
        except GrimoireError as error:  # a lost bookmark is no reason to interrupt the reader
            logging.getLogger(__name__).warning("the reading position was not kept: %s", error)


def saved(topic: Topic) -> str | None:
    """Return the anchor this learner stopped at on an earlier visit, asked once a visit."""
    key = f"contents:{topic.slug}:saved"
    if key not in st.session_state:
        store, st.session_state[key] = the_store(), None  # asked once, also where the answer is an error
        reading = store.readings(the_learner().id).get(topic.slug) if store else None
        st.session_state[key] = reading.anchor if reading else None
    anchor: str | None = st.session_state[key]
    return anchor


def continue_reading(topic: Topic) -> None:
    """Offer to go on where the reader stopped last time."""
    places = headings(topic)
    title = dict(places[1:]).get(saved(topic) or "")  # the first heading is where one begins anyway
    if title:
        st.markdown(f":material/bookmark: You stopped at **{title}**. [Continue there](#{saved(topic)})")
