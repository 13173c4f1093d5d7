"""Computer vision in outline: its questions. The lesson is not written yet."""

from pages.widgets.lesson import topic

topic.show("cv_overview", {})
