"""Experiments of the topic "Convolution, padding, stride and pooling" (sections 16 to 16.3 of the primer)."""

from __future__ import annotations

from engine.experiments.convolution_pooling import pool, share, size, slide
from engine.experiments.convolution_pooling.pool import PoolSettings
from engine.experiments.convolution_pooling.share import ShareSettings
from engine.experiments.convolution_pooling.size import SizeSettings
from engine.experiments.convolution_pooling.slide import SlideSettings

# Scripts that were copied from the app take their settings from here.
__all__ = ["EXPERIMENTS", "PoolSettings", "ShareSettings", "SizeSettings", "SlideSettings"]

EXPERIMENTS = (slide.EXPERIMENT, size.EXPERIMENT, pool.EXPERIMENT, share.EXPERIMENT)
