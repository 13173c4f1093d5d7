"""Attention and transformers: the page. It draws; engine/experiments/transformers.py computes."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.data import Floats
from engine.errors import GrimoireError
from engine.experiment import Diverged, Run
from engine.experiments.transformers import (
    BY_HAND,
    COOL,
    EXPERIMENTS,
    HELD_OUT,
    NO_POSITIONS,
    RARE,
    SENTENCE,
    TRAINING,
    WORDS,
    AttendOutcome,
    AttendSettings,
    OrderOutcome,
    OrderSettings,
    ScaleOutcome,
    ScaleSettings,
    Snapshot,
    TinySettings,
    Transformer,
)
from pages.widgets import charts, controls, live, state, tables, topic
from pages.widgets.board import Placed, board
from pages.widgets.charts import ink
from pages.widgets.panels import curves, panels
from pages.widgets.player import Cells, Frame, Scene
from pages.widgets.words import notice, plain

TOPIC = "transformers"
ATTEND, SCALE, ORDER, TINY = EXPERIMENTS
SIGNS = ("●", "■", "▲")  # the shapes of the first three groups on a board


# --- attend ----------------------------------------------------------------------------------------------------


def draw_attend(settings: AttendSettings, run: Run) -> None:
    """Words, values and outputs in the plane; scores and weights as tables; the projections to edit."""
    found: AttendOutcome = run.outcome
    everything = np.concatenate([found.X, found.V, found.outputs])
    reach = next(edge for edge in (4.0, 12.0, 40.0, 150.0, 1e3, 1e4, 1e5) if np.abs(everything).max() <= 0.9 * edge)
    words = tuple(map(tuple, found.X.tolist()))

    def moved(placed: Placed) -> None:
        if placed.points != words:
            controls.move(TOPIC, ATTEND, settings, vectors=placed.points)

    st.caption("Drag the words: " + " · ".join(f"{sign} {word}" for sign, word in zip(SIGNS, WORDS, strict=True)))
    board(
        state.owned(TOPIC, "attend", "board"), placed=Placed(words), on_change=moved, x_label="first number",
        y_label="second number", x_range=(-reach, reach), y_range=(-reach, reach), most_points=3, add="none",
        point_name="word", groups=(0, 1, 2), live=True, height=320,
        centres=((f"{WORDS[0]} takes", found.outputs[:1].tolist()), ("value", found.V.tolist()),
                 *((f"{word} takes", [one]) for word, one in zip(WORDS[1:], found.outputs[1:].tolist(), strict=True))),
    )  # fmt: skip
    left, right = st.columns(2)
    divided = " / √2" if settings.scaled else ""
    with left:
        st.markdown(f"**Scores**, query · key{divided}")
        charts.show(heat(found.scores, WORDS, WORDS), table_in_words("Scores", found.scores, WORDS))
    with right:
        st.markdown("**Weights**" + (", softmax of each row" if settings.normalised else ": the scores themselves"))
        charts.show(heat(found.weights, WORDS, WORDS), table_in_words("Weights", found.weights, WORDS))
    sums = ", ".join(f"{one:.3g}" for one in found.weights.sum(axis=1))
    st.caption(f"The weights of the three rows sum to {sums}.")
    columns = {"output": found.outputs, "query": found.Q, "key": found.K, "value": found.V}
    rows = pd.DataFrame({"word": WORDS} | {name: [pair(row) for row in one] for name, one in columns.items()})
    tables.numbers(rows, "Output, query, key and value of each word")
    tables.edit_points(TOPIC, ATTEND, settings, "vectors", words, ("x", "y"), title="The words' vectors as a table")
    if settings.projections == BY_HAND:
        for name, title in (("W_q", "W_Q"), ("W_k", "W_K"), ("W_v", "W_V")):
            tables.edit_points(TOPIC, ATTEND, settings, name, getattr(settings, name), ("to 1", "to 2"),
                               title=f"Projection {title}, a row for each number of a word")  # fmt: skip
    else:
        names = ("W_Q", "W_K", "W_V")
        said = "; ".join(f"{name} = {one.tolist()}" for name, one in zip(names, found.projections, strict=True))
        st.caption(f"{said}, one row for each number of a word.")


def pair(numbers: Floats) -> str:
    return f"({numbers[0]:.2f}, {numbers[1]:.2f})"


def heat(values: Floats, rows: tuple[str, ...], columns: tuple[str, ...], digits: int = 2) -> alt.LayerChart:
    """Return a table of numbers on shades, blue above zero and red below; what is NaN stays blank."""
    cells = pd.DataFrame(
        [{"row": i, "column": j, "value": float(values[i, j])} for i, j in np.ndindex(values.shape)
         if np.isfinite(values[i, j])]
    )  # fmt: skip
    size = float(np.nanmax(np.abs(values))) or 1.0
    faint = {"domain": [-size, 0, size], "range": [f"{charts.COLOURS[3]}99", "#8881", f"{charts.COLOURS[0]}99"]}
    base = alt.Chart(cells).encode(
        alt.X("column:O", title=None, scale=alt.Scale(domain=[*range(len(columns))]), axis=named(columns, "top")),
        alt.Y("row:O", title=None, scale=alt.Scale(domain=[*range(len(rows))]), axis=named(rows, "left")),
    )
    shades = base.mark_rect().encode(alt.Color("value:Q", scale=alt.Scale(**faint), legend=None))
    numbers = base.mark_text(fontSize=12 if digits == 2 else 10, color=ink()).encode(
        alt.Text("value:Q", format=f".{digits}f")
    )
    return (shades + numbers).properties(height=(34 if digits == 2 else 26) * len(rows) + 24)


def named(names: tuple[str, ...], side: str) -> alt.Axis:
    """Return an axis of places that shows their names."""
    said = f"{json.dumps([*names])}[datum.value]"
    return alt.Axis(
        labelExpr=said, orient=side, labelAngle=0, ticks=False, domain=False, labelFontSize=12, labelFlush=False,
        labelOverlap=False,
    )  # fmt: skip


def table_in_words(title: str, values: Floats, names: tuple[str, ...]) -> str:
    """Say a table's numbers, row by row."""
    rows = (f"{name}: {', '.join(f'{one:.2f}' for one in row)}" for name, row in zip(names, values, strict=True))
    return f"{title} over {', '.join(names)}. {'; '.join(rows)}."


