"""Ladders: derivations written step by step, each step held against the one before."""

from __future__ import annotations

from engine.quiz.ladders.check import Climb, Rung
from engine.quiz.ladders.ladders import LADDERS

__all__ = [
    "LADDERS",
    "Climb",
    "Rung",
]
