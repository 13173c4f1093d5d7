"""Language models and what they do: its questions. The lesson is not written yet."""

from pages.widgets.lesson import topic

topic.show("lm_overview", {})