# --- scale -----------------------------------------------------------------------------------------------------


def draw_scale(settings: ScaleSettings, run: Run) -> None:
    """Variance and entropy against the dimension, and one query's weights."""
    found: ScaleOutcome = run.outcome
    kinds = ("raw", "divided")
    look = int(np.flatnonzero(found.dimensions == settings.k)[0])
    here = alt.Chart(pd.DataFrame({"d_k": [settings.k]})).mark_rule(strokeDash=[4, 4], color="gray").encode(x="d_k:Q")
    across = alt.X("d_k:Q", title="key dimension, d_k", scale=alt.Scale(type="log", base=2))
    shade = alt.Color("scores:N", sort=[*kinds], legend=alt.Legend(orient="top", title=None, symbolType="stroke"))
    left, right = st.columns(2)
    for place, title, values, scale in (
        (left, "variance of the scores", found.variance, alt.Scale(type="log")),
        (right, "relative entropy", found.entropy, alt.Scale(domain=[0, 1])),
    ):
        frame = pd.concat(
            pd.DataFrame({"d_k": found.dimensions, "value": row, "scores": kind})
            for row, kind in zip(values, kinds, strict=True)
        )
        line = alt.Chart(frame).mark_line(point=True, tooltip=True).encode(
            across, alt.Y("value:Q", title=title, scale=scale), shade,
            strokeDash=alt.StrokeDash("scores:N", legend=None),
        )  # fmt: skip
        ends = " and ".join(
            f"from {row[0]:.3g} to {row[-1]:.3g} {kind}" for row, kind in zip(values, kinds, strict=True)
        )
        with place:
            charts.show(
                (line + here).properties(height=240),
                f"{title.capitalize()} for d_k from {found.dimensions[0]} to {found.dimensions[-1]}: {ends}.",
            )
    st.markdown(f"**One query's weights over {settings.keys} keys at $d_k={settings.k}$**, largest first")
    left, right = st.columns(2)
    for place, row, kind, colour in zip((left, right), found.weights, kinds, charts.COLOURS, strict=False):
        frame = pd.DataFrame({"key": np.arange(1, len(row) + 1), "weight": row})
        bars = alt.Chart(frame).mark_bar(color=colour, tooltip=True).encode(
            alt.X("key:O", title=f"keys, {kind} scores", axis=alt.Axis(labels=False, ticks=False)),
            alt.Y("weight:Q", scale=alt.Scale(domain=[0, 1])),
        )  # fmt: skip
        with place:
            charts.show(bars.properties(height=150), f"Weights {kind}: the largest is {row[0]:.3f} of {len(row)}.")
    st.caption(
        f"Divided by d_k to the power of {settings.power:g}. The variance grows as d_k to the power of "
        f"{found.slope[0]:.2f} raw and {found.slope[1]:.2f} divided. "
        f"What a softmax still reacts to its scores, Σ p (1 − p), at d_k = {settings.k}: "
        f"{found.gradient[0, look]:.3f} and {found.gradient[1, look]:.3f}."
    )


