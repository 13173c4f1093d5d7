"""One server for the harnesses: `?harness=canvas` runs canvas.py, as if it were alone."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

name = st.query_params.get("harness", "")
pages = {path.stem: path for path in Path(__file__).parent.glob("*.py") if path.stem != "router"}
st.navigation([st.Page(pages[name], default=True)], position="hidden").run()
