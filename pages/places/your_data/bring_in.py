"""Bring an export in: choose a file, see what it would do, do it; and the list of what was brought, with undo."""

from __future__ import annotations

import uuid

import pandas as pd
import streamlit as st

from engine.errors import GrimoireError
from engine.quiz.store import MOST_ROWS, Batch, Learner, Plan, Store
from pages.widgets.shell import standing, uploads
from pages.widgets.shell.letters import plain, plural, shortened
from pages.widgets.shell.replies import reply, said, say
from pages.widgets.shell.words import notice, when

UPLOAD, INTO, PLAN, BROUGHT = "keeping.upload", "keeping.into", "keeping.plan", "keeping.brought"
BY_NAME = "Whoever the file names"
SHOWN = 20  # batches, and reasons
WORDS = {
    "learners": "Learners",
    "attempts": "Answers and undos",
    "marks": "Marks of your own",
    "predictions": "Predictions",
    "drafts": "Drafts",
    "readings": "Places where you stopped reading",
    "settings": "Settings",
    "unknown": "Lines",
}


def draw(store: Store, learner: Learner) -> None:
    """Draw the section."""
    st.header("Bring it in", anchor=False)
    st.markdown(
        "An export of this app, from another machine or from this one. You see what it would do before anything is "
        "done. What is here already is not brought twice, a backup is made first, and an import can be undone."
    )
    kinds = ["jsonl", "ndjson", "json", "txt"]
    upload = st.file_uploader(
        f"Export in JSON Lines, of at most {MOST_ROWS:,} rows",
        kinds,
        key=upload_key(),
        max_upload_size=uploads.largest_upload(),
    )
    if upload is None:
        st.session_state.pop(PLAN, None)
    else:
        with st.container(key="keeping-plan"):
            choices = [BY_NAME, f"Everything to {shortened(learner.name, 40)}"]
            picked = st.radio(
                "Who gets it", [0, 1], format_func=lambda one: plain_label(choices[one]), key=INTO, horizontal=True
            )
            planned(store, upload, learner.id if picked else None)
    said(BROUGHT, "move_to_inbox")
    batches(store)


def upload_key() -> str:
    """Return the key of the upload: another one once a file was brought in, so that it is empty again."""
    key: str = st.session_state.setdefault(UPLOAD, f"{UPLOAD}.{uuid.uuid4().hex}")
    return key


