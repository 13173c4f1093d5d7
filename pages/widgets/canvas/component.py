"""One way to make a canvas component: its files lie in one folder, the plot's that all of them need in canvas/plot/."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from pages.widgets.shell import alone

CANVAS = Path(__file__).parent


def component(name: str, scripts: Sequence[str], styles: Sequence[str], html: str) -> Any:
    """Register a component made of files, and return the function that mounts it; its callbacks fail alone.

    Args:
        name: by which Streamlit knows it.
        scripts, styles: files under canvas/, such as "plot/plot.js", joined in this order.
        html: the file under canvas/ that holds its markup, or the markup itself.
    """

    def read(file: str) -> str:
        return (CANVAS / file).read_text("utf-8")

    registered = st.components.v2.component(
        name,
        html=html if html.startswith("<") else read(html),
        css="".join(map(read, styles)),
        js="".join(map(read, scripts)),
    )

    def mount(**options: Any) -> Any:
        acts = {one: act for one, act in options.items() if one.startswith("on_")}
        return registered(**options | {one: alone.press("What you did there", act) for one, act in acts.items()})

    return mount
