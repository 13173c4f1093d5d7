"""A part of a page that fails takes nothing else along: it says so in its place, and the rest goes on.

What Streamlit raises to end a run or to begin another passes: StopException and RerunException are no `Exception`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec

import streamlit as st
from streamlit.errors import FragmentHandledException, FragmentStorageKeyError

from engine.errors import GrimoireError, sentence
from pages.widgets.shell.letters import plain
from pages.widgets.shell.words import notice

P = ParamSpec("P")


@contextmanager
def part(what: str, key: str) -> Iterator[None]:
    """Draw a part of a page.

    Args:
        what: the part as a learner calls it, with a capital letter: "The picture".
        key: of the notice that takes its place; different for every part of a page.
    """
    try:
        yield
    except FragmentStorageKeyError:
        raise  # a fragment that is gone; Streamlit knows what to do
    except FragmentHandledException:
        return  # what failed in a fragment was told there
    except Exception as error:
        tell(what, key, error)
    else:
        st.session_state.pop(f"alone.{key}", None)


def tell(what: str, key: str, error: Exception) -> None:
    """Say in place that a part failed, and write it into the log."""
    log_once(what, key, error)
    notice(f"{what} cannot be shown. {sentence(error)}", "error", f"alone.{key}")


def log_once(what: str, key: str, error: Exception) -> None:
    """Write a failure into the log once, however often the part is drawn."""
    if st.session_state.get(f"alone.{key}") != repr(error):
        st.session_state[f"alone.{key}"] = repr(error)
        log(what, error)


def log(what: str, error: Exception) -> None:
    """Write a failure into the log, with the traceback where it is no sentence."""
    trace = None if isinstance(error, GrimoireError) else error
    logging.getLogger("grimoire").error("%s failed: %s", what, error, exc_info=trace)


def press(what: str, act: Callable[P, object]) -> Callable[P, None]:
    """Return a callback that fails alone: the page is drawn as it was, and a toast says why.

    Args:
        what: what the press does, with a capital letter: "Keeping the model".
        act: the callback.
    """

    @wraps(act)
    def safely(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            act(*args, **kwargs)
        except Exception as error:
            log(what, error)
            st.toast(plain(f"{what} failed. {sentence(error)}"), icon=":material/error:")

    return safely
