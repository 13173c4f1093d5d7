"""The learner's own image (being written)."""

from __future__ import annotations

from engine.data import Image


def image(key: str) -> Image | None:
    """Draw the upload."""
    return None
