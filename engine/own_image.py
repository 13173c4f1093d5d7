"""The learner's own image: read_image (being written)."""
