"""Reinforcement learning: what the part is about, and the map of its topics."""

from pages.widgets.lesson import part

part.show("reinforcement_learning")
