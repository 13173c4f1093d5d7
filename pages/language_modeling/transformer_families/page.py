"""Families: BERT, GPT, T5 and long-context variants: its questions. The lesson is not written yet."""

from pages.widgets.lesson import topic

topic.show("transformer_families", {})
