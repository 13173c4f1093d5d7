"""Attention and transformers."""

from __future__ import annotations

from pages.language_modeling.transformers import attend, order, scale
from pages.language_modeling.transformers.shared import TOPIC
from pages.language_modeling.transformers.tiny import draw_tiny, failed, look_into
from pages.widgets.lesson import topic
from pages.widgets.plate import live
from pages.widgets.plate.seats import Pictures

topic.show(
    TOPIC,
    {
        "attend": Pictures(attend.view),
        "scale": Pictures(scale.view),
        "order": Pictures(order.view),
        "tiny": live.Views(draw_tiny, look_into, failed),
    },
)
