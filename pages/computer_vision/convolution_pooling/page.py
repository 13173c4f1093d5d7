"""Convolution, padding, stride and pooling."""

from __future__ import annotations

from pages.computer_vision.convolution_pooling.pool import draw_pool
from pages.computer_vision.convolution_pooling.share import draw_share
from pages.computer_vision.convolution_pooling.shared import TOPIC
from pages.computer_vision.convolution_pooling.size import draw_size
from pages.computer_vision.convolution_pooling.slide import draw_slide
from pages.widgets.lesson import topic

topic.show(TOPIC, {"slide": draw_slide, "size": draw_size, "pool": draw_pool, "share": draw_share})
