"""Sequence modelling and decoding: the page. It draws; engine/experiments/sequence_modeling.py computes."""

from __future__ import annotations

import math
from dataclasses import replace

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.errors import GrimoireError
from engine.experiment import Run
from engine.experiments.sequence_modeling import (
    BOTH,
    FOX,
    LEFT,
    DecodeOutcome,
    DecodeSettings,
    FoxOutcome,
    FoxSettings,
    MaskOutcome,
    MaskSettings,
    NGramOutcome,
    NGramSettings,
    Step,
    Written,
)
from pages.widgets import charts, state, topic
from pages.widgets.charts import ink
from pages.widgets.experiment import perform
from pages.widgets.player import Dots, Frame, Lines, Scene, Words, player
from pages.widgets.words import notice, plain

TOPIC = "sequence_modeling"
MODEL, RESHAPED = "the model", "reshaped"
BLANKS = {" ": "␣", "\n": "⏎", "\t": "⇥"}
LINE = 24  # characters of the passage in a row


def shown(symbol: str) -> str:
    """Return a character as a chart can show it."""
    return BLANKS.get(symbol) or plain(symbol)


def percent(share: float) -> str:
    """Write a share; a dash where there was nothing to take it of."""
    return "–" if math.isnan(share) else f"{share:.0%}"


# --- fox -------------------------------------------------------------------------------------------------------


def draw_fox(settings: FoxSettings, run: Run) -> None:
    """Each word's surprise, the product so far, and the totals."""
    found: FoxOutcome = run.outcome
    rows = pd.DataFrame({"word": FOX, "P": found.factors, "surprise": found.surprise,
                         "product": np.cumprod(found.factors)})  # fmt: skip
    words = alt.Y("word:N", sort=list(FOX), title=None)
    left, right = st.columns(2)
    for place, value, title, colour in (
        (left, "surprise", "surprise −log P, in nats", charts.COLOURS[0]),
        (right, "product", "product up to this word", charts.COLOURS[1]),
    ):
        high = float(rows[value].max()) or 1.0
        base = alt.Chart(rows).encode(
            words, alt.X(f"{value}:Q", title=title, scale=alt.Scale(domain=[0, 1.3 * high], nice=False),
                         axis=alt.Axis(tickCount=3)))  # fmt: skip
        bars = base.mark_bar(color=colour, tooltip=True)
        labels = base.mark_text(align="left", dx=4, color=ink()).encode(text=alt.Text(f"{value}:Q", format=".3~g"))
        said = ", ".join(f"{word} {one:.3g}" for word, one in zip(FOX, rows[value], strict=True))
        with place:
            charts.show((bars + labels).properties(height=200), f"{title[0].upper()}{title[1:]}: {said}.")
    one, two, three = st.columns(3)
    one.metric("Product", f"{found.product:.4g}")
    two.metric("−log, nats", f"{found.nats:.3f}")
    three.metric("Perplexity", f"{found.perplexity:.3f}")
    if settings.times > 1:
        lost = " It is smaller than the smallest number above 0 that double precision has." * (found.long_product == 0)
        st.markdown(
            f"**{settings.times} sentences in a row.** Product {found.long_product:.4g}.{lost} Sum of the surprises "
            f"{found.long_nats:,.1f} nats, still {found.perplexity:.3f} per word."
        )


# --- ngram -----------------------------------------------------------------------------------------------------


def draw_ngram(settings: NGramSettings, run: Run) -> None:
    """Perplexity of every order on both parts of the text, the share of new contexts, and what the model writes."""
    found: NGramOutcome = run.outcome
    seen, new = "learned from", "held out"
    rows = pd.DataFrame({
        "order": np.tile(found.orders, 2), "perplexity": np.concatenate([found.training, found.held]),
        "text": [seen] * len(found.orders) + [new] * len(found.orders),
    })  # fmt: skip
    orders = alt.X("order:O", title="order n", axis=alt.Axis(labelAngle=0))
    lines = alt.Chart(rows).encode(
        orders,
        alt.Y("perplexity:Q", scale=alt.Scale(type="log", nice=False, padding=8), title="perplexity per character",
              axis=alt.Axis(tickCount=5, format="~g")),
        alt.Color("text:N", scale=alt.Scale(domain=[new, seen], range=list(charts.COLOURS[:2])),
                  legend=alt.Legend(orient="top", title=None, symbolDash=[1, 0])),
        alt.Shape("text:N", scale=alt.Scale(domain=[new, seen])),
        alt.StrokeDash("text:N", scale=alt.Scale(domain=[new, seen], range=[[1, 0], [5, 4]]), legend=None),
    )  # fmt: skip
    here = alt.Chart(pd.DataFrame({"order": [settings.order]})).mark_rule(strokeDash=[2, 3], color=ink()).encode(orders)
    low = f"{found.held.min():.2f}"
    charts.show(
        (here + lines.mark_line() + lines.mark_point(filled=True, size=55, tooltip=True)).properties(height=250),
        f"Perplexity on held-out text for orders 1 to 7: {', '.join(f'{one:.2f}' for one in found.held)}; lowest, "
        f"{low}, at order {found.best}. On the text learned from: {', '.join(f'{one:.2f}' for one in found.training)}.",
    )
    bars = alt.Chart(pd.DataFrame({"order": found.orders, "new contexts": found.unseen})).mark_bar(
        color=charts.COLOURS[7], tooltip=True
    ).encode(orders, alt.Y("new contexts:Q", title="unseen", scale=alt.Scale(domain=[0, 1]),
                           axis=alt.Axis(format="%", values=[0, 0.5, 1])))  # fmt: skip
    charts.show(
        bars.properties(height=140),
        f"Share of held-out places whose context was never seen, orders 1 to 7: "
        f"{', '.join(f'{one:.0%}' for one in found.unseen)}.",
    )
    st.caption(
        "Bars: share of the held-out places whose context was never seen. "
        f"Learned from {found.learned:,} characters, {found.symbols} different ones; tested on the last "
        f"{found.held_out:,} of the text. Lowest held-out perplexity: {low} at order {found.best}."
    )
    st.markdown(f"**Order {settings.order} writes**")
    st.code(plain(found.written), language=None, wrap_lines=True)
    st.text(f"The longest passage of it that it has read, {len(found.copied)} characters: “{plain(found.copied)}”")


