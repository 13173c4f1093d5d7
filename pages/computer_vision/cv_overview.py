"""Computer vision in outline: its questions. The lesson is not written yet."""

from pages.widgets import topic

topic.show("cv_overview", {})