# --- order -----------------------------------------------------------------------------------------------------


def draw_order(settings: OrderSettings, run: Run) -> None:
    """The outputs of the sentence and of its shuffled twin, and how far each word's output moved."""
    found: OrderOutcome = run.outcome
    after = tuple(SENTENCE[i] for i in found.order)
    numbers = tuple(f"{i}" for i in range(1, found.before.shape[1] + 1))
    left, right = st.columns(2)
    for place, values, words in ((left, found.before, SENTENCE), (right, found.after, after)):
        with place:
            st.markdown(f"**{' '.join(words)}**")
            charts.show(heat(values, words, numbers, 1), table_in_words("Outputs", values, words))
    moves = pd.DataFrame({"word": SENTENCE, "difference": found.moved})
    bars = alt.Chart(moves).mark_bar(tooltip=True).encode(
        alt.X("difference:Q", title="largest difference between a word's two outputs",
              scale=alt.Scale(domainMin=0, domainMax=max(1.0, float(found.moved.max())))),
        alt.Y("word:N", sort=[*SENTENCE], title=None, axis=alt.Axis(labelOverlap=False, labelFlush=False)),
    )  # fmt: skip
    said = ", ".join(f"{word} {one:.2g}" for word, one in zip(SENTENCE, found.moved, strict=True))
    charts.show(bars.properties(height=150), f"Largest difference between a word's two outputs: {said}.")
    same = found.moved.max() < 1e-10
    st.caption(
        f"Largest difference: {found.moved.max():.2g}. "
        + ("The rows are the same rows in another order." if same else "The rows are other rows.")
    )
    if settings.positions != NO_POSITIONS:
        st.markdown("**Position vectors**, added to the word at each place")
        places = tuple(f"place {i}" for i in range(len(SENTENCE)))
        charts.show(heat(found.positions, places, numbers, 1), table_in_words("Positions", found.positions, places))


# --- tiny ------------------------------------------------------------------------------------------------------


def draw_tiny(settings: TinySettings, now: live.Now) -> None:
    """Losses against the n-gram lines, all attention maps, and what it writes, as it learns."""
    snapshot: Snapshot = now.snapshot
    training, held_out = (
        float(now.history[name][1][-1]) if name in now.history else np.nan for name in (TRAINING, HELD_OUT)
    )
    beaten = [name for name, level in snapshot.levels.items() if held_out < level]
    said = (f"{training:.3f}" if training == training else "–", f"{held_out:.3f}",
            beaten[-1] if beaten else "none")  # fmt: skip
    for place, label, value in zip(st.columns(3), ("Training loss", "Held-out loss", "Better than"), said, strict=True):
        place.metric(label, value)
    losses = curves(now.history, (TRAINING, HELD_OUT), "nats a character", levels=apart(snapshot.levels))
    panels([losses, mosaic(snapshot.model, snapshot.excerpt)], state.owned(TOPIC, "tiny", "panels"), height=250)
    st.caption(
        f"Heads: {settings.heads} across, {settings.layers} layers down, reading the first held-out characters row "
        f"by row. Below: what the model writes at temperature {COOL:g}."
    )
    if RARE in snapshot.model.characters:
        st.caption(f"The text has too many kinds of characters: the rarest are read as {RARE}.")
    with st.container(height=220, key=f"samples-{TOPIC}"):
        for step, text in reversed(snapshot.samples):
            st.caption(f"after {step:,} steps" if step else "untrained")
            st.text(plain(text))


