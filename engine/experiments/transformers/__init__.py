"""Experiments of the topic "Attention and transformers" (section 33.2 of the primer)."""

from __future__ import annotations

from engine.experiments.transformers import attend, order, scale, tiny
from engine.experiments.transformers.attend import AttendSettings
from engine.experiments.transformers.order import OrderSettings
from engine.experiments.transformers.scale import ScaleSettings
from engine.experiments.transformers.tiny import TinySettings

# Scripts that were copied from the app take their settings from here.
__all__ = ["EXPERIMENTS", "AttendSettings", "OrderSettings", "ScaleSettings", "TinySettings"]

EXPERIMENTS = (attend.EXPERIMENT, scale.EXPERIMENT, order.EXPERIMENT, tiny.EXPERIMENT)
