"""Detection, captioning and multimodal models: its questions. The lesson is not written yet."""

from pages.widgets.lesson import topic

topic.show("detection_captioning", {})
