"""Pictures of the experiment convolution_pooling.share."""

from __future__ import annotations

from engine.experiment import Run
from engine.experiments.convolution_pooling.share import KINDS, ShareOutcome, ShareSettings
from pages.widgets.canvas.view import Metrics, Part, Picture, Table
from pages.widgets.figures.lines import lines


def view(settings: ShareSettings, run: Run[ShareOutcome]) -> list[Part]:
    """The parameters of three layers, at this image side and at all others."""
    outcome = run.outcome
    dense, local, shared = outcome.counts
    counted = zip(KINDS, outcome.counts, outcome.multiplications, strict=True)
    rows = [(kind, f"{count:,}", f"{products:,}") for kind, count, products in counted]
    curves = lines(
        outcome.sides,
        dict(zip(KINDS, outcome.curves, strict=True)),
        f"image side n, logarithmic (the line: {settings.side})",
        "parameters, logarithmic",
        here=settings.side,
        x_marks="log",
        y_marks="log",
        says=f"Parameters against the image side, both axes logarithmic. At side {settings.side}: dense {dense:,}, "
        f"local {local:,}, convolution {shared:,}.",
    )
    return [
        Metrics(
            {
                "dense ÷ convolution": f"{dense / shared:,.0f}",
                "small windows save (dense ÷ local)": f"{dense / local:,.0f}",
                "one kernel saves (local ÷ convolution)": f"{local / shared:,.0f}",
            }
        ),
        Picture(curves, 290),
        Table(("layer", "parameters", "multiplications"), rows),
    ]
