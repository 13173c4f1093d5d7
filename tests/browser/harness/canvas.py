"""A page with one player or one board, chosen by ?show=…, and what Python saw of it in plain text."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.widgets.canvas.board.board import Placed, board
from pages.widgets.canvas.player.player import player
from pages.widgets.canvas.scene import Cells, Dots, Frame, Lines, Scene, Words

st.set_page_config(page_title="Canvas harness", layout="centered")
AXES = {"x_label": "petal length (cm)", "y_label": "petal width (cm)"}


@st.cache_resource(max_entries=4)
def lloyd_scene(seed: int) -> Scene:
    """Half steps of k-means on four blobs: dots take their group, centres glide, spokes tie them."""
    rng = np.random.default_rng(seed)
    centres = np.array([[1.5, 0.6], [3.2, 2.0], [5.6, 0.8], [5.4, 2.5]])
    data = np.concatenate([rng.normal(centre, [0.5, 0.22], (40, 2)) for centre in centres])
    now = data[rng.choice(len(data), 4, replace=False)]
    frames = [_half_step(data, now, None, "Start: four points of the data are the first centroids.")]
    for iteration in range(1, 9):
        labels = np.argmin(((data[:, None] - now) ** 2).sum(-1), 1)
        frames.append(_half_step(data, now, labels, f"Assign {iteration}: every point joins its nearest centroid."))
        now = np.array([data[labels == k].mean(0) if (labels == k).any() else now[k] for k in range(4)])
        frames.append(_half_step(data, now, labels, f"Update {iteration}: every centroid moves to its points' mean."))
    return Scene(frames, x_range=(0, 7.5), y_range=(-0.2, 3.4), value_label="Sum of squared distances (cm²)", **AXES)


def _half_step(data: np.ndarray, centres: np.ndarray, labels: np.ndarray | None, says: str) -> Frame:
    nearest = ((data[:, None] - centres) ** 2).sum(-1)
    chosen = np.argmin(nearest, 1) if labels is None else labels
    spokes = [] if labels is None else [Lines(*centres[labels].T, *data.T, group=labels, width=0.6)]
    dots = Dots(*data.T, group=labels, size=4.5)
    marks = Dots(*centres.T, group=np.arange(len(centres)), size=9, shape="cross", tween=True)
    return Frame([*spokes, dots, marks], says, float(nearest[np.arange(len(data)), chosen].sum()))


@st.cache_resource
def heavy_scene() -> Scene:
    """110 frames of 10,000 moving dots: about 10 MB."""
    rng = np.random.default_rng(0)
    here, drift = rng.normal(0, 1, (2, 10_000)), rng.normal(0, 0.03, (2, 10_000))
    frames = []
    for step in range(110):
        where = here + step * drift
        group = (np.hypot(*where) * 2).astype(int) % 8
        dots = Dots(*where, group=group, size=2.5, tween=True)
        frames.append(Frame([dots], f"Step {step}", float(np.hypot(*where).mean())))
    return Scene(frames, x_label="x", y_label="y", x_range=(-5, 5), y_range=(-5, 5), value_label="mean distance")


@st.cache_resource
def world_scene() -> Scene:
    """Values spreading through a grid of cells, with words on them and two curves over them."""
    frames = []
    values = np.full((4, 6), np.nan)
    for step in range(10):
        values[: step % 4 + 1, : step + 1] = 0.0
        distance = np.add.outer(np.arange(4), np.arange(6))
        values = np.where(np.isnan(values), np.nan, np.clip(1 - distance / 4, -1, 1) * (step + 1) / 10)
        rows, columns = np.nonzero(~np.isnan(values))
        texts = [f"{values[r, c]:.1f}" for r, c in zip(rows, columns, strict=True)]
        curve = np.linspace(0, 6, 40)
        wave = 2 + np.sin(curve + step / 3)
        lines = Lines(curve[:-1], wave[:-1], curve[1:], wave[1:], group=1, width=2, tween=True)
        words = Words(columns + 0.5, rows + 0.5, texts)
        frames.append(Frame([Cells(values.copy(), -1, 1), lines, words], f"Sweep {step}"))
    return Scene(frames, x_label="column", y_label="row", x_range=(0, 6), y_range=(4, 0), equal=True)


@st.cache_resource
def groups_scene() -> Scene:
    """All eight groups side by side, as dots, as centres and as curves."""
    k = np.arange(8)
    lines = Lines(np.repeat(0.2, 8), k * 1.0, np.repeat(2.4, 8), k + 0.5, group=k, width=2)
    dots = [Dots(np.repeat(3 + i * 0.5, 8), k, group=k, size=4 + i) for i in range(3)]
    marks = Dots(np.repeat(5.0, 8), k, group=k, size=9, shape="cross")
    plain = [
        Dots([6.0] * 8, k, shape="cross", size=9),
        Dots([6.5] * 8, k, group=k, shape="diamond", size=6),
        Dots([7.0] * 8, k, size=5),
    ]
    layers = [lines, *dots, marks, *plain]
    return Scene([Frame(layers)], x_label="x", y_label="group", x_range=(0, 7.5), y_range=(-0.7, 8))


@st.cache_resource
def arrow_scene() -> Scene:
    """A bare picture with one arrow from left to right and a line below it."""
    arrow, line = (Lines([1.0], [y], [9.0], [y], width=3, heads=heads) for y, heads in ((3.0, True), (1.0, False)))
    ends = {"x_range": (0, 10), "y_range": (0, 4), "axes": False}
    return Scene([Frame([arrow, line])], x_label="", y_label="", **ends)


def show_player(scene: Scene) -> None:
    @st.fragment
    def part() -> None:
        stopped = player(scene, "replay")
        st.text(f"Python saw frame {stopped}")

    part()


def show_board(kind: str) -> None:
    first, rules = BOARDS[kind]()
    st.session_state.setdefault("placed", first)

    def keep(placed: Placed) -> None:
        st.session_state["placed"] = placed
        st.session_state["changes"] = st.session_state.get("changes", 0) + 1

    @st.fragment
    def part() -> None:
        now = st.session_state["placed"]
        if st.button("Reset from Python"):
            now = st.session_state["placed"] = first
        if st.button("Move the first point to 1, 1"):
            now = st.session_state["placed"] = Placed(((1.0, 1.0), *now.points[1:]), now.marks, now.line)
        board("board", placed=now, on_change=keep, **rules, **({"best": best_of(now)} if "squares" in rules else {}))
        st.text(f"changes {st.session_state.get('changes', 0)}")
        st.text(f"points {now.points if len(now.points) < 20 else len(now.points)}")
        st.text(f"marks {now.marks}")
        st.text(f"line {now.line}")

    part()


FEW = ((1.0, 2.2), (2.0, 2.9), (3.1, 3.2), (4.2, 5.1), (5.0, 4.4), (6.4, 6.3), (7.5, 6.0), (8.6, 8.4))
TEN = {"x_label": "dose (mg)", "y_label": "response (mm)", "x_range": (0.0, 10.0), "y_range": (0.0, 10.0)}


def best_of(placed: Placed) -> tuple[float, float]:
    slope, intercept = np.polyfit(*np.array(placed.points).T, 1)
    return float(slope), float(intercept)


def squares_board() -> tuple[Placed, dict]:
    return Placed(FEW, line=(0.4, 2.5)), {**TEN, "squares": True}


def many_board() -> tuple[Placed, dict]:
    rng = np.random.default_rng(1)
    x = rng.normal(0, 1, 442).clip(-3, 3)
    y = (150 + 60 * x + rng.normal(0, 50, 442)).clip(20, 350)
    axes = {"x_label": "body mass index (standard deviations)", "y_label": "progression after one year"}
    rules = {**axes, "x_range": (-3.2, 3.2), "y_range": (0.0, 370.0), "add": "none"}
    points = tuple(zip(x.tolist(), y.tolist(), strict=True))
    return Placed(points, line=(20.0, 190.0)), {**rules, "squares": True}


BOARDS = {
    "points": lambda: (Placed(), TEN),
    "both": lambda: (Placed(FEW, ((2.0, 7.0), (8.0, 3.0))), {**TEN, "add": "both", "most_points": 10, "most_marks": 4}),
    "groups": lambda: (
        Placed(FEW, ((2.0, 7.0), (8.0, 3.0), (5.0, 8.5))),
        {**TEN, "add": "marks", "groups": (0, 0, 0, 1, 1, 1, 2, -1)},
    ),
    "centres": lambda: (
        Placed(FEW, ((9.0, 1.5),)),
        {
            **TEN,
            "add": "none",
            "most_points": 0,
            "mark_name": "outlier",
            "groups": (0, 0, 0, 0, 1, 1, 1, 1),
            "centres": (("mean", [[2.6, 3.4], [6.9, 6.3]]), ("median", [[2.5, 3.1], [6.9, 6.1]])),
        },
    ),
    "squares": squares_board,
    "many": many_board,
}
SCENES = {"lloyd": lambda: lloyd_scene(4), "heavy": heavy_scene, "world": world_scene, "groups8": groups_scene}
SCENES["arrow"] = arrow_scene

show = st.query_params.get("show", "lloyd")
st.title("Canvas harness", anchor=False)
st.text("What comes before.")
with st.container(border=True):
    if show == "swap":
        if not st.toggle("Away"):
            show_player(lloyd_scene(5 if st.toggle("Other data") else 4))
    elif show in SCENES:
        show_player(SCENES[show]())
    else:
        show_board(show)
for line in range(30):
    st.text(f"Line {line} below, so that the page scrolls.")
