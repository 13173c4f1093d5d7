"""Experiments of the topic "Monte Carlo, TD, SARSA and Q-learning" (section 21.4 of the primer)."""

from __future__ import annotations

from engine.experiments.tabular_td import cliff, lake, offpolicy, walk
from engine.experiments.tabular_td.cliff import CliffSettings
from engine.experiments.tabular_td.lake import LakeSettings
from engine.experiments.tabular_td.offpolicy import OffPolicySettings
from engine.experiments.tabular_td.walk import WalkSettings

# Scripts that were copied from the app take their settings from here.
__all__ = ["EXPERIMENTS", "CliffSettings", "LakeSettings", "OffPolicySettings", "WalkSettings"]

EXPERIMENTS = (walk.EXPERIMENT, cliff.EXPERIMENT, lake.EXPERIMENT, offpolicy.EXPERIMENT)
