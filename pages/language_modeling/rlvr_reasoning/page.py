"""RLVR and test-time compute: its questions. The lesson is not written yet."""

from pages.widgets.lesson import topic

topic.show("rlvr_reasoning", {})
