"""Model-based RL and world models: its questions. The lesson is not written yet."""

from pages.widgets.lesson import topic

topic.show("model_based", {})
