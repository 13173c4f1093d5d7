"""The upload of an own image: what is good is used and stays, what is bad is refused in place."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image as Pillow
from streamlit.testing.v1 import AppTest

from engine.data import Image
from pages.widgets.plate import protocol
from pages.widgets.shell import state

PIXELS = np.random.default_rng(1).integers(0, 256, (6, 9, 3), dtype=np.uint8)


def png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Pillow.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def page() -> AppTest:
    def script() -> None:
        import streamlit as st

        from pages.widgets.plate import own_image

        if st.toggle("Own image", True, key="on"):
            own_image.image("a.b.own")

    return AppTest.from_function(script, default_timeout=20).run()


def said(at: AppTest) -> list[str]:
    return [one.value for one in at.text]


def test_nothing_is_asked_before_a_file_is_chosen(page: AppTest) -> None:
    assert not page.exception
    assert said(page) == []
    assert "10 MB and 4 megapixels" in page.caption[0].value


def test_a_good_image_is_used_and_its_size_is_said(page: AppTest) -> None:
    at = page.file_uploader("a.b.own:file").upload("cat.png", png(PIXELS), "image/png").run()
    assert not at.exception
    assert at.session_state["a.b.own:kept"] == Image(PIXELS)
    assert said(at) == ["9 × 6 pixels, colour"]


def test_it_stays_when_the_upload_was_not_drawn_for_a_while(page: AppTest) -> None:
    at = page.file_uploader("a.b.own:file").upload("cat.png", png(PIXELS[..., 0]), "image/png").run()
    at.toggle("on").set_value(False).run()
    assert said(at) == []
    at.toggle("on").set_value(True).run()
    assert said(at) == ["9 × 6 pixels, grey"]


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"a shopping list", "neither a PNG nor a JPEG"), (png(PIXELS)[:60], "cut off or damaged"), (b"", "is empty")],
)
def test_a_bad_image_is_refused_in_place_and_a_good_one_clears_it(page: AppTest, content: bytes, says: str) -> None:
    at = page.file_uploader("a.b.own:file").upload("cat.png", content, "image/png").run()
    assert not at.exception
    assert says in said(at)[0]
    assert at.session_state["a.b.own:kept"] is None
    at.file_uploader("a.b.own:file").upload("dog.png", png(PIXELS), "image/png").run()
    assert said(at) == ["9 × 6 pixels, colour"]


# --- in a topic ------------------------------------------------------------------------------------------------

TOPIC, SLIDE = "computer_vision/convolution_pooling/page.py", "convolution_pooling.slide"


def test_a_topic_takes_an_image_and_its_desk_runs_on_it(app: Callable[..., AppTest]) -> None:
    at = app(TOPIC, **{f"{SLIDE}.image": "own image"})
    assert not at.exception
    assert desks_answer(at).startswith("Choose an image of your own first.")
    at.file_uploader(f"{SLIDE}.own:file").upload("cat.png", png(PIXELS), "image/png").run()
    assert not at.exception
    assert "9 × 6 pixels, colour" in said(at)
    assert desks_answer(at) == ""
    at.file_uploader(f"{SLIDE}.own:file").upload("dot.png", png(PIXELS[:1, :1]), "image/png").run()
    assert not at.exception
    assert "A window of 3 pixels does not fit on a side of 1" in desks_answer(at)


def desks_answer(at: AppTest) -> str:
    """Ask the desk's seat to run on the own image; return why it does not, or ""."""
    seat = at.session_state[state.owned("convolution_pooling", "slide", "seat")]
    answer = seat.answer(protocol.Ask(1, {"image": "own image"}, {}, {}))
    header = json.loads(answer[4 : 4 + int.from_bytes(answer[:4], "little")])
    return str(header.get("problem", ""))


def test_an_own_image_stays_at_home_and_the_script_reads_the_file() -> None:
    def script() -> None:
        import numpy as np
        import streamlit as st

        from engine.data import Image
        from engine.experiment import experiments_of
        from engine.script import as_python
        from pages.widgets.plate import controls

        one = experiments_of("convolution_pooling")["slide"]
        for side in (4, 90):
            settings = one.settings(image="own image", own=Image(np.zeros((side, side))))
            st.text(controls.link("convolution_pooling", one, settings))
            st.text(as_python("convolution_pooling", one, settings))

    at = AppTest.from_function(script, default_timeout=20).run()
    assert not at.exception
    link, small, again, large = said(at)
    assert link == again
    assert link.partition("?")[2] == f"{SLIDE}.image=own+image#experiment-slide"
    assert "own = Image([[0, 0, 0, 0]" in small
    assert 'own = read_image(open("your-image.png", "rb").read())' in large
