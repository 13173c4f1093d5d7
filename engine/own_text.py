"""The learner's own text: read_text (being written)."""
