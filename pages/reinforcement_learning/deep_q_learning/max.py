"""Pictures of the experiment deep_q_learning.max."""

from __future__ import annotations

import numpy as np

from engine.experiment import Run
from engine.experiments.deep_q_learning.max import MaxSettings, MaxSnapshot
from pages.widgets.canvas.scene import Dots, Frame, Lines, Scene
from pages.widgets.canvas.view import Metrics, Part, Picture, Text
from pages.widgets.figures import scale


def view(settings: MaxSettings, run: Run[MaxSnapshot]) -> list[Part]:
    """Replay the sweeps: the values as they move, between the two fixed points."""
    last = run.outcome
    gap = last.optimal_value - last.policy_value
    differ = int((last.policy_value.argmax(axis=1) != last.optimal_value.argmax(axis=1)).sum())
    return [
        Picture(sweeps(run), 300, at=-1),
        Text(f"● the values now, on their way to {'Q*' if settings.maximise else 'Qπ'} · ■ Qπ, of the policy · ▲ Q*"),
        Metrics(
            {
                "Q* lies above Qπ by at least": f"{max(float(gap.min()), 0):.3g}",
                "at most": f"{gap.max():.3g}",
                "States whose best action differs": f"{differ} of {len(gap)}",
            }
        ),
    ]


def sweeps(run: Run[MaxSnapshot]) -> Scene:
    """Picture a value for each pair of state and action, sweep by sweep."""
    last = run.outcome
    S, A = last.Q.shape
    pairs = np.arange(1, S * A + 1)
    own, best = last.policy_value.ravel(), last.optimal_value.ravel()
    low, high = scale.span(np.concatenate([own, best, [0.0]]))
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
    return Scene(
        frames,
        [*borders, *fixed],
        x_label=f"pair (state, action); {A} actions in each of {S} states",
        y_label="value",
        x_range=(0.4, S * A + 0.6),
        y_range=(low, high),
        value_label="largest change",
    )