def plain_label(text: str) -> str:
    """Return text for a label, in which nothing is Markdown."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()<>#+-.!|~$:" else sign for sign in plain(text))


def planned(store: Store, upload: st.runtime.uploaded_file_manager.UploadedFile, into: int | None) -> None:
    """Draw what the import of a file would do, in one sentence first, and the button that does it."""
    plan = the_plan(store, upload, into)
    if isinstance(plan, str):
        reply(plan, "block", "keeping.refused")
        return
    if not plan.adds:
        here = any(one.here for one in plan.rows)
        st.markdown(
            "**Everything that can be used of this file is here already.** There is nothing to bring in."
            if here
            else "**Nothing in this file can be used.** There is nothing to bring in."
        )
        summary(plan)
        return
    st.markdown(f"**It would bring in {plural(plan.changes, 'row')}.** Nothing was changed yet.")
    summary(plan)
    st.button(
        f"Bring in {plural(plan.changes, 'row')}",
        type="primary",
        icon=":material/move_to_inbox:",
        key="keeping.import",
        on_click=bring,
        args=(store, plan, upload.name),
    )


def the_plan(store: Store, upload: st.runtime.uploaded_file_manager.UploadedFile, into: int | None) -> Plan | str:
    """Return what an import would do, or the sentence that says why it cannot be done; read again only when needed."""
    wanted = (upload.file_id, into, id(store))
    if st.session_state.get(PLAN, (None,))[0] != wanted:
        found: Plan | str
        try:
            with st.spinner("Reading the file …"):
                found = store.plan_import(upload.getvalue(), into, standing.all_questions().keys())
        except GrimoireError as error:
            found = f"{error} Nothing was changed."
        st.session_state[PLAN] = (wanted, found)
    plan: Plan | str = st.session_state[PLAN][1]
    return plan


def summary(plan: Plan) -> None:
    """Draw what a plan says: rows by table, who is who, what stays out and why."""
    if plan.rows:
        rows = [
            {"What": WORDS[one.table], "New": one.new, "Comes back": one.back, "Here already": one.here}
            for one in plan.rows
        ]
        frame = pd.DataFrame(rows)
        if not frame["Comes back"].any():
            frame = frame.drop(columns="Comes back")
        st.table(frame, border="horizontal", hide_index=True, alt="What the import would bring")
    for one in plan.learners if plan.adds else ():
        who = f"is {one.here.name} here" if one.here else "is new here and will be added"
        if one.here is None or one.here.name != one.name:
            notice(f"“{one.name}” {who}.", "person", f"keeping.who.{one.name}")
    if plan.unknown and plan.adds:
        answers, questions = plural(sum(plan.unknown.values()), "answer"), plural(len(plan.unknown), "question")
        notice(
            f"{answers} to {questions} that this app does not have. They are kept; the file may come from a newer "
            "version.",
            "help",
            "keeping.unknown",
        )
    if plan.aside:
        count = sum(one.count for one in plan.aside)
        with st.expander(
            f"{plural(count, 'row')} cannot be used{' and will be left out' if plan.adds else ''}",
            icon=":material/rule:",
            expanded=True,
        ):
            for left in plan.aside[:SHOWN]:
                rows_said = plural(left.count, "row") + (
                    f", the first in line {left.line}" if left.count > 1 else f", line {left.line}"
                )
                st.text(plain(f"{WORDS[left.table]} ({rows_said}): {left.says}."))
            if len(plan.aside) > SHOWN:
                st.caption(f"And {plural(len(plan.aside) - SHOWN, 'more reason')}.")


def bring(store: Store, plan: Plan, source: str) -> None:
    """Do what a plan says; called by its button."""
    try:
        batch = store.import_plan(plan, source)
    except GrimoireError as error:
        say(BROUGHT, f"Nothing was brought in. {error}")
        return
    for key in (PLAN, UPLOAD):
        st.session_state.pop(key, None)
    standing.changed()
    if batch is None:
        say(BROUGHT, "Everything was here already: nothing was changed.")
    else:
        say(BROUGHT, f"Brought in: {counted(batch)}. A backup of how it was before lies below.")


def counted(batch: Batch) -> str:
    """Say what an import brought.

    >>> from datetime import UTC, datetime
    >>> counted(Batch(1, datetime.now(UTC), "", {"attempts": 2, "learners": 1}, False))
    '1 learner, 2 answers and undos'
    """
    nouns = {
        "learners": ("learner",),
        "attempts": ("answer or undo", "answers and undos"),
        "marks": ("mark",),
        "predictions": ("prediction",),
        "drafts": ("draft",),
        "readings": ("reading position",),
        "settings": ("setting",),
    }
    return ", ".join(plural(batch.counts[table], *noun) for table, noun in nouns.items() if table in batch.counts)


def batches(store: Store) -> None:
    """Draw the imports that were done, each with its undo."""
    done = store.batches()
    if not done:
        return
    st.subheader("Imports so far", anchor=False)
    for batch in done[:SHOWN]:
        says, button = st.columns([3, 1], vertical_alignment="center")
        undone = ", undone" if batch.undone else ""
        says.text(f"{shortened(batch.source or 'a file', 50)}, {when(batch.at)}{undone}: {counted(batch)}")
        label, icon = ("Bring back", "redo") if batch.undone else ("Undo", "undo")
        button.button(
            label, icon=f":material/{icon}:", key=f"keeping.turn.{batch.id}", on_click=turn, args=(store, batch)
        )
        said(f"keeping.turned.{batch.id}", "move_to_inbox")
    if len(done) > SHOWN:
        st.caption(f"And {plural(len(done) - SHOWN, 'earlier one')}.")


def turn(store: Store, batch: Batch) -> None:
    """Undo an import, or do an undone one again; called by its button."""
    place, name = f"keeping.turned.{batch.id}", shortened(batch.source or "a file", 50)
    try:
        done = store.redo_import(batch.id) if batch.undone else store.undo_import(batch.id)
    except GrimoireError as error:
        say(place, f"Nothing was changed. {error}")
        return
    st.session_state.pop(PLAN, None)
    standing.changed()
    if not done:
        say(place, "Nothing was changed: another window did this already.")
    elif batch.undone:
        say(place, f"Back again: what {name} brought counts.")
    else:
        say(place, f"Undone: what {name} brought does not count any more. The file keeps it.")