def apart(levels: Mapping[str, float]) -> dict[str, float]:
    """Leave out lines that would lie on those of longer n-grams."""
    room, kept = 0.06 * (max(levels.values()) - min(levels.values())), dict[str, float]()
    for name, level in reversed(levels.items()):
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
        [Frame([Cells(sheet, 0.0, 0.6)], says=f"{plan.layers} layers of {plan.heads} heads read {text!r}")],
        x_label="", y_label="", x_range=(0, sheet.shape[1]), y_range=(sheet.shape[0], 0), equal=True, axes=False,
        title="Where the heads look",
    )  # fmt: skip


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
        f"{length} characters in {took:.2f} s, {length / took:,.0f} a second {'with' if cache else 'without'} a cache."
    )


def show_map(text: str, weights: Floats) -> None:
    """Draw one head's attention map over a text."""
    signs = tuple(visible(one) for one in text)
    cells = pd.DataFrame(
        [{"from": i, "to": j, "reading": f"{i + 1}: {signs[i]}", "looks at": f"{j + 1}: {signs[j]}",
          "weight": float(weights[i, j])} for i, j in np.ndindex(weights.shape) if weights[i, j] > 0]
    )  # fmt: skip
    n = len(text)
    small = 12 if n <= 24 else 9
    base = alt.Chart(cells).mark_rect().encode(
        alt.X("to:O", title="looks at", scale=alt.Scale(domain=[*range(n)]), axis=named(signs, "top")),
        alt.Y("from:O", title="reading", scale=alt.Scale(domain=[*range(n)]), axis=named(signs, "left")),
        alt.Color("weight:Q", scale=alt.Scale(domain=[0, 1], range=["#8881", charts.COLOURS[0]]), legend=None),
        alt.Tooltip(["reading:N", "looks at:N", "weight:Q"]),
    )  # fmt: skip
    i, j = np.unravel_index(np.argmax(np.where(np.eye(n), 0, weights)), weights.shape)
    chart = base.properties(height=max(180, min(440, 18 * n))).configure_axis(labelFontSize=small)
    charts.show(chart, f"Attention over {n} characters. Off the diagonal the largest weight is {weights[i, j]:.2f}: "
                       f"character {i + 1}, {signs[i]}, looks at character {j + 1}, {signs[j]}.")  # fmt: skip


def show_next(model: Transformer, text: str) -> None:
    """Draw the most probable next characters as bars."""
    chances = model.read(text).probabilities[-1]
    best = np.argsort(-chances)[:12]
    frame = pd.DataFrame({"character": [visible(model.characters[i]) for i in best], "probability": chances[best]})
    bars = alt.Chart(frame).mark_bar(tooltip=True).encode(
        alt.X("probability:Q", scale=alt.Scale(domain=[0, 1])),
        alt.Y("character:N", sort=None, title=None, axis=alt.Axis(labelFontSize=13, labelOverlap=False)),
    )  # fmt: skip
    said = ", ".join(
        f"{sign} {chance:.0%}" for sign, chance in zip(frame["character"][:5], frame["probability"], strict=False)
    )
    charts.show(bars.properties(height=22 * len(best) + 40), f"The most probable next characters: {said}.")


def visible(character: str) -> str:
    """Return a sign for a character that a chart would not show."""
    return {" ": "␣", "\n": "⏎"}.get(character, plain(character))


def failed(settings: TinySettings, now: live.Now) -> None:
    """Say what to do about a run that diverged."""
    if isinstance(now.end, Diverged):
        st.markdown(
            f"A learning rate of {settings.rate:g} was too much here. Try {settings.rate / 10:g}, or keep the norm in."
        )


topic.show(TOPIC, {
    "attend": draw_attend, "scale": draw_scale, "order": draw_order,
    "tiny": live.Views(draw_tiny, look_into, failed, settings_open=False),
})  # fmt: skip
