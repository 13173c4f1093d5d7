"""Sequence modelling and decoding."""

from __future__ import annotations

from pages.language_modeling.sequence_modeling.decode import draw_decode
from pages.language_modeling.sequence_modeling.fox import draw_fox
from pages.language_modeling.sequence_modeling.mask import draw_mask
from pages.language_modeling.sequence_modeling.ngram import draw_ngram
from pages.language_modeling.sequence_modeling.shared import TOPIC
from pages.widgets.lesson import topic

topic.show(TOPIC, {"fox": draw_fox, "ngram": draw_ngram, "decode": draw_decode, "mask": draw_mask})
