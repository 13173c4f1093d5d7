"""Deep learning: what, when, with which tools: its questions. The lesson is not written yet."""

from pages.widgets import topic

topic.show("dl_overview", {})
