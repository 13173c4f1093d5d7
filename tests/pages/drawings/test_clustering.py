"""The pictures of clustering: what they state, and what a hand on them sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import pytest

from engine.data import Table as Data
from engine.experiment import Run, experiments_of
from engine.experiments.clustering.shared import BY_HAND, MOST_ROWS, OWN, PLACED
from engine.settings import Settings
from pages.machine_learning.clustering import choose_k, inits, lloyd, median
from pages.widgets.canvas.scene import Bars, Dots, Layer, Lines, Words
from pages.widgets.canvas.view import Board, Metrics, Part, Picture, Sheet, Table, Text, written
from pages.widgets.plate import described
from tests.pages.page_helpers import flat

EXPERIMENTS = experiments_of("clustering")
VIEWS = {"lloyd": lloyd.view, "inits": inits.view, "choose_k": choose_k.view, "median": median.view}
CORNERS = ((0.0, 0.0), (0.0, 2.0), (10.0, 0.0), (10.0, 2.0))


P = TypeVar("P", bound=Part)
L = TypeVar("L", bound=Layer)


def drawn(name: str, **values: Any) -> tuple[list[Part], Run[Any], Settings]:
    settings = EXPERIMENTS[name].settings(**values)
    run = EXPERIMENTS[name].perform(settings)
    return list(flat(VIEWS[name](settings, run))), run, settings  # type: ignore[operator]


def only(parts: Sequence[Part], kind: type[P]) -> P:
    (found,) = (part for part in parts if isinstance(part, kind))
    return found


def layers(picture: Picture, kind: type[L], frame: int = 0) -> list[L]:
    return [layer for layer in picture.scene.frames[frame].layers if isinstance(layer, kind)]


# --- lloyd -------------------------------------------------------------------------------------------------------


def test_a_replay_has_a_frame_for_each_half_step_and_ends_where_the_run_does() -> None:
    parts, run, _ = drawn("lloyd", data=PLACED, points=CORNERS, start=BY_HAND, centres=((0.0, 1.0), (1.0, 1.0)))
    frames = only(parts, Picture).scene.frames
    assert [frame.value for frame in frames] == [snapshot.cost for snapshot in run.snapshots]
    assert frames[0].says == "Start: the centroids are placed. SSE 166"
    assert frames[-1].says.startswith(f"Round {run.outcome.iteration}: ")
    assert frames[-1].says.endswith("SSE 4")  # the numbers of question 4.q5
    assert only(parts, Metrics).values == {"Rounds": "2", "SSE at the start": "166", "Final SSE": "4"}


def test_points_are_of_no_cluster_until_they_are_assigned() -> None:
    parts, run, _ = drawn("lloyd")
    replay = only(parts, Picture)
    assert layers(replay, Dots)[0].group is None
    assert layers(replay, Dots, 1)[0].group is run.snapshots[1].labels


def test_each_centroid_leaves_its_way_behind() -> None:
    parts, run, _ = drawn("lloyd", seed=3)
    replay = only(parts, Picture)
    assert not layers(replay, Lines, 1)
    ways = [snapshot.centres for snapshot in run.snapshots if snapshot.kind != "assign"]
    (line,) = layers(replay, Lines, len(replay.scene.frames) - 1)
    k, moves = len(ways[0]), len(ways) - 1
    assert np.array_equal(np.reshape(line.x0, (k, moves))[:, 0], ways[0][:, 0])
    assert np.array_equal(np.reshape(line.y1, (k, moves))[:, -1], ways[-1][:, 1])


def test_what_is_placed_is_set_with_the_choice_that_uses_it() -> None:
    parts, run, settings = drawn("lloyd", size=60)
    board = only(parts, Board)
    assert (board.sets_points, board.sets_marks, board.adds) == ("points", "centres", "both")
    assert board.groups == run.outcome.labels.tolist()
    for sheet in (part for part in parts if isinstance(part, Sheet)):
        assert sheet.also == board.also["points" if sheet.sets == "points" else "marks"]
        moved = type(settings)(**{sheet.sets: ((9.0, 9.0), *sheet.rows[1:]), **sheet.also, "k": 4})
        first = EXPERIMENTS["lloyd"].perform(moved).snapshots[0]
        assert (first.points if sheet.sets == "points" else first.centres)[0].tolist() == [9.0, 9.0]


def test_where_centroids_are_placed_by_hand_nobody_chooses_their_number() -> None:
    kind = EXPERIMENTS["lloyd"].settings
    names = [
        [one["name"] for one in described.controls(kind, kind.defaults() | values)]
        for values in ({}, {"start": BY_HAND})
    ]
    assert ["k" in one for one in names] == [True, False]


def test_a_point_can_be_added_to_those_of_the_defaults() -> None:
    board = only(drawn("lloyd")[0], Board)
    assert len(board.points) < board.most_points


def test_more_points_than_can_be_placed_stand_still_and_fill_no_table() -> None:
    parts, _, _ = drawn("lloyd", size=500)
    board = only(parts, Board)
    assert (board.sets_points, board.adds, len(board.points)) == ("", "marks", 500)
    assert only(parts, Sheet).sets == "centres"


def test_the_most_that_may_be_placed_is_what_the_settings_take() -> None:
    fields = EXPERIMENTS["lloyd"].settings.declared()
    assert [fields[name].most for name in ("points", "centres")] == [lloyd.MOST_PLACED, lloyd.MOST_CENTRES]  # type: ignore[union-attr]


# --- inits -------------------------------------------------------------------------------------------------------


def test_both_kinds_of_starts_are_counted_on_the_same_axes() -> None:
    parts, run, _ = drawn("inits", runs=40)
    random, plusplus = (part for part in parts if isinstance(part, Picture))
    assert (random.scene.x_range, random.scene.y_range) == (plusplus.scene.x_range, plusplus.scene.y_range)
    for picture in (random, plusplus):
        assert np.sum(layers(picture, Bars)[0].y1) == 40
    assert random.scene.title == "40 random starts"
    assert only(parts, Metrics).values == {
        "Random, near the best": f"{run.outcome.near_random:.0%}",
        "k-means++, near the best": f"{run.outcome.near_plusplus:.0%}",
        "Best SSE": written(run.outcome.best),
    }
    says = plusplus.scene.frames[0].says
    assert says.startswith(f"{run.outcome.near_plusplus:.0%} end within 5 % of the best SSE")
    assert says.endswith(f"and {written(float(run.outcome.plusplus.max()))}.")


@pytest.mark.parametrize("size", [1.0, 0.0])
def test_starts_that_all_end_alike_still_make_a_bar(size: float) -> None:
    table = Data(("a", "b"), np.tile(size * np.arange(3.0), (2, 1)).T)
    parts, _, _ = drawn("inits", data=OWN, table=table, k=2 if size else 3, runs=20)
    for picture in (part for part in parts if isinstance(part, Picture)):
        bars = layers(picture, Bars)[0]
        assert np.sum(bars.y1) == 20
        assert np.all(np.subtract(bars.x1, bars.x0) > 0)


@pytest.mark.parametrize(("plain", "said"), [(False, "the best of a few candidates"), (True, "one candidate")])
def test_which_kmeans_plusplus_is_said(plain: bool, said: str) -> None:
    text = only(drawn("inits", runs=20, plain=plain)[0], Text).text
    assert said in text
    assert "300 points." in text


@pytest.mark.parametrize(
    ("rows", "said"), [(MOST_ROWS, "1,000 points."), (MOST_ROWS + 1, "at random from 1,001 rows.")]
)
def test_only_a_draw_is_called_a_draw(rows: int, said: str) -> None:
    table = Data(("a", "b"), np.random.default_rng(0).normal(size=(rows, 2)))
    text = only(drawn("inits", data=OWN, table=table, runs=20, k=2)[0], Text).text
    assert said in text
    assert ("at random" in text) is (rows > MOST_ROWS)


# --- choose_k ----------------------------------------------------------------------------------------------------


def test_elbow_and_silhouette_state_the_numbers_of_the_run() -> None:
    parts, run, _ = drawn("choose_k", k=3)
    elbow, silhouette, _ = (part for part in parts if isinstance(part, Picture))
    outcome = run.outcome
    assert f"{written(float(outcome.sse[2]))} at k = 3" in elbow.scene.frames[0].says
    assert f"{outcome.silhouette[outcome.best_k - 1]:.3f}, at k = {outcome.best_k}" in silhouette.scene.frames[0].says
    for picture in (elbow, silhouette):
        upright = next(line for line in layers(picture, Lines) if np.array_equal(line.x0, line.x1))
        assert upright.x0 == [3.0]
    assert only(parts, Metrics).values == {
        "SSE at k = 3": written(float(outcome.sse[2])),
        "Mean silhouette at k = 3": f"{outcome.widths.mean():.3f}",
        "Silhouette peaks at": f"k = {outcome.best_k}",
    }


def test_each_points_silhouette_is_a_bar_of_its_cluster_from_high_to_low() -> None:
    parts, run, _ = drawn("choose_k", k=6, spread=3.0)
    picture = [part for part in parts if isinstance(part, Picture)][-1]
    (bars,) = layers(picture, Bars)
    labels, widths = np.asarray(bars.group), np.asarray(bars.y1)
    assert sorted(widths) == sorted(run.outcome.widths)
    for cluster in range(6):
        own = widths[labels == cluster]
        assert np.all(np.diff(own) <= 0)
        assert sorted(own) == sorted(run.outcome.widths[run.outcome.labels == cluster])
    negative = int((run.outcome.widths < 0).sum())
    assert negative > 1
    assert f"; {negative} are negative" in picture.scene.frames[0].says
    assert list(layers(picture, Words)[-1].texts) == ["1", "2", "3", "4", "5", "6"]
    low, high = picture.scene.y_range
    assert low < widths.min()
    assert high >= widths.max()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"blobs": 1}, "100 points. The data were made with 1 blob."),
        ({"data": "iris"}, "150 points."),
        ({"data": "digits"}, "1,000 points, drawn at random from 1,797 rows."),
    ],
)
def test_what_was_clustered_is_said(values: dict[str, Any], said: str) -> None:
    assert only(drawn("choose_k", **values)[0], Text).text == said


# --- median ------------------------------------------------------------------------------------------------------


def test_the_outlier_is_dragged_and_both_methods_centres_stand_on_the_board() -> None:
    parts, run, _ = drawn("median", out_x=30.0, out_y=-5.0)
    board = only(parts, Board)
    assert (board.sets_marks, board.marks, board.sets_points, board.adds) == (
        ("out_x", "out_y"),
        ((30.0, -5.0),),
        "",
        "none",
    )
    assert dict(board.centres) == {
        "mean": run.outcome.mean.centres.tolist(),
        "median": run.outcome.median.centres.tolist(),
    }
    assert board.x_range == board.y_range == (-40.0, 40.0)


def test_the_table_holds_both_costs_of_both_methods() -> None:
    parts, run, _ = drawn("median", out_x=-8.0)
    rows = only(parts, Table).rows
    assert [row[:3] for row in rows] == [
        ("k-means", run.outcome.mean.squared, run.outcome.mean.absolute),
        ("k-medians", run.outcome.median.squared, run.outcome.median.absolute),
    ]
    (x, y) = run.outcome.mean.centres[0]
    assert rows[0][3] == f"({x:.2f}, {y:.2f})".replace("-", "−")
    assert "−" in str(rows[0][3])


@pytest.mark.parametrize("far", [10.0, 100.0])
def test_the_magnified_groups_keep_their_scale_however_far_the_outlier_is(far: float) -> None:
    parts, run, _ = drawn("median", out_x=far, k=2)
    picture = only(parts, Picture)
    low, high = picture.scene.x_range
    assert high - low < 20
    shown = np.column_stack([layers(picture, Dots)[0].x, layers(picture, Dots)[0].y])
    assert np.array_equal(shown, run.outcome.points[:-1])


def test_a_centre_that_has_the_outlier_alone_is_said_and_not_magnified() -> None:
    parts, run, _ = drawn("median", out_x=100.0, out_y=100.0, k=3)
    assert run.outcome.mean.centres.max() == 100.0
    assert only(parts, Text).text.endswith(
        "assigned differently by the two methods. K-means gives the outlier a centre of its own."
    )
    crosses = layers(only(parts, Picture), Dots)[-1]
    assert len(np.asarray(crosses.x)) == 2
    assert np.max(crosses.x) < 10