# --- decode ----------------------------------------------------------------------------------------------------


def draw_decode(settings: DecodeSettings, run: Run) -> None:
    """The distribution after the prompt, before and after; what comes of both; and the choices one by one."""
    typed = st.text_input("or continue your own words", max_chars=100, key=state.owned(TOPIC, "decode", "typed"),
                          placeholder=run.outcome.prompt)  # fmt: skip
    if typed.strip():
        try:
            run = perform(TOPIC, "decode", replace(settings, prompt=typed))
        except GrimoireError as error:
            notice(str(error), "tune", state.owned(TOPIC, "decode", "typed-problem"))
    found: DecodeOutcome = run.outcome
    first = found.steps[0]
    names = [shown(one) for one in first.letters]
    rows = pd.DataFrame({
        "letter": names * 2, "probability": np.concatenate([first.before, first.after]),
        "distribution": [MODEL] * len(names) + [RESHAPED] * len(names),
    })  # fmt: skip
    order = [MODEL, RESHAPED]
    bars = alt.Chart(rows).mark_bar(tooltip=True).encode(
        alt.X("letter:N", sort=names, title=None, axis=alt.Axis(labelAngle=0)),
        alt.XOffset("distribution:N", sort=order),
        alt.Y("probability:Q", scale=alt.Scale(domain=[0, 1])),
        alt.Color("distribution:N", sort=order, scale=alt.Scale(domain=order, range=list(charts.COLOURS[:2])),
                  legend=alt.Legend(orient="top", title=None)),
    )  # fmt: skip
    likely = ", ".join(
        f"{name} {a:.1%} and {b:.1%}" for name, a, b in zip(names[:5], first.before, first.after, strict=False)
    )
    st.text(f"After “{plain(first.context)}”, {found.kept} of {found.symbols} characters keep a probability.")
    charts.show(bars.properties(height=230), f"Probability of the next character, the model's and reshaped: {likely}.")
    for title, one in (("Reshaped", found.reshaped), ("Untouched: T = 1, no cut", found.untouched)):
        written(title, found.prompt, one)
    st.markdown("**Watch it choose.** Left bars: the model. Right bars: reshaped. The diamond marks the choice.")
    player(choices(found.steps), state.owned(TOPIC, "decode", "player"), height=260)


def written(title: str, prompt: str, one: Written) -> None:
    """Show the beginning of a text, and what was measured on all of it."""
    st.markdown(f"**{title}**")
    st.code(plain(prompt + one.text[:240]) + " …", language=None, wrap_lines=True)
    st.caption(
        f"{len(one.text):,} letters: {percent(one.distinct)} of the word triples are distinct, "
        f"{percent(one.known)} of the words exist in the text."
    )


def choices(steps: tuple[Step, ...]) -> Scene:
    """Picture letters being chosen: two bars for each, and a diamond over the one that was drawn."""
    frames = []
    for step in steps:
        at = np.arange(1, len(step.letters) + 1)
        zero = np.zeros(len(at))
        place = step.letters.index(step.chosen)
        layers = (
            Lines(at - 0.19, zero, at - 0.19, step.before, group=0, width=7),
            Lines(at + 0.19, zero, at + 0.19, step.after, group=1, width=7),
            Dots([place + 1], [step.after[place] + 0.07], size=6, shape="diamond"),
            Words(at, np.full(len(at), -0.07), [shown(one) for one in step.letters]),
        )
        says = f"“…{plain(step.context[-18:])}” then “{shown(step.chosen)}”: {step.before[place]:.1%}, "
        frames.append(Frame(layers, says + f"reshaped {step.after[place]:.1%}", float(step.after[place])))
    return Scene(
        frames, x_label="rank of the character", y_label="probability", x_range=(0.3, 12.7),
        y_range=(-0.14, 1.14), value_label="probability of the choice",
    )  # fmt: skip


