"""The learner's own image: upload a PNG or JPEG. It is read in this process and goes nowhere."""

from __future__ import annotations

import streamlit as st

from engine.data import Image
from engine.own_image import MOST_BYTES, MOST_PIXELS, read_image
from pages.widgets.plate import own_source


def image(key: str) -> Image | None:
    """Draw the upload; return the image, or None while there is none. It stays until it is taken out or replaced."""
    with st.popover("Your image", icon=":material/image:", width="stretch", key=f"{key}:box", on_change="rerun") as box:
        st.caption(
            f"PNG or JPEG, up to {MOST_BYTES // 1_000_000} MB and {MOST_PIXELS / 2**20:.0f} megapixels. It stays in "
            "this app on this machine and is gone when you close the tab."
        )
        upload = own_source.upload(key, "Image file", ["png", "jpg", "jpeg"], MOST_BYTES)
        below = st.container()
        found = own_source.held(key, upload, "", read_image)
    own_source.refusal(key, "broken_image", below if box.open else None)
    if found is not None:
        height, width = found.pixels.shape[:2]
        st.text(f"{width:,} × {height:,} pixels, {'grey' if found.pixels.ndim == 2 else 'colour'}")
    return found
