"""Pictures of the experiment transformers.tiny."""

from __future__ import annotations

import time
from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.data import Floats
from engine.ends import Diverged
from engine.errors import GrimoireError
from engine.experiments.transformers.shared import RARE, Transformer
from engine.experiments.transformers.tiny import TinySettings
from engine.experiments.transformers.training import COOL, HELD_OUT, TRAINING, Snapshot
from pages.language_modeling.transformers.shared import TOPIC, named
from pages.widgets.canvas.panels.panels import panels
from pages.widgets.canvas.scene import Cells, Frame, Scene
from pages.widgets.figures import charts
from pages.widgets.figures.curves import curves
from pages.widgets.plate import live
from pages.widgets.shell import state
from pages.widgets.shell.letters import plain, plural, visible
from pages.widgets.shell.words import notice


def draw_tiny(settings: TinySettings, now: live.Now) -> None:
    """Losses against the n-gram lines, all attention maps, and what it writes, as it learns."""
    snapshot: Snapshot = now.snapshot
    training, held_out = (
        float(now.history[name][1][-1]) if name in now.history else np.nan for name in (TRAINING, HELD_OUT)
    )
    beaten = [name for name, level in snapshot.levels.items() if held_out < level]
    said = (f"{training:.3f}" if training == training else "–", f"{held_out:.3f}", beaten[-1] if beaten else "none")
    for place, label, value in zip(st.columns(3), ("Training loss", "Held-out loss", "Better than"), said, strict=True):
        place.metric(label, value)
    losses = curves(now.history, (TRAINING, HELD_OUT), "nats a character", levels=apart(snapshot.levels))
    panels([losses, mosaic(snapshot.model, snapshot.excerpt)], state.owned(TOPIC, "tiny", "panels"), height=250)
    st.caption(
        f"Heads: {settings.heads} across, {plural(settings.layers, 'layer')} down, reading the first held-out "
        f"characters row by row. Below: what the model writes at temperature {COOL:g}."
    )
    if RARE in snapshot.model.characters:
        st.caption(f"The text has too many kinds of characters: the rarest are read as {RARE}.")
    with st.container(height=220, key=f"samples-{TOPIC}"):
        for step, text in reversed(snapshot.samples):
            st.caption(f"after {plural(step, 'step')}" if step else "untrained")
            st.text(plain(text))


def apart(levels: Mapping[str, float]) -> dict[str, float]:
    """Leave out lines that would lie on those of longer n-grams."""
    room, kept = 0.06 * (max(levels.values()) - min(levels.values())), dict[str, float]()
    for name, level in reversed(list(levels.items())):
        if all(abs(level - other) > room for other in kept.values()):
            kept[name] = level
    return kept


def mosaic(model: Transformer, text: str) -> Scene:
    """Return every head's attention map side by side, a row of maps for each layer; blank where it has diverged."""
    plan, n = model.plan, len(text)
    try:
        maps = model.read(text).maps  # (layers, h, n, n)
    except GrimoireError:
        maps = np.full((plan.layers, plan.heads, n, n), np.nan)
    framed = np.pad(maps, ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=np.nan)  # (layers, h, n + 2, n + 2)
    sheet = framed.transpose(0, 2, 1, 3).reshape(plan.layers * (n + 2), plan.heads * (n + 2))
    return Scene(
        [Frame([Cells(sheet, 0.0, 0.6)], says=f"Layers: {plan.layers}, heads in each: {plan.heads}, reading {text!r}")],
        x_label="",
        y_label="",
        x_range=(0, sheet.shape[1]),
        y_range=(sheet.shape[0], 0),
        equal=True,
        axes=False,
        title="Where the heads look",
    )


def look_into(settings: TinySettings, now: live.Now) -> None:
    """Let the learner read with the model: attention maps, what comes next, and writing."""
    snapshot: Snapshot = now.snapshot
    model, own = snapshot.model, f"{state.owned(TOPIC, 'tiny', 'look')}:{settings.text}"
    writing, looking, coming = st.tabs(["Let it write", "Where it looks", "What comes next"])
    with writing:
        write(model, snapshot.opening, own)
    with looking:
        text = st.text_input("A text to read", snapshot.excerpt, key=f"{own}:read", max_chars=2 * model.plan.context)
        try:
            reading = model.read(text)
        except GrimoireError as error:
            notice(str(error), "edit_off", f"{own}:unread")
        else:
            left, right = st.columns(2)
            layer = left.segmented_control(
                "Layer", range(1, model.plan.layers + 1), default=1, required=True, key=f"{own}:layer"
            )
            head = right.segmented_control(
                "Head", range(1, model.plan.heads + 1), default=1, required=True, key=f"{own}:head"
            )
            show_map(text, reading.maps[min(layer, model.plan.layers) - 1, min(head, model.plan.heads) - 1])
    with coming:
        begun = st.text_input("It has read", snapshot.excerpt, key=f"{own}:begun", max_chars=2 * model.plan.context)
        try:
            show_next(model, begun)
        except GrimoireError as error:
            notice(str(error), "edit_off", f"{own}:unbegun")


