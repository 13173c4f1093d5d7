"""Experiments of the topic "Q-functions and deep Q-learning" (chapter 27 of the primer)."""

from __future__ import annotations

from engine.experiments.deep_q_learning import dqn, futures, gamma, max
from engine.experiments.deep_q_learning.dqn import DqnSettings
from engine.experiments.deep_q_learning.futures import FuturesSettings
from engine.experiments.deep_q_learning.gamma import GammaSettings
from engine.experiments.deep_q_learning.max import MaxSettings

# Scripts that were copied from the app take their settings from here.
__all__ = ["EXPERIMENTS", "DqnSettings", "FuturesSettings", "GammaSettings", "MaxSettings"]

EXPERIMENTS = (futures.EXPERIMENT, gamma.EXPERIMENT, max.EXPERIMENT, dqn.EXPERIMENT)
