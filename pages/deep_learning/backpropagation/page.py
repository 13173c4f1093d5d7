"""Backpropagation."""

from __future__ import annotations

from pages.deep_learning.backpropagation.batch import draw_batch
from pages.deep_learning.backpropagation.graph import draw_graph
from pages.deep_learning.backpropagation.neuron import draw_neuron
from pages.deep_learning.backpropagation.shared import TOPIC
from pages.deep_learning.backpropagation.vanish import draw_vanish
from pages.widgets.lesson import topic

topic.show(TOPIC, {"neuron": draw_neuron, "graph": draw_graph, "batch": draw_batch, "vanish": draw_vanish})
