"""K-means and k-medians: the page. It draws; engine/experiments/clustering.py computes."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from engine.experiment import Run
from engine.experiments.clustering import (
    BY_HAND,
    EXPERIMENTS,
    MOST_ROWS,
    PLACED,
    ChooseKOutcome,
    ChooseKSettings,
    InitsOutcome,
    InitsSettings,
    LloydSettings,
    LloydSnapshot,
    MedianOutcome,
    MedianSettings,
)
from pages.widgets import charts, controls, state, tables, topic
from pages.widgets.board import Placed, board
from pages.widgets.player import Dots, Frame, Scene, player

TOPIC = "clustering"
LLOYD, INITS, CHOOSE_K, MEDIAN = EXPERIMENTS
MOST_PLACED = 120


def draw_lloyd(settings: LloydSettings, run: Run) -> None:
    """Replay the half steps; below, place points and starting centroids."""
    first, last = run.snapshots[0], run.outcome
    labelled = {"x_label": first.names[0], "y_label": first.names[1]}
    placed = settings.data == PLACED
    x_range, y_range = (charts.span(column, placed) for column in np.vstack([first.points, first.centres]).T)
    frames = tuple(frame_of(snapshot) for snapshot in run.snapshots)
    player(
        Scene(frames, **labelled, x_range=x_range, y_range=y_range, value_label="SSE"),
        state.owned(TOPIC, "lloyd", "player"),
    )
    st.caption(f"{last.iteration} rounds. Final SSE {last.cost:.4g}, from {first.cost:.4g} at the start.")
    points = tuple(map(tuple, first.points.tolist()))
    centres = tuple(map(tuple, first.centres.tolist()))
    with st.expander("Place points and starting centroids", icon=":material/touch_app:",
                     key=state.owned(TOPIC, "lloyd", "place"), on_change="rerun") as opened:  # fmt: skip
        if not opened.open:
            return

        def moved(now: Placed) -> None:
            if now.points != points:
                controls.move(TOPIC, LLOYD, settings, data=PLACED, points=now.points)
            if now.marks != centres and now.marks:
                controls.move(TOPIC, LLOYD, settings, start=BY_HAND, centres=now.marks)

        few = len(points) <= MOST_PLACED
        board(state.owned(TOPIC, "lloyd", "board"), placed=Placed(points, centres, None), on_change=moved, **labelled,
              x_range=x_range, y_range=y_range, most_points=MOST_PLACED, most_marks=8,
              add="both" if few else "marks", mark_name="centroid")  # fmt: skip
        if few:
            tables.edit_points(
                TOPIC, LLOYD, settings, "points", points, ("x", "y"), also={"data": PLACED}, title="Points as a table"
            )
        tables.edit_points(TOPIC, LLOYD, settings, "centres", centres, ("x", "y"), also={"start": BY_HAND},
                           title="Starting centroids as a table")  # fmt: skip


def frame_of(snapshot: LloydSnapshot) -> Frame:
    """Picture one half step: points in the colour of their cluster, centroids as crosses."""
    X, centres = snapshot.points, snapshot.centres
    said = {
        "start": "Start: the centroids are placed",
        "assign": f"Round {snapshot.iteration}: each point goes to its nearest centroid",
        "update": f"Round {snapshot.iteration}: each centroid moves to the mean of its points",
    }[snapshot.kind]
    groups = None if snapshot.kind == "start" else snapshot.labels
    dots = Dots(X[:, 0], X[:, 1], group=groups, size=4 if len(X) < 400 else 2.5)
    crosses = Dots(centres[:, 0], centres[:, 1], group=np.arange(len(centres)), size=9, shape="cross", tween=True)
    return Frame((dots, crosses), f"{said}. SSE {snapshot.cost:.4g}", snapshot.cost)


def draw_inits(settings: InitsSettings, run: Run) -> None:
    """Histogram of the final SSE of every start, random above k-means++."""
    outcome: InitsOutcome = run.outcome
    low = outcome.best
    high = float(max(outcome.random.max(), outcome.plusplus.max()))
    edges = np.linspace(low, high + 1e-9 * max(high, 1.0), 31)
    for start, costs, near, colour in (
        ("random", outcome.random, outcome.near_random, charts.COLOURS[1]),
        ("k-means++", outcome.plusplus, outcome.near_plusplus, charts.COLOURS[0]),
    ):
        counts = np.histogram(costs, edges)[0]
        bars = alt.Chart(pd.DataFrame({"from": edges[:-1], "to": edges[1:], "starts": counts}))
        bars = bars.mark_bar(color=colour, tooltip=True).encode(
            alt.X("from:Q", title="final SSE", bin=alt.Bin(binned=True), scale=alt.Scale(domain=[low, high])),
            alt.X2("to:Q"),
            alt.Y("starts:Q", title="starts", scale=alt.Scale(domain=[0, settings.runs])),
        )
        st.markdown(f"**{start}**: {near:.0%} of {len(costs)} starts end within 5 % of the best SSE, {low:.4g}")
        charts.show(
            bars.properties(height=170),
            f"Final SSE of {len(costs)} {start} starts, from {costs.min():.4g} to {costs.max():.4g}.",
        )
    how = (
        "Plain k-means++ of Arthur and Vassilvitskii: one candidate for each centroid."
        if settings.plain
        else "The greedy k-means++ of scikit-learn: the best of a few candidates for each centroid."
    )
    st.caption(f"{drawn_rows(settings, outcome.points)} {how}")


def drawn_rows(settings: InitsSettings | ChooseKSettings, points: int) -> str:
    """Say how many points were clustered, and that they are a random draw where there were more."""
    return f"{points:,} points" + (", drawn at random from a larger table." if points == MOST_ROWS else ".")


def draw_choose_k(settings: ChooseKSettings, run: Run) -> None:
    """Elbow and silhouette side by side, and every point's silhouette at one k."""
    outcome: ChooseKOutcome = run.outcome
    curve = pd.DataFrame({"k": outcome.ks, "SSE": outcome.sse, "mean silhouette": outcome.silhouette})
    here = alt.Chart(pd.DataFrame({"k": [outcome.k]})).mark_rule(strokeDash=[4, 4]).encode(x="k:Q")
    left, right = st.columns(2)
    for place, value in ((left, "SSE"), (right, "mean silhouette")):
        line = alt.Chart(curve.dropna() if value != "SSE" else curve).mark_line(point=True, tooltip=True)
        line = line.encode(
            alt.X("k:Q", axis=alt.Axis(tickMinStep=1, format="d")),
            alt.Y(f"{value}:Q"),
        )
        with place:
            best = "falls from k to k" if value == "SSE" else f"peaks at k = {outcome.best_k}"
            charts.show(
                (line + here).properties(height=210), f"{value} against k from 1 to {outcome.ks[-1]}; it {best}."
            )
    truth = f"; the data were made with {settings.blobs} blobs" if settings.data == "blobs" else ""
    points = drawn_rows(settings, len(outcome.points))
    st.caption(f"{points} The mean silhouette peaks at k = {outcome.best_k}{truth}.")
    st.markdown(f"**Every point's silhouette at k = {outcome.k}**, mean {outcome.widths.mean():.3f}")
    order = np.lexsort((-outcome.widths, outcome.labels))
    widths = pd.DataFrame({"place": np.arange(len(order)), "silhouette": outcome.widths[order],
                           "cluster": (outcome.labels[order] + 1).astype(str)})  # fmt: skip
    bars = alt.Chart(widths).mark_bar(size=max(1.0, 380 / len(order)), tooltip=True).encode(
        alt.X("place:Q", title="points, by cluster", axis=alt.Axis(labels=False, ticks=False)),
        alt.Y("silhouette:Q", scale=alt.Scale(domain=[min(-0.2, float(outcome.widths.min())), 1])),
        alt.Color("cluster:N"),
    ).properties(height=190)  # fmt: skip
    negative = int((outcome.widths < 0).sum())
    charts.show(bars, f"Silhouettes of {len(order)} points in {outcome.k} clusters; {negative} are negative.")


