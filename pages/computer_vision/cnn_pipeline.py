"""A complete CNN: the page. It draws; engine/experiments/cnn_pipeline.py computes."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.data import Floats, Labels
from engine.experiment import Run
from engine.experiments.cnn_pipeline import (
    CLASSES,
    COUNT,
    LOGITS,
    RESIDUAL_TRAIN,
    Arrays,
    DigitsSettings,
    Pixels,
    Reading,
    ResidualSettings,
    ResidualSnapshot,
    SoftmaxOutcome,
    SoftmaxSettings,
    example,
    parts_of,
    prepare,
    probabilities_of,
    reading_of,
    stages_of,
)
from pages.widgets import charts, live, state, tables, topic
from pages.widgets.pad import Strokes, pad
from pages.widgets.panels import curves, panels
from pages.widgets.player import Cells, Frame, Layer, Lines, Scene, Words

TOPIC = "cnn_pipeline"
WATCHED, ANOTHER, DRAWN = (state.owned(TOPIC, "digits", name) for name in ("watched", "another", "drawn"))
MOVED = state.owned(TOPIC, "digits", "moved")  # live.py draws the moving view again where it is set
MINE = "mine"  # the drawing, where a digit is chosen to watch
MOST_MISTAKES = 6

# --- digits, while it trains -------------------------------------------------------------------------------------


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
        x_label="", y_label="", x_range=(0, width), y_range=(TALL + 4, 0), equal=True, axes=False,
        title=f"{title}, read as {guess} ({shares[guess]:.0%})",
    )  # fmt: skip


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


# --- digits, standing still --------------------------------------------------------------------------------------


def below_digits(settings: DigitsSettings, now: live.Now) -> None:
    """The pad and what the network reads in it, the digit to watch, mistakes, and the network's parts."""
    choose_watched()
    draw_yourself(now)
    mistakes(settings, now)
    with st.expander("Shapes and parameters of every part", icon=":material/view_list:",
                     key=state.owned(TOPIC, "digits", "parts"), on_change="rerun") as opened:  # fmt: skip
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
        st.segmented_control("Digit in the picture above", [*range(CLASSES), MINE], key=WATCHED, required=True,
                             wrap=True, on_change=chosen)  # fmt: skip
        st.button("Another", icon=":material/shuffle:", key=f"{ANOTHER}:button", on_click=another,
                  disabled=watched() == MINE, help="Another test digit of this class")  # fmt: skip


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
        st.caption("The drawing is cropped, scaled to 20 × 32 pixels, centred, straightened, and counted into 8 × 8 "
                   "blocks, as the training digits were.")  # fmt: skip
    else:
        guess = int(shares.argmax())
        st.markdown(f"Read as **{guess}** with probability {shares[guess]:.2f}.")
        way = pipeline(weights, image, "Your drawing on its way")
        panels([way], state.owned(TOPIC, "digits", "drawn-maps"), height=230, columns=1)


def seen(image: Pixels) -> Scene:
    """Picture the 8 x 8 image that the network reads."""
    says = "the 8 × 8 image" if image.any() else "nothing yet"
    frame = Frame([Cells(image, 0, 1)], says)
    return Scene([frame], x_label="", y_label="", x_range=(0, 8), y_range=(8, 0), equal=True, axes=False,
                 title="What the network sees")  # fmt: skip


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
    return Scene([Frame(layers, said)], x_label="", y_label="", x_range=(-0.2, 1.3), y_range=(9.6, -0.6), axes=False,
                 title="What it reads")  # fmt: skip


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
        x_label="read as", y_label="what it is", x_range=(-0.5, 9.5), y_range=(9.5, -0.5),
        title=f"All {table.sum():,} test digits, {count} misread",
    )  # fmt: skip
    panels([matrix, worst(test.images, reading.worst(MOST_MISTAKES), reading)],
           state.owned(TOPIC, "digits", "mistakes"), height=330)  # fmt: skip


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
    return Scene([frame], x_label="", y_label="", x_range=(0, 3 * wide), y_range=(2 * high, 0), equal=True, axes=False,
                 title="Worst mistakes: truth → guess, probability")  # fmt: skip


# --- softmax -----------------------------------------------------------------------------------------------------


