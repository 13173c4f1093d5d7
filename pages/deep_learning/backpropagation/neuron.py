"""Pictures of the experiment backpropagation.neuron."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.backpropagation.neuron import Curve, NeuronOutcome, NeuronSettings
from pages.deep_learning.backpropagation.shared import ABOVE, TOPIC
from pages.widgets.figures import charts, tables
from pages.widgets.figures.numbers import signed
from pages.widgets.shell import state

NEAR, WHOLE = "near the weight", "all weights"


def draw_neuron(settings: NeuronSettings, run: Run[NeuronOutcome]) -> None:
    """The loss against the weight with its tangent and the updates; below, every number of the step."""
    outcome = run.outcome
    now, right = outcome.now, outcome.weights[1]
    slope, new, loss = st.columns(3)
    slope.metric("∂L/∂w", signed(f"{now.by_w:.4f}"))
    new.metric("New w", signed(f"{right.w:.5g}"))
    loss.metric("New L", f"{right.loss:.4g}")
    view = st.segmented_control("Show the loss", (NEAR, WHOLE), default=NEAR, key=state.owned(TOPIC, "neuron", "view"))
    curve = outcome.whole if view == WHOLE else outcome.near
    low, high = curve.w[0], curve.w[-1]
    places = pd.DataFrame(
        [{"weight": one.how, "w": one.w, "loss": one.loss} for one in outcome.weights if low <= one.w <= high]
    )
    names = [one.how for one in outcome.weights]
    marks = (
        alt.Chart(places)
        .mark_point(filled=True, size=130, opacity=1, tooltip=True)
        .encode(
            alt.X("w:Q"),
            alt.Y("loss:Q"),
            alt.Color("weight:N", scale=alt.Scale(domain=names), legend=ABOVE),
            alt.Shape("weight:N", scale=alt.Scale(domain=names), legend=ABOVE),
        )
    )
    said = "; ".join(f"{one.how}: w {one.w:.4g}, loss {one.loss:.4g}" for one in outcome.weights)
    charts.show((loss_curve(curve) + marks).properties(height=320), f"Loss against weight. {said}.")
    st.caption(
        "The dashed line is the tangent at the present weight; its slope is ∂L/∂w. The wrong updates repeat the notes' "
        "arithmetic: prediction rounded to two digits, sign turned, and then the step ten times as long."
    )
    rows = {
        "z = w·x + b": now.z,
        "ŷ = σ(z)": now.prediction,
        "L = ½(ŷ − y)²": now.loss,
        "∂L/∂ŷ = ŷ − y": now.by_prediction,
        "∂ŷ/∂z = ŷ(1 − ŷ)": now.prediction_by_z,
        "∂z/∂w = x": now.z_by_w,
        "∂L/∂w: product of the three": now.by_w,
        "∂L/∂b: the same with ∂z/∂b = 1": now.by_b,
        "new w = w − η · ∂L/∂w": right.w,
    }
    tables.numbers(pd.DataFrame({"step": rows.keys(), "value": rows.values()}), "Every number of one step")
    table = [{"weight": one.how, "w": one.w, "ŷ": one.prediction, "loss": one.loss} for one in outcome.weights]
    tables.numbers(pd.DataFrame(table), "The weight, the prediction and the loss after the right and the wrong updates")


def loss_curve(curve: Curve) -> charts.Chart:
    """The loss against the weight, and its tangent as far as it stays in the picture."""
    room = 0.15 * (curve.loss.max() - curve.loss.min() or 0.1)
    low, high = curve.loss.min() - room, curve.loss.max() + room
    seen = (curve.tangent >= low) & (curve.tangent <= high)
    y = alt.Y("loss:Q", title="loss L", scale=alt.Scale(domain=[low, high], nice=False, clamp=False))
    x = alt.X("w:Q", title="weight w", scale=alt.Scale(domain=[curve.w[0], curve.w[-1]], nice=False))
    line = alt.Chart(pd.DataFrame({"w": curve.w, "loss": curve.loss})).mark_line(color=charts.COLOURS[7])
    tangent = alt.Chart(pd.DataFrame({"w": curve.w[seen], "loss": curve.tangent[seen]}))
    tangent = tangent.mark_line(color=charts.COLOURS[7], strokeDash=[6, 4], strokeWidth=1.5)
    return alt.layer(line.encode(x, y), tangent.encode(x, y))
