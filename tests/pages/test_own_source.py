"""Own data from a file and from a paste box: the newest source counts, and none is left when all were taken out."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from streamlit.testing.v1 import AppTest

from engine.data import Text
from pages.widgets.plate.own_text import NEWEST

KEY = "a.b.own"
ROWS, OTHERS = "x,y\n1,2\n3,4\n5,6", "p,q,r\n1,2,3\n4,5,6\n7,8,9\n10,11,13"
STORY, TALE = "The keeper lit the lamp. " * 30, "Gulls and terns and one owl. " * 30
KINDS = {"table": (ROWS, OTHERS, "x,y\n1,bad"), "text": (STORY, TALE, "too short")}
App = Callable[[str], AppTest]


@pytest.fixture
def page() -> App:
    def script() -> None:
        import streamlit as st

        from pages.widgets.plate import own_image, own_table, own_text

        draw = {"table": own_table.table, "text": own_text.text, "image": own_image.image}[st.query_params["kind"]]
        if st.toggle("Own", True, key="on"):
            st.session_state["found"] = draw("a.b.own")
        if st.toggle("Other", False, key="other"):
            st.session_state["elsewhere"] = draw("c.d.own")

    def opened(kind: str) -> AppTest:
        at = AppTest.from_function(script, default_timeout=20)
        at.query_params["kind"] = kind
        return at.run()

    return opened


def file(at: AppTest, content: str | bytes | None, key: str = KEY) -> AppTest:
    """Choose a file, or take it out."""
    data = content.encode() if isinstance(content, str) else content
    at.file_uploader(f"{key}:file").set_value(None if data is None else ("own.txt", data, "text/plain")).run()
    assert not at.exception
    return at


def paste(at: AppTest, text: str, key: str = KEY) -> AppTest:
    at.text_area(f"{key}:text").input(text).run()
    assert not at.exception
    return at


def held(at: AppTest, which: str = "found") -> Any:
    """Return what is in use: the text, or the names of the table's columns."""
    found = at.session_state[which]
    return found.characters if isinstance(found, Text) else found and ",".join(found.names)


def expected(kind: str, source: str) -> str:
    return source.strip() if kind == "text" else source.partition("\n")[0]


def refused(at: AppTest) -> bool:
    """Tell whether a refusal stands on the page."""
    problem = at.session_state[f"{KEY}:problem"]
    assert (problem in [one.value for one in at.text]) == bool(problem)
    return bool(problem)


