"""Convolution, padding, stride and pooling."""

from __future__ import annotations

from pages.computer_vision.convolution_pooling import pool, share, size, slide
from pages.widgets.lesson import topic
from pages.widgets.plate.seats import Pictures

topic.show(
    "convolution_pooling",
    {
        "slide": Pictures(slide.view),
        "size": Pictures(size.view),
        "pool": Pictures(pool.view),
        "share": Pictures(share.view),
    },
)
