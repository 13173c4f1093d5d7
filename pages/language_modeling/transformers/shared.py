"""What the live experiment draws its charts with."""

from __future__ import annotations

import json
from typing import Literal

import altair as alt

TOPIC = "transformers"


def named(names: tuple[str, ...], side: Literal["top", "left"]) -> alt.Axis:
    """Return an axis of places that shows their names."""
    said = f"{json.dumps([*names])}[datum.value]"
    return alt.Axis(
        labelExpr=said,
        orient=side,
        labelAngle=0,
        ticks=False,
        domain=False,
        labelFontSize=12,
        labelFlush=False,
        labelOverlap=False,
    )
