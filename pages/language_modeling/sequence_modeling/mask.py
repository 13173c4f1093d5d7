"""Pictures of the experiment sequence_modeling.mask."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.sequence_modeling.mask import BOTH, LEFT, MaskOutcome, MaskSettings
from pages.language_modeling.sequence_modeling.shared import LINE
from pages.widgets.figures import charts
from pages.widgets.figures.charts import ink
from pages.widgets.shell.words import plain, visible


def draw_mask(settings: MaskSettings, run: Run[MaskOutcome]) -> None:
    """The passage with its gap, the guesses, and how both models do at every other place of it."""
    found = run.outcome
    passage, gap = found.passage, found.gap
    hidden = passage[gap]
    st.code(plain(f"{passage[:gap]}▢{passage[gap + 1 :]}"), language=None, wrap_lines=True)
    before = settings.width if settings.sides == LEFT else (settings.width + 1) // 2
    after = settings.width - before
    sees = f"“{passage[max(gap - before, 0) : gap]}” before the gap"
    st.text(
        plain(f"The model sees {sees}" + (f" and “{passage[gap + 1 : gap + 1 + after]}” after it." if after else "."))
    )
    names = [visible(one) for one in found.guesses]
    rows = pd.DataFrame(
        {
            "guess": names,
            "probability": found.probabilities,
            "it is": ["hidden there" if one == hidden else "another" for one in found.guesses],
        }
    )
    base = alt.Chart(rows).encode(
        alt.X("guess:N", sort=names, title=None, axis=alt.Axis(labelAngle=0)),
        alt.Y("probability:Q", scale=alt.Scale(domain=[0, 1])),
    )
    bars = base.mark_bar(tooltip=True).encode(
        alt.Color(
            "it is:N",
            legend=alt.Legend(orient="top", title=None),
            scale=alt.Scale(domain=["hidden there", "another"], range=[charts.COLOURS[1], charts.COLOURS[0]]),
        ),
    )
    marks = base.mark_text(dy=-8, text="✓", color=ink()).transform_filter(alt.datum["it is"] == "hidden there")
    true = {LEFT: found.left, BOTH: found.both}
    said = ", ".join(f"{name} {one:.0%}" for name, one in zip(names[:4], found.probabilities, strict=False))
    charts.show(
        (bars + marks).properties(height=210),
        f"Guesses from {settings.sides}: {said}. Hidden is {visible(hidden)}, with {true[settings.sides][gap]:.0%}.",
    )
    st.text(
        f"Hidden is “{visible(hidden)}”: {found.left[gap]:.0%} from the left only, "
        f"{found.both[gap]:.0%} from both sides."
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
    rows = pd.DataFrame(
        {
            "place": np.tile(place % LINE, 2),
            "character": [visible(one) for one in found.passage] * 2,
            "row": [f"{LEFT} {i // LINE}" for i in place] + [f"{BOTH} {i // LINE}" for i in place],
            "probability": np.concatenate([found.left, found.both]),
        }
    )
    names = "indexof(datum.label, 'text') == 0 ? '' : slice(datum.label, 0, -2)"
    y = alt.Y(
        "row:N",
        sort=lines,
        title=None,
        scale=alt.Scale(domain=lines, paddingInner=0.05),
        axis=alt.Axis(labelExpr=names, ticks=False, domain=False),
    )
    x = alt.X("place:O", axis=None)
    cells = (
        alt.Chart(rows)
        .mark_rect(tooltip=True)
        .encode(
            x,
            y,
            alt.Color(
                "probability:Q",
                scale=alt.Scale(domain=[0, 1], scheme="blues"),
                legend=alt.Legend(orient="bottom", format="%", title=None, gradientLength=160),
            ),
        )
    )
    top = pd.DataFrame(
        {
            "place": place % LINE,
            "row": [f"text {i // LINE}" for i in place],
            "character": [visible(one) for one in found.passage],
            "gap": place == found.gap,
        }
    )
    text = alt.Chart(top).mark_text(fontSize=13, color=ink()).encode(x, y, text="character:N")
    box = alt.Chart(top[top["gap"]]).mark_rect(fillOpacity=0, stroke=charts.COLOURS[1], strokeWidth=2).encode(x, y)
    whole: alt.LayerChart = (cells + text + box).properties(height=270)
    return whole
