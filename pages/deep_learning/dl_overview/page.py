"""Deep learning: what, when, with which tools: its questions. The lesson is not written yet."""

from pages.widgets.lesson import topic

topic.show("dl_overview", {})
