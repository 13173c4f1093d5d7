"""A complete CNN."""

from __future__ import annotations

from pages.computer_vision.cnn_pipeline import residual, softmax
from pages.computer_vision.cnn_pipeline.digits import below_digits, draw_digits
from pages.computer_vision.cnn_pipeline.shared import TOPIC
from pages.widgets.lesson import topic
from pages.widgets.plate import live
from pages.widgets.plate.seats import Pictures

topic.show(
    TOPIC,
    {
        "digits": live.Views(moving=draw_digits, still=below_digits),
        "softmax": Pictures(softmax.view),
        "residual": Pictures(residual.view),
    },
)
