"""The entry: `streamlit run app.py`."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from engine.errors import GrimoireError

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # read once, when numpy is imported; nothing above does
    os.environ.setdefault(threads, "1")


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Open the store and read the bank while the browser opens, and close the store at the end."""
    from pages.widgets import standing, store

    def warm_up() -> None:
        store.warm_up()
        standing.warm_up()

    opening = threading.Thread(target=warm_up, name="warm up", daemon=True)
    opening.start()
    try:
        yield
    finally:
        opening.join()
        store.close()


def on_script_error(error: Exception) -> bool:
    """Log where an error came up that no page caught, and show a sentence in its place."""
    # Streamlit has just logged the traceback, and does so whatever this function returns.
    logging.getLogger("grimoire").error("%s on %s: %s", type(error).__name__, st.context.url, error)
    if isinstance(error, GrimoireError):
        st.error(str(error), icon=":material/error:")
    else:
        st.error(
            "Something went wrong on this page, and the rest of it is missing. Answers you were told are saved are "
            f"safe. Reload to try again; the terminal that runs the app shows the details ({type(error).__name__}).",
            icon=":material/error:",
        )
    return True


app = st.App("pages/router.py", lifespan=lifespan, on_script_error=on_script_error)
