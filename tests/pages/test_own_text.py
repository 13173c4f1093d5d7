"""The learner's own text on a page: pasted or uploaded, refused in place, and taken along to other experiments."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from engine.data import Text
from engine.own_text import FEWEST_CHARACTERS
from pages.widgets.plate.own_text import NEWEST

App = Callable[..., AppTest]
PAGE = "language_modeling/sequence_modeling/page.py"
NGRAM, DECODE = ("sequence_modeling.ngram.own", "sequence_modeling.decode.own")
STORY = "The keeper lit the lamp, and *nobody* saw it [but](x) the sea. " * 20


def opened(app: App, *names: str) -> AppTest:
    at = app(PAGE, **{f"sequence_modeling.{name}.text": "own text" for name in names})
    assert not at.exception
    return at


def texts(at: AppTest) -> str:
    return "\n".join([one.value for kind in ("markdown", "text", "caption", "code") for one in at.get(kind)])


def test_a_pasted_text_is_used_as_text(app: App) -> None:
    at = opened(app, "ngram")
    at.text_area(f"{NGRAM}:text").input(STORY).run()
    assert not at.exception
    assert f"{len(STORY.strip()):,} characters: “The keeper lit the lamp, and *nobody*" in texts(at)
    assert at.session_state["own:sequence_modeling.ngram.seat"].own == {"own": Text(STORY.strip())}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Too short.", f"at least {FEWEST_CHARACTERS} are needed"),
        ("\x01\x02" * 900, "control signs"),
        (" \n " * 900, "empty"),
    ],
    ids=["short", "control", "blank"],
)
def test_a_text_that_cannot_be_used_is_refused_in_place_and_stays(app: App, text: str, said: str) -> None:
    at = opened(app, "ngram")
    at.text_area(f"{NGRAM}:text").input(text).run()
    assert not at.exception
    assert said in at.session_state[f"{NGRAM}:problem"]
    assert at.session_state[f"{NGRAM}:problem"] in texts(at)
    assert at.text_area(f"{NGRAM}:text").value == text
    at.text_area(f"{NGRAM}:text").input(STORY).run()
    assert said not in texts(at)


def test_a_text_given_once_is_there_in_other_experiments_until_they_get_their_own(app: App) -> None:
    at = opened(app, "ngram", "decode")
    at.text_area(f"{NGRAM}:text").input(STORY).run()
    assert at.session_state[NEWEST] == Text(STORY.strip())
    other = "A quite different text about gulls and terns and one owl. " * 15
    at.text_area(f"{DECODE}:text").input(other).run()
    at.run()
    said = texts(at)
    assert "“The keeper lit the lamp" in said
    assert "“A quite different text" in said


def test_an_uploaded_file_is_read(app: App) -> None:
    at = opened(app, "ngram")
    at.file_uploader(f"{NGRAM}:file").set_value(("story.txt", STORY.encode("utf-16"), "text/plain")).run()
    assert not at.exception
    assert at.session_state[f"{NGRAM}:kept"] == Text(STORY.strip())
    at.file_uploader(f"{NGRAM}:file").set_value(("photo.txt", b"\x89PNG\r\n" + bytes(999), "text/plain")).run()
    assert not at.exception
    assert "This looks like a picture" in texts(at)
