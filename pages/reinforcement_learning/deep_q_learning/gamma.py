"""Pictures of the experiment deep_q_learning.gamma."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.deep_q_learning.gamma import CORRECTED, GammaOutcome, GammaSettings
from pages.reinforcement_learning.deep_q_learning.shared import TOPIC
from pages.widgets.canvas.panels.panels import panels
from pages.widgets.canvas.scene import Dots, Frame, Lines, Scene
from pages.widgets.figures import charts, tables
from pages.widgets.figures.curves import diagonal, segments
from pages.widgets.shell import state


def draw_gamma(settings: GammaSettings, run: Run[GammaOutcome]) -> None:
    """Left against right side for every pair, and how far both recursions are off at every discount."""
    outcome = run.outcome
    both = np.concatenate([outcome.left.ravel(), outcome.right.ravel()])
    low, high = charts.span(both)
    S, A = outcome.left.shape
    sides = Scene(
        [
            Frame(
                [
                    diagonal(low, high),
                    *(Dots(outcome.right[:, a], outcome.left[:, a], group=a, size=5) for a in range(A)),
                ],
                f"the sides differ by {outcome.residual:.3g} at most",
            )
        ],
        x_label="right side",
        y_label="left side, Q*(s, a)",
        x_range=(low, high),
        y_range=(low, high),
        title="A dot for each pair; equal on the line",
        legend=tuple(f"action {a + 1}" for a in range(A)),
    )
    top = max(float(outcome.printed.max()), 1e-3)
    off = Scene(
        [
            Frame(
                [
                    segments(outcome.gammas, outcome.printed[None]),
                    replace_group(outcome.gammas, outcome.corrected),
                    Lines([settings.gamma], [0.0], [settings.gamma], [top], width=1.0),
                ],
                f"at γ = {settings.gamma:g} the printed recursion is off by "
                f"{np.interp(settings.gamma, outcome.gammas, outcome.printed):.3g}",
            )
        ],
        x_label="γ",
        y_label="largest difference of the sides",
        x_range=(0.0, 1.0),
        y_range=(-0.04 * top, 1.08 * top),
        title="At every discount",
        legend=("as printed", "corrected"),
    )
    panels([sides, off], state.owned(TOPIC, "gamma", "panels"), height=250)
    formula = r"r+\gamma\,\mathbb E[\max_{a'}Q^*]" if settings.recursion == CORRECTED else r"r+\mathbb E[\max_{a'}Q^*]"
    st.markdown(
        f"Right side: ${formula}$ at $\\gamma={settings.gamma:g}$. Largest difference **{outcome.residual:.3g}**."
    )
    pairs = [
        {
            "state": s + 1,
            "action": a + 1,
            "left": outcome.left[s, a],
            "right": outcome.right[s, a],
            "left − right": outcome.left[s, a] - outcome.right[s, a],
        }
        for s in range(S)
        for a in range(A)
    ]
    with st.expander("Both sides in numbers", icon=":material/table:"):
        tables.numbers(pd.DataFrame(pairs), "Left and right side for every state and action")


def replace_group(x: Floats, curve: Floats) -> Lines:
    """Return one curve as a line of the second group."""
    return replace(segments(x, curve[None]), group=1)
