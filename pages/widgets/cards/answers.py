"""What answers are typed into: one input for each kind of check, and the count of characters beside free text."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from engine.errors import AnswerRefused
from engine.quiz.bank import Exact
from engine.quiz.grading import MOST_CHARACTERS, read_as
from engine.quiz.progress import CONFIDENCE
from pages.widgets.cards.keyboard import class_of, keys
from pages.widgets.shell import alone
from pages.widgets.shell.words import notice

Changed = Callable[[str], None]

counter = st.components.v2.component(
    "grimoire.counter",
    html='<p><span data-count></span><span role="status"></span></p>',
    css="""p { margin: -0.5rem 0 0; font: 0.8rem/1.4 var(--st-font); text-align: right; color: var(--st-text-color); }
           p[data-over] { font-weight: 600; }""",
    js=Path(__file__).with_name("counter.js").read_text(encoding="utf-8"),
)


def free_text(key: str, start: str, on_change: Changed, label: str = "Your answer") -> None:
    """Draw the text area at `key` with a live count.

    Args:
        key: of the widget.
        start: what stands in it at first.
        on_change: called with the text when the learner leaves it, and when the typing pauses.
        label: of the widget.
    """
    st.session_state.setdefault(key, start)
    st.text_area(
        label,
        key=key,
        height=140,
        on_change=lambda: on_change(st.session_state[key]),
        placeholder="In your own words",
        persist_state="session",
    )
    typed = f"{key}.typed"
    # The text goes into the draft and never back into the widget: that would undo the keys pressed meanwhile.
    counter(
        key=typed,
        data={"field": class_of(key), "most": MOST_CHARACTERS, "now": len(st.session_state[key])},
        on_text_change=lambda: on_change(st.session_state[typed].get("text") or ""),
    )


def exact(part: Exact, key: str, start: str, on_change: Changed, order: int) -> None:
    """Draw the input of an exact check.

    Args:
        part: the check.
        key: of the widget; a choice of several options has one key an option, f"{key}.{index}".
        start: what stands in it at first.
        on_change: called with the answer when it changes.
        order: seed of the order in which options are shown.
    """

    def changed() -> None:
        on_change(read(part, key))

    if part.check == "choice":
        choice(part, key, start, changed, order)
        return
    st.session_state.setdefault(key, start)
    label, placeholder = wording(part)
    st.text_input(
        label, key=key, on_change=changed, placeholder=placeholder, persist_state="session", autocomplete="off"
    )
    keys(key, "decimal" if part.check == "numeric" and len(part.value) == 1 else "text")
    with alone.part("How the answer is read", f"{key}.read"):
        preview(part, key)


def wording(part: Exact) -> tuple[str, str]:
    """Return the label and the placeholder of a one-line answer."""
    if part.check == "numeric":
        unit = f", in {part.unit}" if part.unit else ""
        if len(part.value) > 1:
            return f"Your answer: {len(part.value)} numbers in order{unit}", "For example 1.5, -2"
        return f"Your answer: a number{unit}", "For example 2.5 or 1e-3"
    if part.check == "symbolic":
        names = f" in {', '.join(part.names)}" if part.names else ""
        return f"Your answer: a formula{names}", "For example 2x + exp(-x)"
    return "Your answer, with the shape", "For example (r, c) or r x c"


def preview(part: Exact, key: str) -> None:
    """Show an answer as it was read, by the code that grades it.

    The place keeps its height, so that nothing below it moves; a long refusal takes the room that it needs.
    """
    text, read, refused = st.session_state[key], "", ""
    try:
        read = read_as(part, text) if text.strip() else ""
    except AnswerRefused as error:
        refused = str(error)
    with st.container(height="content" if len(refused) > 80 else 72, border=False, vertical_alignment="center"):
        if not text.strip():
            what = {"numeric": "number", "shape": "shape"}.get(part.check, "formula")
            st.caption(f"Here you will see how the {what}{'s are' if len(part.value) > 1 else ' is'} read.")
        elif refused:
            notice(refused, "edit_note", f"{key}.preview")
        elif part.check == "symbolic":
            st.latex(read, width="content")
        else:
            notice(f"Read as {read}", "visibility", f"{key}.preview")


def choice(part: Exact, key: str, start: str, changed: Callable[[], None], order: int) -> None:
    """Draw the options in an order of their own: as a radio where one is right, as boxes where several may be.

    Each has a letter, to speak of it, and because a formula alone is no name that a screen reader finds.
    """
    shown = random.Random(order).sample(range(len(part.options)), len(part.options))
    named = {index: f"{letter}) {part.options[index]}" for letter, index in zip("abcdefghij", shown, strict=False)}
    before = [index for index in shown if part.options[index] in start.splitlines()]
    if len(part.correct) == 1:
        if before:
            st.session_state.setdefault(key, before[0])
        st.radio(
            "Your answer",
            shown,
            index=None,
            key=key,
            format_func=named.__getitem__,
            on_change=changed,
            persist_state="session",
        )
        return
    st.markdown("Your answer: all that hold")
    for index in shown:
        if index in before:
            st.session_state.setdefault(f"{key}.{index}", True)
        st.checkbox(named[index], key=f"{key}.{index}", on_change=changed, wrap=True, persist_state="session")


def read(part: Exact | None, key: str) -> str:
    """Return the answer that stands in the widget at `key`, as grading reads it; empty where there is none."""
    if part is None or part.check != "choice":
        return str(st.session_state.get(key) or "")
    if len(part.correct) == 1:
        index = st.session_state.get(key)
        return "" if index is None else part.options[index]
    chosen = (index for index in range(len(part.options)) if st.session_state.get(f"{key}.{index}"))
    return "\n".join(part.options[index] for index in chosen)


def confidence(key: str, label: str, on_change: Callable[[], None]) -> None:
    """Ask how sure the learner is, 1 to 4."""
    st.segmented_control(
        label,
        list(CONFIDENCE),
        format_func=CONFIDENCE.__getitem__,
        key=key,
        on_change=on_change,
        persist_state="session",
    )
