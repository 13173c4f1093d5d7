"""Backpropagation."""

from __future__ import annotations

from pages.deep_learning.backpropagation import batch, graph, neuron, vanish
from pages.widgets.lesson import topic
from pages.widgets.plate.seats import Pictures

topic.show(
    "backpropagation",
    {
        "neuron": Pictures(neuron.view),
        "graph": Pictures(graph.view),
        "batch": Pictures(batch.view),
        "vanish": Pictures(vanish.view),
    },
)
