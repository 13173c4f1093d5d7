"""Sequence modelling and decoding."""

from __future__ import annotations

from pages.language_modeling.sequence_modeling import decode, fox, mask, ngram
from pages.widgets.lesson import topic
from pages.widgets.plate.seats import Pictures

topic.show(
    "sequence_modeling",
    {
        "fox": Pictures(fox.view),
        "ngram": Pictures(ngram.view),
        "decode": Pictures(decode.view),
        "mask": Pictures(mask.view),
    },
)
