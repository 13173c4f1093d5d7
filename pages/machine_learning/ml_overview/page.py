"""What machine learning is, and how to test it: its questions. The lesson is not written yet."""

from pages.widgets.lesson import topic

topic.show("ml_overview", {})
