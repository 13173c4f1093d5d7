"""Attention in vision: its questions. The lesson is not written yet."""

from pages.widgets import topic

topic.show("vision_attention", {})
