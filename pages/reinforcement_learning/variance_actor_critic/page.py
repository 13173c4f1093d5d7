"""Return-to-go, baselines and actor-critic: its questions. The lesson is not written yet."""

from pages.widgets.lesson import topic

topic.show("variance_actor_critic", {})
