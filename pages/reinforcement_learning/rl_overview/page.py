"""Reinforcement learning: the cast and the stage: its questions. The lesson is not written yet."""

from pages.widgets.lesson import topic

topic.show("rl_overview", {})
