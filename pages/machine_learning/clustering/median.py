"""Pictures of the experiment clustering.median."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.clustering.median import MedianOutcome, MedianSettings
from pages.machine_learning.clustering.shared import MEDIAN, TOPIC
from pages.widgets.canvas.board.board import Placed, board
from pages.widgets.figures import tables
from pages.widgets.plate import controls
from pages.widgets.shell import state


def draw_median(settings: MedianSettings, run: Run[MedianOutcome]) -> None:
    """Both methods' centres on the same points, and what each cost says."""
    outcome = run.outcome
    cloud, outlier = outcome.points[:-1], outcome.points[-1]
    far = float(np.abs(outlier).max())
    reach = next(edge for edge in (14.0, 40.0, 130.0) if far <= 0.8 * edge)

    def moved(placed: Placed) -> None:
        if placed.marks:
            controls.move(TOPIC, MEDIAN, settings, out_x=placed.marks[0][0], out_y=placed.marks[0][1])

    board(
        state.owned(TOPIC, "median", "board"),
        placed=Placed(tuple(map(tuple, cloud.tolist())), ((float(outlier[0]), float(outlier[1])),), None),
        on_change=moved,
        x_label="x",
        y_label="y",
        x_range=(-reach, reach),
        y_range=(-reach, reach),
        most_points=0,
        most_marks=1,
        add="none",
        mark_name="outlier",
        groups=outcome.mean.labels[:-1].tolist(),
        centres=(("mean", outcome.mean.centres.tolist()), ("median", outcome.median.centres.tolist())),
        live=True,
    )
    rows = [
        {
            "method": name,
            "squared cost": found.squared,
            "absolute cost": found.absolute,
            "centres": "  ".join(f"({x:.2f}, {y:.2f})" for x, y in found.centres),
        }
        for name, found in (("k-means", outcome.mean), ("k-medians", outcome.median))
    ]
    tables.numbers(pd.DataFrame(rows), "Both methods: their centres, and both costs of each")
    apart = int((outcome.mean.labels != outcome.median.labels).sum())
    st.caption(f"{apart} of {len(outcome.points)} points are assigned differently by the two methods.")
