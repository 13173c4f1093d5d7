"""Pictures of the experiment cnn_pipeline.residual."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.cnn_pipeline.residual import RESIDUAL_TRAIN, ResidualSettings, ResidualSnapshot
from engine.experiments.cnn_pipeline.worked import CLASSES, COUNT
from pages.widgets.figures import charts
from pages.widgets.shell.letters import plural

FAINTEST = 1e-24  # of a gradient, on the logarithmic axis
POWERS = [10.0**power for power in range(-24, 13)]


def draw_residual(settings: ResidualSettings, run: Run[ResidualSnapshot]) -> None:
    """Loss over the epochs, and the gradient norm of every layer, at the start and at the end."""
    snapshot = run.outcome
    names = [one.name for one in snapshot.stacks]
    colour, shape = (
        kind("layers:N", sort=names, legend=alt.Legend(orient="top", title=None, labelLimit=300))
        for kind in (alt.Color, alt.Shape)
    )
    losses = pd.DataFrame(
        [
            {"layers": one.name, "epoch": epoch, "loss": loss}
            for one in snapshot.stacks
            for epoch, loss in enumerate(one.losses)
        ]
    )
    curve = alt.Chart(losses).encode(
        alt.X("epoch:Q", axis=alt.Axis(tickMinStep=1, format="d")),
        alt.Y(
            "loss:Q",
            title="training loss",
            scale=alt.Scale(type="log"),
            axis=alt.Axis(values=POWERS, format="~g", labelOverlap=True),
        ),
        colour,
    )
    chance = alt.Chart(pd.DataFrame({"loss": [np.log(CLASSES)]})).mark_rule(strokeDash=[3, 3]).encode(y="loss:Q")
    whens = {"before training": 0, f"after epoch {snapshot.epoch}": -1}
    grads = pd.DataFrame(
        [
            {"layers": one.name, "when": when, "layer": layer + 1, "gradient": max(float(norm), FAINTEST)}
            for one in snapshot.stacks
            for when, row in whens.items()
            for layer, norm in enumerate(one.gradients[row])
        ]
    )
    norms = alt.Chart(grads).encode(
        alt.X("layer:Q", title="layer, from the image", axis=alt.Axis(tickMinStep=1, format="d")),
        alt.Y(
            "gradient:Q",
            title="gradient norm",
            scale=alt.Scale(type="log"),
            axis=alt.Axis(values=POWERS, format=".0e", labelOverlap=True),
        ),
        colour,
    )
    dash = alt.StrokeDash("when:N", sort=list(whens), legend=None)
    curve = curve.mark_line() + curve.mark_point(filled=True, tooltip=True).encode(shape) + chance
    norms = norms.mark_line().encode(dash) + norms.mark_point(filled=True, size=22, tooltip=True).encode(shape)
    ends = "; ".join(f"{one.name} from {one.losses[0]:.3g} to {one.losses[-1]:.3g}" for one in snapshot.stacks)
    charts.show(curve.properties(height=210), f"Training loss over {plural(settings.epochs, 'epoch')}: {ends}.")
    firsts = "; ".join(
        f"{one.name} {one.gradients[0][0]:.2g} in the first layer and {one.gradients[0][-1]:.2g} in the last"
        for one in snapshot.stacks
    )
    charts.show(norms.properties(height=250), f"Gradient norms before training: {firsts}.")
    for one in snapshot.stacks:
        st.caption(
            f"**{one.name.capitalize()}**: {one.accuracy[-1]:.1%} of {COUNT - RESIDUAL_TRAIN} held-out digits read "
            f"after {plural(snapshot.epoch, 'epoch')}; first layer's gradient at the start {one.gradients[0][0]:.2g}."
        )
    st.caption(
        f"Above, dotted: the loss of guessing, ln 10 = {np.log(CLASSES):.2f}. Below, solid: before training, "
        f"dashed: after epoch {snapshot.epoch}."
    )
