"""Neurons, layers and matrix form."""

from __future__ import annotations

from pages.deep_learning.network_structure.flow import draw_flow
from pages.deep_learning.network_structure.init import draw_init
from pages.deep_learning.network_structure.playground import failed, moving, still
from pages.deep_learning.network_structure.shared import TOPIC
from pages.widgets.lesson import topic
from pages.widgets.plate import live

topic.show(
    TOPIC,
    {
        "flow": draw_flow,
        "playground": live.Views(moving, still, failed, pace=30.0, unit="epoch"),
        "init": draw_init,
    },
)
