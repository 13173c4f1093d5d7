"""The learner's own image: upload a PNG or JPEG. It is read in this process and goes nowhere."""

from __future__ import annotations

import streamlit as st

from engine.data import Image
from engine.errors import DataRefused
from engine.own_image import MOST_BYTES, MOST_PIXELS, read_image
from pages.widgets.words import notice


def image(key: str) -> Image | None:
    """Draw the upload; return the image, or None while there is none. It stays until another file is chosen."""
    with st.popover("Your image", icon=":material/image:", width="stretch"):
        st.caption(
            f"PNG or JPEG, up to {MOST_BYTES // 1_000_000} MB and {MOST_PIXELS / 2**20:.0f} megapixels. It stays in "
            "this app on this machine and is gone when you close the tab."
        )
        upload = st.file_uploader("Image file", type=["png", "jpg", "jpeg"], key=f"{key}:file")
    keep, problem = f"{key}:kept", f"{key}:problem"
    if upload is not None and st.session_state.get(f"{key}:source") != upload.file_id:
        st.session_state[keep], st.session_state[problem] = None, ""
        try:
            st.session_state[keep] = read_image(upload.getvalue())
        except DataRefused as error:
            st.session_state[problem] = str(error)
        st.session_state[f"{key}:source"] = upload.file_id
    if st.session_state.get(problem):
        notice(st.session_state[problem], "broken_image", f"{key}:notice")
    found: Image | None = st.session_state.get(keep)
    if found is not None:
        height, width = found.pixels.shape[:2]
        st.text(f"{width:,} × {height:,} pixels, {'grey' if found.pixels.ndim == 2 else 'colour'}")
    return found