def write(model: Transformer, opening: str, own: str) -> None:
    """Draw the controls of writing, and what is written."""
    prompt = st.text_input("Begin with", opening, key=f"{own}:prompt", max_chars=500)
    left, middle, right = st.columns(3)
    length = left.slider("Characters", 20, 1_000, 300, 20, key=f"{own}:length")
    seed = left.number_input("Seed of the draws", 0, 9_999, 1, key=f"{own}:draws")
    temperature = middle.slider("Temperature", 0.0, 2.0, COOL, 0.05, key=f"{own}:temperature")
    cache = middle.toggle("KV cache", True, key=f"{own}:cache")
    top_k = right.slider("Top-k (0: all)", 0, 50, 0, key=f"{own}:top_k")
    top_p = right.slider("Top-p (1: all)", 0.05, 1.0, 1.0, 0.05, key=f"{own}:top_p")
    begun = time.perf_counter()
    try:
        rng = np.random.default_rng(seed)
        written = "".join(model.write(rng, prompt, length, temperature, top_k, top_p, cache))
    except GrimoireError as error:
        notice(str(error), "edit_off", f"{own}:unwritten")
        return
    took = time.perf_counter() - begun
    st.code(plain(prompt + written), language=None, wrap_lines=True)
    st.caption(
        f"{plural(length, 'character')} in {took:.2f} s, {length / took:,.0f} a second{'' if cache else ', no cache'}."
    )


def show_map(text: str, weights: Floats) -> None:
    """Draw one head's attention map over a text."""
    signs = tuple(visible(one) for one in text)
    cells = pd.DataFrame(
        [
            {
                "from": i,
                "to": j,
                "reading": f"{i + 1}: {signs[i]}",
                "looks at": f"{j + 1}: {signs[j]}",
                "weight": float(weights[i, j]),
            }
            for i, j in np.ndindex(weights.shape)
            if weights[i, j] > 0
        ]
    )
    n = len(text)
    base = (
        alt.Chart(cells)
        .mark_rect()
        .encode(
            alt.X("to:O", title="looks at", scale=alt.Scale(domain=[*range(n)]), axis=named(signs, "top")),
            alt.Y("from:O", title="reading", scale=alt.Scale(domain=[*range(n)]), axis=named(signs, "left")),
            alt.Color("weight:Q", scale=alt.Scale(domain=[0, 1], range=["#8881", charts.COLOURS[0]]), legend=None),
            alt.Tooltip(["reading:N", "looks at:N", "weight:Q"]),
        )
    )
    i, j = np.unravel_index(np.argmax(np.where(np.eye(n), 0, weights)), weights.shape)
    chart = base.properties(height=max(180, min(440, 18 * n))).configure_axis(labelFontSize=12 if n <= 24 else 9)
    charts.show(
        chart,
        f"Attention over {plural(n, 'character')}. Off the diagonal the largest weight is {weights[i, j]:.2f}: "
        f"character {i + 1}, {signs[i]}, looks at character {j + 1}, {signs[j]}.",
    )


def show_next(model: Transformer, text: str) -> None:
    """Draw the most probable next characters as bars."""
    chances = model.read(text).probabilities[-1]
    best = np.argsort(-chances)[:12]
    frame = pd.DataFrame({"character": [visible(model.characters[i]) for i in best], "probability": chances[best]})
    bars = (
        alt.Chart(frame)
        .mark_bar(tooltip=True)
        .encode(
            alt.X("probability:Q", scale=alt.Scale(domain=[0, 1])),
            alt.Y("character:N", sort=None, title=None, axis=alt.Axis(labelFontSize=13, labelOverlap=False)),
        )
    )
    said = ", ".join(
        f"{sign} {chance:.0%}" for sign, chance in zip(frame["character"][:5], frame["probability"], strict=False)
    )
    charts.show(bars.properties(height=22 * len(best) + 40), f"The most probable next characters: {said}.")


def failed(settings: TinySettings, now: live.Now) -> None:
    """Say what to do about a run that diverged."""
    if isinstance(now.end, Diverged):
        st.markdown(
            f"A learning rate of {settings.rate:g} was too much here. Try {settings.rate / 10:g}, or keep the norm in."
        )
