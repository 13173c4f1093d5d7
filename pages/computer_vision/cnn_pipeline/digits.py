"""Pictures of the experiment cnn_pipeline.digits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from engine.data import Floats, Labels
from engine.experiments.cnn_pipeline.digits import (
    DigitsSettings,
    Pixels,
    Reading,
    example,
    parts_of,
    probabilities_of,
    reading_of,
    stages_of,
)
from engine.experiments.cnn_pipeline.shared import Arrays, prepare
from engine.experiments.cnn_pipeline.worked import CLASSES, COUNT
from pages.computer_vision.cnn_pipeline.shared import ANOTHER, DRAWN, MINE, MOST_MISTAKES, MOVED, TOPIC, WATCHED
from pages.widgets.canvas.pad.pad import Strokes, pad
from pages.widgets.canvas.panels.panels import panels
from pages.widgets.canvas.scene import Cells, Frame, Layer, Lines, Scene, Words
from pages.widgets.figures import tables
from pages.widgets.figures.curves import curves
from pages.widgets.plate import live
from pages.widgets.shell import state


def draw_digits(settings: DigitsSettings, now: live.Now) -> None:
    """Losses, accuracy, and one test digit on its way through the network."""
    own = state.owned(TOPIC, "digits", "panels")
    chance = float(np.log(CLASSES))
    loss = curves(now.history, ("training loss", "test loss"), "cross-entropy", levels={"chance": chance})
    accuracy = curves(now.history, ("test accuracy",), "share of test digits read")
    panels([loss, accuracy], f"{own}:curves", height=190)
    image, title = watched_image(settings)
    panels([pipeline(now.snapshot.weights, image, title)], f"{own}:maps", height=250, columns=1)
    found = now.history.get("test accuracy")
    if found is not None:
        test = COUNT - settings.train
        st.caption(
            f"**{found[1][-1]:.1%}** of the {test:,} test digits are read. The network never learns from them: of all "
            f"{COUNT:,} digits {settings.train:,} were drawn at random for training (seed {settings.seed})."
        )


def watched() -> int | str:
    """Return what the reader watches: the class of a test digit, or MINE."""
    chosen: int | str = st.session_state.get(f"{WATCHED}:kept", 7)
    return chosen


def watched_image(settings: DigitsSettings) -> tuple[Pixels, str]:
    """Return the image that the reader watches on its way through the network, and its title."""
    chosen = watched()
    if isinstance(chosen, int):
        return example(settings, chosen, st.session_state.get(ANOTHER, 0)), f"A test digit on its way: {chosen}"
    return drawn_image(), "Your drawing on its way"


def drawn_image() -> Pixels:
    """Return the reader's drawing as the network sees it; blank where there is none."""
    prepared = prepare(st.session_state.get(DRAWN, ()))
    return np.zeros((8, 8), np.float32) if prepared is None else prepared.image


GAP, TALL, BARS = 1, 44, 13  # cells of the picture below: between maps, its height, the longest bar
FAINT = 0.05  # how dark a zero is drawn, so that the borders of a map can be seen


def pipeline(weights: Arrays, image: Pixels, title: str) -> Scene:
    """Picture an image, the maps of every stage and the probabilities, from left to right."""
    stages = stages_of(weights, image)
    blocks = [("image", np.kron(FAINT + (1 - FAINT) * image, np.ones((2, 2))))]
    blocks += [(one.name.lower(), mosaic(one.maps / max(float(one.maps.max()), 1e-9), FAINT)) for one in stages]
    width = sum(block.shape[1] + 3 for _, block in blocks) + BARS + 5
    cells, left, places = np.full((TALL + 4, width), np.nan), 0, []
    for _, block in blocks:
        top = 4 + (TALL - block.shape[0]) // 2
        cells[top : top + block.shape[0], left : left + block.shape[1]] = block
        places.append(left + block.shape[1] / 2)
        left += block.shape[1] + 3
    shares = probabilities_of(weights, image)
    heights = 6 + 4.3 * np.arange(CLASSES)
    layers: list[Layer] = [
        Cells(cells, 0, 1),
        Words([*places, left + BARS / 2], [1.5] * (len(places) + 1), [*(name for name, _ in blocks), "softmax"]),
        Lines(np.full(CLASSES, left + 3.0), heights, left + 3 + BARS * shares, heights, group=0, width=7),
        Words(np.full(CLASSES, left + 0.5), heights, list(map(str, range(CLASSES)))),
    ]
    guess = int(shares.argmax())
    return Scene(
        [Frame(layers, f"read as {guess} with probability {shares[guess]:.2f}")],
        x_label="",
        y_label="",
        x_range=(0, width),
        y_range=(TALL + 4, 0),
        equal=True,
        axes=False,
        title=f"{title}, read as {guess} ({shares[guess]:.0%})",
    )


