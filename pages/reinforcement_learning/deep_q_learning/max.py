"""Pictures of the experiment deep_q_learning.max."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.experiment import Run
from engine.experiments.deep_q_learning.max import MaxSettings, MaxSnapshot
from pages.reinforcement_learning.deep_q_learning.shared import TOPIC
from pages.widgets.canvas.player.player import player
from pages.widgets.canvas.scene import Dots, Frame, Lines, Scene
from pages.widgets.figures import charts
from pages.widgets.shell import state


def draw_max(settings: MaxSettings, run: Run[MaxSnapshot]) -> None:
    """Replay the sweeps: the values as they move, between the two fixed points."""
    last = run.outcome
    S, A = last.Q.shape
    pairs = np.arange(1, S * A + 1)
    own, best = last.policy_value.ravel(), last.optimal_value.ravel()
    low, high = charts.span(np.concatenate([own, best, [0.0]]))
    fixed = [Dots(pairs, own, group=1, size=6), Dots(pairs, best, group=2, size=6)]
    borders = [Lines([s * A + 0.5], [low], [s * A + 0.5], [high], width=0.7) for s in range(1, S)]
    frames = [
        Frame(
            [Dots(pairs, one.Q.ravel(), group=0, size=4, tween=True)],
            f"Sweep {one.sweep}: no value moved by more than {one.change:.3g}" if one.sweep else "Start: all zero",
            one.change if one.sweep else None,
        )
        for one in run.snapshots
    ]
    scene = Scene(
        frames,
        [*borders, *fixed],
        x_label=f"pair (state, action); {A} actions in each of {S} states",
        y_label="value",
        x_range=(0.4, S * A + 0.6),
        y_range=(low, high),
        value_label="largest change",
    )
    player(scene, state.owned(TOPIC, "max", "player"))
    gap = best - own
    towards = "$Q^*$" if settings.maximise else r"$Q^\pi$"
    st.caption(
        f"● the values now, on their way to {towards} · ■ $Q^\\pi$, the value of the policy · ▲ $Q^*$. "
        f"$Q^*$ lies above $Q^\\pi$ by {max(gap.min(), 0):.3g} at least and {gap.max():.3g} at most."
    )
    better = int((last.policy_value.argmax(axis=1) != last.optimal_value.argmax(axis=1)).sum())
    st.caption(f"In {better} of {S} states the action that looks best under $Q^\\pi$ is not the best one.")