# --- mask ------------------------------------------------------------------------------------------------------


def draw_mask(settings: MaskSettings, run: Run) -> None:
    """The passage with its gap, the guesses, and how both models do at every other place of it."""
    found: MaskOutcome = run.outcome
    passage, gap = found.passage, found.gap
    hidden = passage[gap]
    st.code(plain(f"{passage[:gap]}▢{passage[gap + 1 :]}"), language=None, wrap_lines=True)
    before = settings.width if settings.sides == LEFT else (settings.width + 1) // 2
    after = settings.width - before
    sees = f"“{passage[max(gap - before, 0) : gap]}” before the gap"
    st.text(
        plain(f"The model sees {sees}" + (f" and “{passage[gap + 1 : gap + 1 + after]}” after it." if after else "."))
    )
    names = [shown(one) for one in found.guesses]
    rows = pd.DataFrame({
        "guess": names, "probability": found.probabilities,
        "it is": ["hidden there" if one == hidden else "another" for one in found.guesses],
    })  # fmt: skip
    base = alt.Chart(rows).encode(
        alt.X("guess:N", sort=names, title=None, axis=alt.Axis(labelAngle=0)),
        alt.Y("probability:Q", scale=alt.Scale(domain=[0, 1])),
    )
    bars = base.mark_bar(tooltip=True).encode(
        alt.Color("it is:N", legend=alt.Legend(orient="top", title=None),
                  scale=alt.Scale(domain=["hidden there", "another"], range=[charts.COLOURS[1], charts.COLOURS[0]])),
    )  # fmt: skip
    marks = base.mark_text(dy=-8, text="✓", color=ink()).transform_filter(alt.datum["it is"] == "hidden there")
    true = {LEFT: found.left, BOTH: found.both}
    said = ", ".join(f"{name} {one:.0%}" for name, one in zip(names[:4], found.probabilities, strict=False))
    charts.show(
        (bars + marks).properties(height=210),
        f"Guesses from {settings.sides}: {said}. Hidden is {shown(hidden)}, with {true[settings.sides][gap]:.0%}.",
    )
    st.text(
        f"Hidden is “{shown(hidden)}”: {found.left[gap]:.0%} from the left only, {found.both[gap]:.0%} from both sides."
    )
    st.markdown("**Probability of the true character, were each hidden in turn**")
    means = f"{found.left.mean():.0%} from the left only and {found.both.mean():.0%} from both sides"
    charts.show(strip(found), f"At each character of the passage: {means}, on average.")
    one, two = st.columns(2)
    one.metric("Right, left only", f"{found.left_right:.1%}")
    two.metric("Right, both sides", f"{found.both_right:.1%}")
    st.caption(f"Share of the first {found.tested:,} held-out characters that the likeliest guess hits.")


def strip(found: MaskOutcome) -> alt.LayerChart:
    """Draw the passage in lines, below each character how probable both models found it."""
    place = np.arange(len(found.passage))
    lines = [f"{kind} {place // LINE}" for place in range(0, len(found.passage), LINE) for kind in ("text", LEFT, BOTH)]
    rows = pd.DataFrame({
        "place": np.tile(place % LINE, 2), "character": [shown(one) for one in found.passage] * 2,
        "row": [f"{LEFT} {i // LINE}" for i in place] + [f"{BOTH} {i // LINE}" for i in place],
        "probability": np.concatenate([found.left, found.both]),
    })  # fmt: skip
    names = "indexof(datum.label, 'text') == 0 ? '' : slice(datum.label, 0, -2)"
    y = alt.Y("row:N", sort=lines, title=None, scale=alt.Scale(domain=lines, paddingInner=0.05),
              axis=alt.Axis(labelExpr=names, ticks=False, domain=False))  # fmt: skip
    x = alt.X("place:O", axis=None)
    cells = alt.Chart(rows).mark_rect(tooltip=True).encode(
        x, y, alt.Color("probability:Q", scale=alt.Scale(domain=[0, 1], scheme="blues"),
                        legend=alt.Legend(orient="bottom", format="%", title=None, gradientLength=160)),
    )  # fmt: skip
    top = pd.DataFrame({"place": place % LINE, "row": [f"text {i // LINE}" for i in place],
                        "character": [shown(one) for one in found.passage], "gap": place == found.gap})  # fmt: skip
    text = alt.Chart(top).mark_text(fontSize=13, color=ink()).encode(x, y, text="character:N")
    box = alt.Chart(top[top["gap"]]).mark_rect(fillOpacity=0, stroke=charts.COLOURS[1], strokeWidth=2).encode(x, y)
    return (cells + text + box).properties(height=270)


topic.show(TOPIC, {"fox": draw_fox, "ngram": draw_ngram, "decode": draw_decode, "mask": draw_mask})