def mosaic(maps: Pixels, faint: float) -> Floats:
    """Lay maps of shape (C, side, side) in 0 ... 1 out in four rows with gaps between them; missing ones are NaN."""
    count, side, _ = maps.shape
    columns = -(-count // 4)
    step = side + GAP
    cells = np.full((4 * step - GAP, columns * step - GAP), np.nan)
    for number, one in enumerate(maps):
        row, column = divmod(number, columns)
        cells[row * step : row * step + side, column * step : column * step + side] = faint + (1 - faint) * one
    return cells


def below_digits(settings: DigitsSettings, now: live.Now) -> None:
    """The pad and what the network reads in it, the digit to watch, mistakes, and the network's parts."""
    choose_watched()
    draw_yourself(now)
    mistakes(settings, now)
    with st.expander(
        "Shapes and parameters of every part",
        icon=":material/view_list:",
        key=state.owned(TOPIC, "digits", "parts"),
        on_change="rerun",
    ) as opened:
        if opened.open:
            found = parts_of(settings)
            rows = [
                {"part": one.name, "shape": " × ".join(map(str, one.shape)), "learned": one.parameters} for one in found
            ]
            total = sum(one.parameters for one in found)
            tables.numbers(pd.DataFrame(rows), f"The network's parts, {total:,} learned numbers in all")
            st.caption(f"{total:,} learned numbers in all.")


def choose_watched() -> None:
    """Choose what is followed through the network in the picture above: a test digit, or the reader's drawing."""

    def chosen() -> None:
        st.session_state[f"{WATCHED}:kept"] = st.session_state[WATCHED]
        st.session_state[MOVED] = True

    def another() -> None:
        st.session_state[ANOTHER] = st.session_state.get(ANOTHER, 0) + 1
        st.session_state[MOVED] = True

    st.session_state.setdefault(WATCHED, watched())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "Digit in the picture above",
            [*range(CLASSES), MINE],
            key=WATCHED,
            required=True,
            wrap=True,
            on_change=chosen,
        )
        st.button(
            "Another",
            icon=":material/shuffle:",
            key=f"{ANOTHER}:button",
            on_click=another,
            disabled=watched() == MINE,
            help="Another test digit of this class",
        )


def draw_yourself(now: live.Now) -> None:
    """Draw the pad, what the network sees of the drawing, and what it reads."""

    def drawn(strokes: Strokes) -> None:
        st.session_state[DRAWN] = strokes

    st.markdown("**Draw a digit yourself**")
    strokes: Strokes = st.session_state.get(DRAWN, ())
    left, middle, right = st.columns([5, 4, 4])
    with left:
        pad(state.owned(TOPIC, "digits", "pad"), strokes=strokes, on_change=drawn)
    weights, image = now.snapshot.weights, drawn_image()
    shares = probabilities_of(weights, image) if strokes else np.zeros(CLASSES)
    with middle:
        panels([seen(image)], state.owned(TOPIC, "digits", "seen"), height=200, columns=1)
    with right:
        panels([bars(shares)], state.owned(TOPIC, "digits", "bars"), height=270, columns=1)
    if now.snapshot.step == 0:
        st.caption("The network is untrained: press Play first.")
    elif not strokes:
        st.caption(
            "The drawing is cropped, scaled to 20 × 32 pixels, centred, straightened, and counted into 8 × 8 "
            "blocks, as the training digits were."
        )
    else:
        guess = int(shares.argmax())
        st.markdown(f"Read as **{guess}** with probability {shares[guess]:.2f}.")
        way = pipeline(weights, image, "Your drawing on its way")
        panels([way], state.owned(TOPIC, "digits", "drawn-maps"), height=230, columns=1)


