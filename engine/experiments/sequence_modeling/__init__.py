"""Experiments of the topic "Sequence modelling and decoding" (section 32.3 of the primer)."""

from __future__ import annotations

from engine.experiments.sequence_modeling import decode, fox, mask, ngram
from engine.experiments.sequence_modeling.decode import DecodeSettings
from engine.experiments.sequence_modeling.fox import FoxSettings
from engine.experiments.sequence_modeling.mask import MaskSettings
from engine.experiments.sequence_modeling.ngram import NGramSettings

# Scripts that were copied from the app take their settings from here.
__all__ = ["EXPERIMENTS", "DecodeSettings", "FoxSettings", "MaskSettings", "NGramSettings"]

EXPERIMENTS = (fox.EXPERIMENT, ngram.EXPERIMENT, decode.EXPERIMENT, mask.EXPERIMENT)
