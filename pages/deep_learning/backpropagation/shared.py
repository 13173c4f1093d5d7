"""What more than one of the topic's experiments use."""

from __future__ import annotations

import altair as alt

from engine.experiments.backpropagation import EXPERIMENTS

TOPIC = "backpropagation"
NEURON, GRAPH, BATCH, VANISH = EXPERIMENTS
MOST_EXAMPLES = 8
ABOVE, ABOVE_IN_ROWS = (
    alt.Legend(orient="top", columns=columns, title=None, labelLimit=320, symbolOpacity=1) for columns in (2, 1)
)