@pytest.mark.parametrize("kind", KINDS)
class TestSources:
    def test_a_refused_file_that_was_taken_out_leaves_no_refusal(self, page: App, kind: str) -> None:
        at = file(page(kind), KINDS[kind][2])
        assert refused(at)
        at = file(at, None)
        assert not refused(at)
        assert held(at) is None

    def test_what_is_pasted_beside_a_refused_file_counts(self, page: App, kind: str) -> None:
        good, _, bad = KINDS[kind]
        at = paste(file(page(kind), bad), good)
        assert held(at) == expected(kind, good)
        assert not refused(at)
        at = file(at, None)
        assert held(at) == expected(kind, good)
        assert not refused(at)

    def test_a_good_file_that_was_taken_out_is_not_in_use_any_more(self, page: App, kind: str) -> None:
        good = KINDS[kind][0]
        at = file(page(kind), good)
        assert held(at) == expected(kind, good)
        at = file(at, None)
        assert held(at) is None
        assert not refused(at)
        assert held(at.run()) is None

    def test_the_newest_source_counts_and_the_older_one_when_it_goes(self, page: App, kind: str) -> None:
        good, other, bad = KINDS[kind]
        at = file(page(kind), good)
        at = paste(at, other)
        assert held(at) == expected(kind, other)
        at = paste(at, "")
        assert held(at) == expected(kind, good)
        at = paste(at, bad)
        assert held(at) is None
        assert refused(at)
        at = file(at, other)
        assert held(at) == expected(kind, other)
        assert not refused(at)
        at = file(at, None)
        assert refused(at), "the rows beside it are the only source"
        at = paste(at, "")
        assert held(at) is None
        assert not refused(at)

    def test_the_same_file_chosen_again_counts_again(self, page: App, kind: str) -> None:
        good = KINDS[kind][0]
        at = file(file(file(page(kind), good), None), good)
        assert held(at) == expected(kind, good)

    def test_what_was_read_stays_while_nothing_is_drawn_and_can_be_taken_out_then(self, page: App, kind: str) -> None:
        good = KINDS[kind][0]
        at = file(page(kind), good)
        assert [one for one in at.button if one.key == f"{KEY}:out"] == []
        at.toggle("on").set_value(False).run()
        at.toggle("on").set_value(True).run()
        assert at.file_uploader(f"{KEY}:file").value is None
        assert held(at) == expected(kind, good)
        at.button(f"{KEY}:out").click().run()
        assert held(at) is None
        assert [one for one in at.button if one.key == f"{KEY}:out"] == []

    def test_a_refusal_does_not_outlive_its_file(self, page: App, kind: str) -> None:
        at = file(page(kind), KINDS[kind][2])
        at.toggle("on").set_value(False).run()
        at.toggle("on").set_value(True).run()
        assert not refused(at)
        assert held(at) is None

    def test_what_was_pasted_stays_with_its_refusal(self, page: App, kind: str) -> None:
        at = paste(page(kind), KINDS[kind][2])
        at.toggle("on").set_value(False).run()
        at.toggle("on").set_value(True).run()
        assert at.text_area(f"{KEY}:text").value == KINDS[kind][2]
        assert refused(at)


def test_a_text_that_was_taken_out_is_lent_to_nobody(page: App) -> None:
    at = file(page("text"), STORY)
    at.toggle("other").set_value(True).run()
    assert held(at, "elsewhere") == STORY.strip()
    at = file(at, None)
    assert at.session_state[NEWEST] is None
    assert held(at) is None
    assert held(at.run(), "elsewhere") is None


def test_the_text_that_was_given_before_is_lent_again(page: App) -> None:
    at = page("text")
    at.toggle("other").set_value(True).run()
    at = paste(at, TALE, "c.d.own")
    at = paste(at, STORY)
    assert at.session_state[NEWEST] == Text(STORY.strip())
    at = paste(at, "")
    assert at.session_state[NEWEST] == Text(TALE.strip())
    assert held(at) == held(at, "elsewhere") == TALE.strip()


def test_an_image_that_was_taken_out_is_gone_with_its_refusal(page: App) -> None:
    picture = io.BytesIO()
    Pillow.fromarray(np.eye(5, dtype=np.uint8)).save(picture, "PNG")
    at = page("image")
    at.file_uploader(f"{KEY}:file").upload("cat.png", b"no picture", "image/png").run()
    assert refused(at)
    at.file_uploader(f"{KEY}:file").set_value(None).run()
    assert not refused(at)
    at.file_uploader(f"{KEY}:file").upload("cat.png", picture.getvalue(), "image/png").run()
    assert at.session_state["found"].pixels.shape == (5, 5)
    at.file_uploader(f"{KEY}:file").set_value(None).run()
    assert at.session_state["found"] is None
    assert [one.value for one in at.text] == []


@pytest.mark.parametrize(("kind", "most"), [("table", 10), ("text", 2), ("image", 10)])
def test_the_limit_stands_at_the_upload(page: App, kind: str, most: int) -> None:
    assert page(kind).file_uploader(f"{KEY}:file").proto.max_upload_size_mb == most


def test_what_was_taken_for_something_else_is_told(page: App) -> None:
    at = paste(page("table"), "Heights\nx,y,z\n$1,2,a\n$3,4,b\n$5,6,c\nTotal,12,")
    says = "3 rows, 2 columns. Left out: z (text). Row 1 taken for a title; row 6 taken for a total; x in $."
    assert says in [one.value for one in at.text]
