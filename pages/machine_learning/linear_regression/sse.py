"""Pictures of the experiment linear_regression.sse."""

from __future__ import annotations

from engine.experiment import Run
from engine.experiments.linear_regression.shared import PLACED
from engine.experiments.linear_regression.sse import SSEOutcome, SSESettings
from pages.widgets.canvas.view import Board, Metrics, Part, Press, Sheet, Text
from pages.widgets.figures import scale

MOST_MOVABLE = 60


def view(settings: SSESettings, run: Run[SSEOutcome]) -> list[Part]:
    """The cloud, the reader's line with its residual squares, and the SSE beside the smallest one."""
    outcome = run.outcome
    scatter = outcome.scatter
    points = tuple(zip(scatter.x.tolist(), scatter.y.tolist(), strict=True))
    placed = settings.data == PLACED
    movable = len(points) <= MOST_MOVABLE and not scatter.standardised
    unit = " (standard deviations from the mean)" if scatter.standardised else ""
    also = {"data": PLACED}
    w1, w0 = outcome.best
    parts: list[Part] = [
        Board(
            scatter.names[0] + unit,
            scatter.names[1] + unit,
            scale.span(scatter.x, placed),
            scale.span(scatter.y, placed),
            points,
            line=(outcome.slope, outcome.intercept),
            sets_line=("slope", "intercept"),
            sets_points="points" if movable else "",
            also={"points": also},
            adds="points" if movable and len(points) < MOST_MOVABLE else "none",
            most_points=MOST_MOVABLE,
            squares=True,
            best=outcome.best,
            height=330,
        ),
        Metrics(
            {
                "Yours ÷ best": f"{outcome.sse / outcome.best_sse:.3g}" if outcome.best_sse > 1e-12 else "–",
                "Best w₁": f"{w1:.4g}",
                "Best w₀": f"{w0:.4g}",
            }
        ),
        Press("Snap to the least-squares line", {"slope": w1, "intercept": w0}),
    ]
    limits = SSESettings.declared()
    if limits["slope"].problem(w1) or limits["intercept"].problem(w0):
        parts.append(Text("The best line lies beyond the ends of the sliders: you can come near it, and not onto it."))
    if scatter.standardised:
        w1, w0 = outcome.in_own_units()
        x, y = scatter.names
        parts.append(Text(f"In the data's own units the best line is {y} = {w0:.4g} + {w1:.4g} · {x}."))
    if movable:
        parts.append(Sheet("points", points, ("x", "y"), also=also))
    return parts
