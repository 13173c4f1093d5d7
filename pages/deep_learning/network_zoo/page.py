"""A zoo of network types: its questions. The lesson is not written yet."""

from pages.widgets.lesson import topic

topic.show("network_zoo", {})
