"""Behaviour cloning and DAgger: its questions. The lesson is not written yet."""

from pages.widgets.lesson import topic

topic.show("behavior_cloning_dagger", {})
