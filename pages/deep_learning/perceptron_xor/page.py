"""The perceptron and XOR: its questions. The lesson is not written yet."""

from pages.widgets.lesson import topic

topic.show("perceptron_xor", {})
