"""Bias, variance and overfitting: its questions. The lesson is not written yet."""

from pages.widgets.lesson import topic

topic.show("bias_variance", {})
