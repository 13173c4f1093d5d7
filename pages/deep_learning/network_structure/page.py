"""Neurons, layers and matrix form."""

from __future__ import annotations

from pages.deep_learning.network_structure import flow, init
from pages.deep_learning.network_structure.playground import failed, moving, still
from pages.deep_learning.network_structure.shared import TOPIC
from pages.widgets.lesson import topic
from pages.widgets.plate import live
from pages.widgets.plate.seats import Pictures

topic.show(
    TOPIC,
    {
        "flow": Pictures(flow.view),
        "playground": live.Views(moving, still, failed, pace=30.0, unit="epoch"),
        "init": Pictures(init.view),
    },
)