def draw_median(settings: MedianSettings, run: Run) -> None:
    """Both methods' centres on the same points, and what each cost says."""
    outcome: MedianOutcome = run.outcome
    cloud, outlier = outcome.points[:-1], outcome.points[-1]
    far = float(np.abs(outlier).max())
    reach = next(edge for edge in (14.0, 40.0, 130.0) if far <= 0.8 * edge)

    def moved(placed: Placed) -> None:
        if placed.marks:
            controls.move(TOPIC, MEDIAN, settings, out_x=placed.marks[0][0], out_y=placed.marks[0][1])

    board(
        state.owned(TOPIC, "median", "board"),
        placed=Placed(tuple(map(tuple, cloud.tolist())), ((float(outlier[0]), float(outlier[1])),), None),
        on_change=moved, x_label="x", y_label="y", x_range=(-reach, reach), y_range=(-reach, reach),
        most_points=0, most_marks=1, add="none", mark_name="outlier", groups=outcome.mean.labels[:-1].tolist(),
        centres=(("mean", outcome.mean.centres.tolist()), ("median", outcome.median.centres.tolist())), live=True,
    )  # fmt: skip
    rows = [
        {"method": name, "squared cost": found.squared, "absolute cost": found.absolute,
         "centres": "  ".join(f"({x:.2f}, {y:.2f})" for x, y in found.centres)}
        for name, found in (("k-means", outcome.mean), ("k-medians", outcome.median))
    ]  # fmt: skip
    tables.numbers(pd.DataFrame(rows), "Both methods: their centres, and both costs of each")
    apart = int((outcome.mean.labels != outcome.median.labels).sum())
    st.caption(f"{apart} of {len(outcome.points)} points are assigned differently by the two methods.")


topic.show(TOPIC, {"lloyd": draw_lloyd, "inits": draw_inits, "choose_k": draw_choose_k, "median": draw_median})
