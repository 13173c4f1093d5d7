"""Pictures of the experiment figures.tables."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from engine.data import Floats


def matrix(title: str, values: Floats, names: tuple[str, ...]) -> None:
    """Show a matrix, shape (p, p), with the names of its rows and columns."""
    st.markdown(f"**{title}**")
    numbers(pd.DataFrame(values, index=list(names), columns=list(names)), title, hide_index=False)


def numbers(frame: pd.DataFrame, alt: str, hide_index: bool = True) -> None:
    """Show a table of numbers with four significant digits."""
    config = {name: st.column_config.NumberColumn(format="%.4g") for name in frame.select_dtypes("number").columns}
    st.dataframe(frame, hide_index=hide_index, column_config=config, alt=alt)
