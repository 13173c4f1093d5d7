"""Pictures of the experiment sequence_modeling.decode."""

from __future__ import annotations

import math

import numpy as np

from engine.experiment import Run
from engine.experiments.sequence_modeling.decode import LENGTH, SHOWN, DecodeOutcome, DecodeSettings, Step
from pages.widgets.canvas.scene import Bars, Dots, Frame, Layer, Scene, Words
from pages.widgets.canvas.view import Part, Picture, Row, Table, Text
from pages.widgets.shell.letters import plain, visible

MODEL, RESHAPED, UNTOUCHED = "the model", "reshaped", "T = 1, no cut"
BEGINNING = 240  # characters of a text that are shown


def view(settings: DecodeSettings, run: Run[DecodeOutcome]) -> list[Part]:
    """The choices one by one, each with its distribution before and after; and what comes of both."""
    found = run.outcome
    both = {RESHAPED: found.reshaped, UNTOUCHED: found.untouched}
    shares = Table(
        (f"Of {LENGTH:,} letters", *both),
        [
            ("word triples that are distinct", *(percent(one.distinct) for one in both.values())),
            ("words that the text has", *(percent(one.known) for one in both.values())),
        ],
    )
    texts = [
        Text(f"{name[0].upper()}{name[1:]}: “{plain(found.prompt + one.text[:BEGINNING])} …”")
        for name, one in both.items()
    ]
    first = found.steps[0]
    likely = ", ".join(
        f"{visible(one)}\u00a0{before:.1%}\u00a0→\u00a0{after:.1%}"
        for one, before, after in zip(first.letters[:5], first.before, first.after, strict=False)
    )
    kept = f"After “{plain(first.context)}”, {found.kept} of {found.symbols} characters keep a probability: {likely}."
    return [Row([[Text(kept), Picture(choices(found.steps), height=225)], [shares, *texts]], shares=(5, 4))]


def choices(steps: tuple[Step, ...]) -> Scene:
    """Picture letters being chosen: two bars for each, and a diamond over the one that was drawn."""
    key: list[Layer] = [  # a replay has no legend of its own
        Bars([5.2], [1.06], [5.6], [1.12], group=0),
        Bars([9.2], [1.06], [9.6], [1.12], group=1),
        Words([7.1, 10.9], [1.09, 1.09], [MODEL, RESHAPED]),
    ]
    frames = []
    for step in steps:
        at = np.arange(1, len(step.letters) + 1)
        zero = np.zeros(len(at))
        place = step.letters.index(step.chosen)
        layers = (
            Bars(at - 0.4, zero, at, step.before, group=0),
            Bars(at, zero, at + 0.4, step.after, group=1),
            Dots([place + 1.2], [step.after[place] + 0.06], size=6, shape="diamond"),
            Words(at, np.full(len(at), -0.06), [visible(one) for one in step.letters]),
        )
        says = f"“…{plain(step.context[-18:])}” then “{visible(step.chosen)}”: {step.before[place]:.1%}, "
        frames.append(Frame(layers, says + f"reshaped {step.after[place]:.1%}", float(step.after[place])))
    return Scene(
        frames,
        key,
        x_label="the likeliest next characters",
        y_label="probability",
        x_range=(0.3, SHOWN + 0.7),
        y_range=(-0.12, 1.16),
        x_marks=[""] * (SHOWN + 1),
        value_label="probability of the choice",
    )


def percent(share: float) -> str:
    """Write a share; a dash where there was nothing to take it of."""
    return "–" if math.isnan(share) else f"{share:.0%}"
