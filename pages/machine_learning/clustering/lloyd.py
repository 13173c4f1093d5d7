"""Pictures of the experiment clustering.lloyd."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.experiment import Run
from engine.experiments.clustering.lloyd import LloydSettings, LloydSnapshot
from engine.experiments.clustering.shared import BY_HAND, PLACED
from pages.machine_learning.clustering.shared import LLOYD, TOPIC
from pages.widgets.canvas.board.board import Placed, board
from pages.widgets.canvas.player.player import player
from pages.widgets.canvas.scene import Dots, Frame, Scene
from pages.widgets.figures import charts
from pages.widgets.plate import controls
from pages.widgets.plate.rows import edit_points
from pages.widgets.shell import state
from pages.widgets.shell.words import plural

MOST_PLACED = 120


def draw_lloyd(settings: LloydSettings, run: Run[LloydSnapshot]) -> None:
    """Replay the half steps; below, place points and starting centroids."""
    first, last = run.snapshots[0], run.outcome
    x_label, y_label = first.names
    placed = settings.data == PLACED
    x_range, y_range = (charts.span(column, placed) for column in np.vstack([first.points, first.centres]).T)
    frames = tuple(frame_of(snapshot) for snapshot in run.snapshots)
    player(
        Scene(frames, x_label=x_label, y_label=y_label, x_range=x_range, y_range=y_range, value_label="SSE"),
        state.owned(TOPIC, "lloyd", "player"),
    )
    st.caption(f"{plural(last.iteration, 'round')}. Final SSE {last.cost:.4g}, from {first.cost:.4g} at the start.")
    points = tuple(map(tuple, first.points.tolist()))
    centres = tuple(map(tuple, first.centres.tolist()))
    with st.expander(
        "Place points and starting centroids",
        icon=":material/touch_app:",
        key=state.owned(TOPIC, "lloyd", "place"),
        on_change="rerun",
    ) as opened:
        if not opened.open:
            return

        def moved(now: Placed) -> None:
            if now.points != points:
                controls.move(TOPIC, LLOYD, settings, data=PLACED, points=now.points)
            if now.marks != centres and now.marks:
                controls.move(TOPIC, LLOYD, settings, start=BY_HAND, centres=now.marks)

        few = len(points) <= MOST_PLACED
        board(
            state.owned(TOPIC, "lloyd", "board"),
            placed=Placed(points, centres, None),
            on_change=moved,
            x_label=x_label,
            y_label=y_label,
            x_range=x_range,
            y_range=y_range,
            most_points=MOST_PLACED,
            most_marks=8,
            add="both" if few else "marks",
            mark_name="centroid",
        )
        if few:
            edit_points(
                TOPIC, LLOYD, settings, "points", points, ("x", "y"), also={"data": PLACED}, title="Points as a table"
            )
        edit_points(
            TOPIC,
            LLOYD,
            settings,
            "centres",
            centres,
            ("x", "y"),
            also={"start": BY_HAND},
            title="Starting centroids as a table",
        )


def frame_of(snapshot: LloydSnapshot) -> Frame:
    """Picture one half step: points in the colour of their cluster, centroids as crosses."""
    X, centres = snapshot.points, snapshot.centres
    said = {
        "start": "Start: the centroids are placed",
        "assign": f"Round {snapshot.iteration}: each point goes to its nearest centroid",
        "update": f"Round {snapshot.iteration}: each centroid moves to the mean of its points",
    }[snapshot.kind]
    groups = None if snapshot.kind == "start" else snapshot.labels
    dots = Dots(X[:, 0], X[:, 1], group=groups, size=4 if len(X) < 400 else 2.5)
    crosses = Dots(centres[:, 0], centres[:, 1], group=np.arange(len(centres)), size=9, shape="cross", tween=True)
    return Frame((dots, crosses), f"{said}. SSE {snapshot.cost:.4g}", snapshot.cost)
