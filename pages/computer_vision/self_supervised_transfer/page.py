"""Self-supervised and transfer learning: its questions. The lesson is not written yet."""

from pages.widgets.lesson import topic

topic.show("self_supervised_transfer", {})
