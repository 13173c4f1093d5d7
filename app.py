"""The entry: `streamlit run app.py`."""

from __future__ import annotations

import importlib
import logging
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware

from engine.errors import GrimoireError
from pages.widgets.plate import route as plate_route
from pages.widgets.shell import search_route, uploads

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # read once, when numpy is imported; nothing above does
    os.environ.setdefault(threads, "1")


def spare_pandas() -> None:
    """Import sqlite_utils as if pandas were not there: it takes up to a second, to know a type that nothing stores.

    Call it while no other thread imports anything.
    """
    if "pandas" in sys.modules:
        return
    sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        importlib.import_module("sqlite_utils")
    except ImportError:
        pass  # the store says so where it is needed, and the lessons go on
    finally:
        del sys.modules["pandas"]


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Open the store and read the bank while the browser opens, and close the store at the end."""
    from pages.widgets.shell import address, standing, store

    spare_pandas()  # nobody is served before this function yields

    def warm_up() -> None:
        for one in (address.warn, store.warm_up, standing.warm_up, search_route.warm_up):
            try:
                one()
            except Exception:  # whoever needs it will say what is missing
                logging.getLogger("grimoire").exception("%s failed at the start", one.__module__)

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


app = st.App(
    "pages/router.py",
    lifespan=lifespan,
    routes=[search_route.route, plate_route.route],
    middleware=[Middleware(uploads.Uploads)],
    on_script_error=on_script_error,
)
