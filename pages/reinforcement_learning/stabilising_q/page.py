"""Replay, target networks and DQN variants: its questions. The lesson is not written yet."""

from pages.widgets.lesson import topic

topic.show("stabilising_q", {})
