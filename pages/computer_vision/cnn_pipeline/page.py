"""A complete CNN."""

from __future__ import annotations

from pages.computer_vision.cnn_pipeline.digits import below_digits, draw_digits
from pages.computer_vision.cnn_pipeline.residual import draw_residual
from pages.computer_vision.cnn_pipeline.shared import TOPIC
from pages.computer_vision.cnn_pipeline.softmax import draw_softmax
from pages.widgets.lesson import topic
from pages.widgets.plate import live

topic.show(
    TOPIC,
    {
        "digits": live.Views(moving=draw_digits, still=below_digits),
        "softmax": draw_softmax,
        "residual": draw_residual,
    },
)
