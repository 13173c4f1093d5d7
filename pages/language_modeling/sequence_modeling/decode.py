"""Pictures of the experiment sequence_modeling.decode."""

from __future__ import annotations

from dataclasses import replace

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.errors import GrimoireError
from engine.experiment import Run
from engine.experiments.sequence_modeling.decode import DecodeOutcome, DecodeSettings, Step, Written
from pages.language_modeling.sequence_modeling.shared import MODEL, RESHAPED, TOPIC, percent
from pages.widgets.canvas.player.player import player
from pages.widgets.canvas.scene import Dots, Frame, Lines, Scene, Words
from pages.widgets.figures import charts
from pages.widgets.plate.plate import perform
from pages.widgets.shell import state
from pages.widgets.shell.words import notice, plain, plural, visible


def draw_decode(settings: DecodeSettings, run: Run[DecodeOutcome]) -> None:
    """The distribution after the prompt, before and after; what comes of both; and the choices one by one."""
    typed = st.text_input(
        "or continue your own words",
        max_chars=100,
        key=state.owned(TOPIC, "decode", "typed"),
        placeholder=run.outcome.prompt,
    )
    if typed.strip():
        try:
            run = perform(TOPIC, "decode", replace(settings, prompt=typed))
        except GrimoireError as error:
            notice(str(error), "tune", state.owned(TOPIC, "decode", "typed-problem"))
    found = run.outcome
    first = found.steps[0]
    names = [visible(one) for one in first.letters]
    rows = pd.DataFrame(
        {
            "letter": names * 2,
            "probability": np.concatenate([first.before, first.after]),
            "distribution": [MODEL] * len(names) + [RESHAPED] * len(names),
        }
    )
    order = [MODEL, RESHAPED]
    bars = (
        alt.Chart(rows)
        .mark_bar(tooltip=True)
        .encode(
            alt.X("letter:N", sort=names, title=None, axis=alt.Axis(labelAngle=0)),
            alt.XOffset("distribution:N", sort=order),
            alt.Y("probability:Q", scale=alt.Scale(domain=[0, 1])),
            alt.Color(
                "distribution:N",
                sort=order,
                scale=alt.Scale(domain=order, range=list(charts.COLOURS[:2])),
                legend=alt.Legend(orient="top", title=None),
            ),
        )
    )
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
        f"{plural(len(one.text), 'letter')}: {percent(one.distinct)} of the word triples are distinct, "
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
            Words(at, np.full(len(at), -0.07), [visible(one) for one in step.letters]),
        )
        says = f"“…{plain(step.context[-18:])}” then “{visible(step.chosen)}”: {step.before[place]:.1%}, "
        frames.append(Frame(layers, says + f"reshaped {step.after[place]:.1%}", float(step.after[place])))
    return Scene(
        frames,
        x_label="rank of the character",
        y_label="probability",
        x_range=(0.3, 12.7),
        y_range=(-0.14, 1.14),
        value_label="probability of the choice",
    )
