"""Attention and transformers."""

from __future__ import annotations

from pages.language_modeling.transformers.attend import draw_attend
from pages.language_modeling.transformers.order import draw_order
from pages.language_modeling.transformers.scale import draw_scale
from pages.language_modeling.transformers.shared import TOPIC
from pages.language_modeling.transformers.tiny import draw_tiny, failed, look_into
from pages.widgets.lesson import topic
from pages.widgets.plate import live

topic.show(
    TOPIC,
    {
        "attend": draw_attend,
        "scale": draw_scale,
        "order": draw_order,
        "tiny": live.Views(draw_tiny, look_into, failed),
    },
)