def seen(image: Pixels) -> Scene:
    """Picture the 8 x 8 image that the network reads."""
    says = "the 8 × 8 image" if image.any() else "nothing yet"
    frame = Frame([Cells(image, 0, 1)], says)
    return Scene(
        [frame],
        x_label="",
        y_label="",
        x_range=(0, 8),
        y_range=(8, 0),
        equal=True,
        axes=False,
        title="What the network sees",
    )


def bars(shares: Floats) -> Scene:
    """Picture ten probabilities."""
    places = np.arange(CLASSES)
    layers: list[Layer] = [
        Lines(np.zeros(CLASSES), places, shares, places, group=0, width=12),
        Words(np.full(CLASSES, -0.1), places, list(map(str, places))),
    ]
    large = np.flatnonzero(shares >= 0.005)
    if len(large):
        layers.append(Words(shares[large] + 0.13, large, [f"{shares[k]:.2f}" for k in large]))
    said = f"{shares.argmax()} with probability {shares.max():.2f}" if len(large) else "nothing yet"
    return Scene(
        [Frame(layers, said)],
        x_label="",
        y_label="",
        x_range=(-0.2, 1.3),
        y_range=(9.6, -0.6),
        axes=False,
        title="What it reads",
    )


def mistakes(settings: DigitsSettings, now: live.Now) -> None:
    """Draw the confusion matrix and the most confident mistakes on the test digits."""
    test, reading = reading_of(settings, now.snapshot.weights)
    table = reading.confusion
    right = np.diag(np.diag(table))
    wrong = table - right
    shown = wrong / max(wrong.max(), 1) - right / np.maximum(table.sum(axis=1, keepdims=True), 1)
    rows, columns = np.nonzero(table)
    numbers = Words(columns, rows, [str(one) for one in table[rows, columns]])
    count = int(wrong.sum())
    matrix = Scene(
        [Frame([Cells(shown, -1, 1), numbers], f"{count} of {table.sum()} test digits are misread")],
        x_label="read as",
        y_label="what it is",
        x_range=(-0.5, 9.5),
        y_range=(9.5, -0.5),
        title=f"All {table.sum():,} test digits, {count} misread",
    )
    panels(
        [matrix, worst(test.images, reading.worst(MOST_MISTAKES), reading)],
        state.owned(TOPIC, "digits", "mistakes"),
        height=330,
    )


def worst(images: Pixels, order: Labels, reading: Reading) -> Scene:
    """Picture misread digits in two rows of three, each with what it is, what it was read as and how surely."""
    high, wide = 13, 12
    cells = np.full((2 * high, 3 * wide), np.nan)
    x, y, texts = [], [], []
    for place, number in enumerate(order):
        row, column = divmod(place, 3)
        cells[row * high : row * high + 8, column * wide + 2 : column * wide + 10] = images[number]
        truth, guess = reading.truth[number], reading.guess[number]
        x.append(column * wide + wide / 2)
        y.append(row * high + 9.4)
        texts.append(f"{truth} → {guess}, {reading.probabilities[number, guess]:.2f}")
    said = "; ".join(texts) or "none: every test digit is read"
    frame = Frame([Cells(cells, 0, 1), Words(x, y, texts)], said)
    return Scene(
        [frame],
        x_label="",
        y_label="",
        x_range=(0, 3 * wide),
        y_range=(2 * high, 0),
        equal=True,
        axes=False,
        title="Worst mistakes: truth → guess, probability",
    )
