"""Two live runs on one page, a page elsewhere, and a page that says how many threads train."""

from __future__ import annotations

import threading
from functools import partial

import numpy as np
import streamlit as st

from engine.experiment import Experiment, Sabotage
from pages.widgets.canvas.panels.panels import panels
from pages.widgets.canvas.scene import Cells, Dots, Frame, Lines, Photo, Scene
from pages.widgets.figures.curves import curves
from pages.widgets.plate import live
from tests.browser.browsing import ROOT
from tests.browser.harness.walk import PLACES, WalkSettings, verdict, walk


def moving(which: str, settings: WalkSettings, now: live.Now) -> None:
    picture = np.add.outer(np.arange(8.0), np.full(8, now.snapshot.measures["place"]))
    ends = {"x_label": "x", "y_label": "y", "x_range": (0.0, 8.0), "y_range": (8.0, 0.0)}
    panels(
        [
            curves(now.history, ["place", "rate"], "metres", levels={"start": 0.0}),
            Scene([Frame([Cells(picture, -20, 20)])], **ends, title="Cells", equal=True),
            Scene([Frame([Photo(np.arange(192, dtype="u1").reshape(8, 8, 3))])], **ends, title="Photo", axes=False),
            Scene(
                [Frame([Lines([0], [2], [8], [2]), Dots([1, 3], [1, 3], group=[0, 2])])],
                **ends,
                legend=["one", "", "three"],
            ),
        ],
        key=f"panels-{which}",
    )
    st.text(f"walk {which}: step {now.snapshot.step}, rate {now.snapshot.measures['rate']:.2f}")


def still(which: str, settings: WalkSettings, now: live.Now) -> None:
    said = st.text_input("Say something", key=f"say-{which}")
    st.text(f"still {which}: {said or 'nothing'} at {now.snapshot.step}")


def failed(settings: WalkSettings, now: live.Now) -> None:
    st.text("Try a smaller rate.")


def train() -> None:
    for which in st.query_params.get("walks", "a").split(","):
        one = Experiment(
            f"walk_{which}", WalkSettings, walk, verdict, Sabotage("nothing", verdict), (), live=("rate",), reopen=walk
        )
        views = live.Views(partial(moving, which), partial(still, which), failed=failed, pace=30.0, settings_open=True)
        with st.container(border=True, key=f"plate-harness-{which}"):
            st.fragment(live.stage, key=f"stage-{which}")("harness", one, views, PLACES)


def elsewhere() -> None:
    st.text(f"slider at {st.slider('A slider', 0, 10, 3)}")


def threads() -> None:
    @st.fragment(run_every=0.1)
    def count() -> None:
        st.text(f"threads: {sum(one.name == 'live run' for one in threading.enumerate())}")

    count()


st.html(ROOT / "pages/widgets/shell/look.css")
pages = [st.Page(train, default=True), st.Page(elsewhere), st.Page(threads)]
st.navigation(pages, position="top").run()