def draw_softmax(settings: SoftmaxSettings, run: Run) -> None:
    """Bars of the probabilities beside those of the logits as they stand, and every number of the formula."""
    outcome: SoftmaxOutcome = run.outcome
    total, change = st.columns(2)
    total.metric("Sum of the probabilities", f"{outcome.probabilities.sum():.12g}")
    change.metric("Largest change", f"{np.abs(outcome.probabilities - outcome.before).max():.3g}")
    names = [f"z{'₁₂₃₄₅'[k]}" for k in range(len(LOGITS))]
    now, before = "as set", "plain logits, T = 1"
    frame = pd.DataFrame(
        [{"class": name, "probability": share, "softmax": which}
         for which, shares in ((now, outcome.probabilities), (before, outcome.before))
         for name, share in zip(names, shares, strict=True)]
    )  # fmt: skip
    chart = alt.Chart(frame).mark_bar(tooltip=True).encode(
        alt.X("class:N", title="class", sort=None, axis=alt.Axis(labelAngle=0)),
        alt.XOffset("softmax:N", sort=[now, before]),
        alt.Y("probability:Q", scale=alt.Scale(domain=[0, 1])),
        alt.Color("softmax:N", sort=[now, before], legend=alt.Legend(orient="top", title=None, labelLimit=300),
                  scale=alt.Scale(domain=[now, before], range=[charts.COLOURS[0], charts.COLOURS[7]])),
    ).properties(height=260)  # fmt: skip
    said = ", ".join(f"{name} {share:.3f}" for name, share in zip(names, outcome.probabilities, strict=True))
    charts.show(chart, f"Probabilities: {said}; they add up to {outcome.probabilities.sum():.6g}.")
    tables.numbers(
        pd.DataFrame({"class": names, "logit": outcome.logits, "exp((z − largest) / T)": outcome.powers,
                      "probability": outcome.probabilities}),
        "Every class's logit, its power of e after the largest logit was subtracted, and its probability",
    )  # fmt: skip
    if outcome.overflows:
        st.caption(
            "Without subtracting the largest logit first, the powers of e would leave the range of a 64-bit number."
        )


# --- residual ----------------------------------------------------------------------------------------------------

FAINTEST = 1e-24  # of a gradient, on the logarithmic axis
POWERS = [10.0**power for power in range(-24, 13)]


def draw_residual(settings: ResidualSettings, run: Run) -> None:
    """Loss over the epochs, and the gradient norm of every layer, at the start and at the end."""
    snapshot: ResidualSnapshot = run.outcome
    names = [one.name for one in snapshot.stacks]
    colour, shape = (
        kind("layers:N", sort=names, legend=alt.Legend(orient="top", title=None, labelLimit=300))
        for kind in (alt.Color, alt.Shape)
    )
    losses = pd.DataFrame(
        [{"layers": one.name, "epoch": epoch, "loss": loss}
         for one in snapshot.stacks for epoch, loss in enumerate(one.losses)]
    )  # fmt: skip
    curve = alt.Chart(losses).encode(
        alt.X("epoch:Q", axis=alt.Axis(tickMinStep=1, format="d")),
        alt.Y("loss:Q", title="training loss", scale=alt.Scale(type="log"),
              axis=alt.Axis(values=POWERS, format="~g", labelOverlap=True)), colour,
    )  # fmt: skip
    chance = alt.Chart(pd.DataFrame({"loss": [np.log(CLASSES)]})).mark_rule(strokeDash=[3, 3]).encode(y="loss:Q")
    whens = {"before training": 0, f"after epoch {snapshot.epoch}": -1}
    grads = pd.DataFrame(
        [{"layers": one.name, "when": when, "layer": layer + 1, "gradient": max(float(norm), FAINTEST)}
         for one in snapshot.stacks for when, row in whens.items() for layer, norm in enumerate(one.gradients[row])]
    )  # fmt: skip
    norms = alt.Chart(grads).encode(
        alt.X("layer:Q", title="layer, from the image", axis=alt.Axis(tickMinStep=1, format="d")),
        alt.Y("gradient:Q", title="gradient norm", scale=alt.Scale(type="log"),
              axis=alt.Axis(values=POWERS, format=".0e", labelOverlap=True)),
        colour,
    )  # fmt: skip
    dash = alt.StrokeDash("when:N", sort=list(whens), legend=None)
    curve = curve.mark_line() + curve.mark_point(filled=True, tooltip=True).encode(shape) + chance
    norms = norms.mark_line().encode(dash) + norms.mark_point(filled=True, size=22, tooltip=True).encode(shape)
    ends = "; ".join(f"{one.name} from {one.losses[0]:.3g} to {one.losses[-1]:.3g}" for one in snapshot.stacks)
    charts.show(curve.properties(height=210), f"Training loss over {settings.epochs} epochs: {ends}.")
    firsts = "; ".join(
        f"{one.name} {one.gradients[0][0]:.2g} in the first layer and {one.gradients[0][-1]:.2g} in the last"
        for one in snapshot.stacks
    )
    charts.show(norms.properties(height=250), f"Gradient norms before training: {firsts}.")
    for one in snapshot.stacks:
        st.caption(
            f"**{one.name.capitalize()}**: {one.accuracy[-1]:.1%} of {COUNT - RESIDUAL_TRAIN} held-out digits read "
            f"after {snapshot.epoch} epochs; first layer's gradient before training {one.gradients[0][0]:.2g}."
        )
    st.caption(f"Above, dotted: the loss of guessing, ln 10 = {np.log(CLASSES):.2f}. Below, solid: before training, "
               f"dashed: after epoch {snapshot.epoch}.")  # fmt: skip


topic.show(
    TOPIC,
    {"digits": live.Views(moving=draw_digits, still=below_digits, settings_open=False), "softmax": draw_softmax,
     "residual": draw_residual},
)  # fmt: skip
