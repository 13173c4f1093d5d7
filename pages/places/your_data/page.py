"""Your data: take it with you, bring it in, back it up, put it back. Works without a healthy database, too."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import streamlit as st

from engine.errors import GrimoireError
from engine.quiz.bank import main_question
from engine.quiz.exchange import anki
from engine.quiz.store import (
    Learner,
    Store,
    begin_anew,
    default_path,
    examine,
    kept_backups,
    restore,
    salvage,
)
from pages.places.your_data import bring_in
from pages.places.your_data.bring_in import WORDS
from pages.widgets.shell import address, alone, standing, uploads
from pages.widgets.shell.letters import plural
from pages.widgets.shell.replies import reply, said, say
from pages.widgets.shell.store import put_away, store_problem, the_learner, the_store, try_again
from pages.widgets.shell.words import notice, when

CHECKED, SALVAGED = "keeping.checked", "keeping.salvaged"
MADE, FILE = "keeping.made", "keeping.file"  # where it is said what a press came to
LOGS = ("-wal", "-journal")
MISSED, ALL = "Those you ever missed", "All questions"


def main() -> None:
    """Draw the page."""
    with st.container(key="place"):
        draw()


def draw() -> None:
    """Draw what can be done with the file as it is."""
    st.title("Your data", anchor=False)
    path, store = default_path(), the_store()
    if store is None:
        problem(path)
    else:
        st.markdown("Everything you answer lies in one file on this machine, and nowhere else.")
    said("keeping.anew", "save")
    if store:
        with alone.part("What you can take with you", "keeping.out"):
            take_out(store, the_learner())
        with alone.part("What you can bring in", "keeping.in"):
            bring_in.draw(store, the_learner())
    with alone.part("The list of backups", "keeping.backups"):
        backups(path, store)
    with alone.part("The file", "keeping.file"):
        the_file(path, store)
    if open_to := address.opens():
        st.header("Who can open this app", anchor=False)
        notice(open_to, "lan", "keeping.address")


# Out


def take_out(store: Store, learner: Learner) -> None:
    """Offer the learner's data as files, each made when it is asked for."""
    st.header("Take it with you", anchor=False)
    with st.container(horizontal=True):
        download("Everything, JSON Lines", lambda: store.export_jsonl(learner.id), "jsonl", "application/jsonl")
        download("Answers, CSV", lambda: store.export_csv(learner.id), "csv", "text/csv")
        if len(store.learners()) > 1:
            download("All learners, JSON Lines", store.export_jsonl, "all.jsonl", "application/jsonl")
    st.caption("JSON Lines hold everything and can be brought in again, here or elsewhere. CSV is for a spreadsheet.")
    st.subheader("Cards for Anki", anchor=False)
    if standing.book_problem():
        notice("There are no cards while the table of contents cannot be read.", "error", "keeping.anki")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        which = st.segmented_control(
            "Which questions",
            [ALL, MISSED],
            default=ALL,
            key="keeping.anki.which",
            required=True,
            label_visibility="collapsed",
        )
        download(
            "Anki package", lambda: anki_package(store, learner.id, which == MISSED), "apkg", "application/octet-stream"
        )
    st.caption("A card for each question, with the model answer. A later package updates the cards and doubles none.")


def download(label: str, made: Callable[[], bytes], ending: str, mime: str) -> None:
    """Draw the button of a file that is made when it is pressed."""
    st.download_button(
        label,
        made,
        f"living-grimoire.{ending}",
        mime,
        icon=":material/download:",
        on_click="ignore",
        key=f"keeping.{ending}",
    )


def anki_package(store: Store, learner: int, missed: bool) -> bytes:
    """Return the questions as an Anki package: all, or those that the learner ever missed."""
    only = None
    if missed:
        only = {main_question(one.question) for one in store.attempts(learner) if one.outcome is False}
    topics = standing.topics()
    chapters = [
        anki.Chapter(part.title, topic.title, topic.slug, topic.questions)
        for part in standing.book()
        for entry in part.topics
        if (topic := topics.get(entry.slug))
    ]
    return anki.package(chapters, only)


# Backups


def backups(path: Path, store: Store | None) -> None:
    """List the backups; make one, download one, put one back."""
    st.header("Backups", anchor=False)
    st.markdown(
        "A backup is a copy of the file, in the folder `backups` beside it. One is made before every import and before "
        "a new version of the app changes the file; the last ten are kept."
    )
    if store:
        st.button("Back up now", icon=":material/save:", key="keeping.back-up", on_click=back_up, args=(store,))
    said(MADE, "save")
    kept = kept_backups(path)
    if kept:
        rows = [{"Made": when(one.at), "Why": one.reason, "Size": size(one.size)} for one in kept]
        st.table(pd.DataFrame(rows), border="horizontal", hide_index=True, alt="Backups, the newest first")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            names = {str(one.path): f"{when(one.at)}, {one.reason}" for one in kept}
            picked = st.selectbox("A backup", list(names), format_func=names.__getitem__, key="keeping.backup")
            chosen = next(one for one in kept if str(one.path) == picked)
            st.download_button(
                "Download",
                chosen.path.read_bytes,
                chosen.path.name,
                "application/vnd.sqlite3",
                icon=":material/download:",
                on_click="ignore",
                key="keeping.backup.file",
            )
            confirm(
                "Restore",
                f"The backup made {when(chosen.at)} takes the place of the present file.",
                "restore",
                lambda: put_back(path, chosen.path, "restore"),
            )
        said("keeping.restore", "settings_backup_restore")
    else:
        st.markdown("There is none yet.")
    with st.expander("Restore from a database file", icon=":material/upload_file:"):
        most = uploads.largest_upload()
        upload = st.file_uploader("Database file", ["db"], key="keeping.db", max_upload_size=most)
        st.caption(f"Up to {most} MB. A larger one takes the file's place by hand, while the app is closed.")
        if upload is not None:
            confirm(
                "Restore this file",
                f"{upload.name} takes the place of the present file.",
                "restore-file",
                lambda: put_back(path, upload.getvalue(), "restore-file"),
            )
    said("keeping.restore-file", "settings_backup_restore")


def confirm(label: str, says: str, key: str, act: Callable[[], None]) -> None:
    """Draw a button that asks once more; what came of it is said at `keeping.{key}`, where nothing covers it."""
    turn = f"keeping.{key}.asks"

    def done() -> None:
        act()
        st.session_state[turn] = time.monotonic_ns()  # another popover, and closed: the reply stands behind this one

    asking = f"{turn}.{st.session_state.get(turn, 0)}"
    with st.popover(label, icon=":material/settings_backup_restore:", key=asking, on_change="rerun"):
        st.text(says + " What is there now is not deleted: it gets a name with the date and stays beside it.")
        st.button(f"{label} now", type="primary", key=f"keeping.{key}", on_click=done)


def back_up(store: Store) -> None:
    """Make a backup; called by its button."""
    try:
        say(MADE, f"Backed up to {store.backup('by hand')}")
    except GrimoireError as error:
        say(MADE, f"No backup was made. {error}")


def put_back(path: Path, source: Path | bytes, key: str) -> None:
    """Put a copy in the file's place, for every session; called by its button."""
    exchange(lambda: restore(path, source), key, "Restored", "Nothing was restored.")


def exchange(act: Callable[[], Path | None], key: str, done: str, failed: str) -> None:
    """Move the file while it is closed, and begin this session anew: what it remembers is of the file before."""
    place = f"keeping.{key}"
    try:
        with put_away():
            aside = act()
    except GrimoireError as error:
        say(place, f"{failed} {error}")
        return
    standing.changed()
    st.session_state.clear()
    say(place, f"{done}. What was there before is now {aside}" if aside else f"{done}.")


def size(count: int) -> str:
    """Say a size in bytes.

    >>> size(900), size(4096), size(3_500_000)
    ('900 bytes', '4 kB', '3.5 MB')
    """
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1e6:.1f} MB"


# The file


def the_file(path: Path, store: Store | None) -> None:
    """Say where the file lies, and look through it when asked."""
    st.header("The file", anchor=False)
    st.code(str(path), language=None, wrap_lines=True)
    st.caption(
        f"To copy it by hand, close the app and copy `{path.name}`: then this one file holds every answer. While the "
        f"app runs the newest may lie in `{path.name}-wal` beside it for a second; “Back up now” makes a whole copy. "
        "Kept models lie in the folder `models` beside it."
    )
    with st.container(horizontal=True):
        st.button(
            "Check the file", icon=":material/fact_check:", key="keeping.check", on_click=check, args=(path, store)
        )
        if store:
            st.button(
                "Open it again",
                icon=":material/refresh:",
                key="keeping.reopen",
                on_click=reopen,
                help="After the file was moved, replaced or put right while the app was running.",
            )
    said(FILE, "save")
    if (found := st.session_state.pop(CHECKED, None)) is None:
        return
    if not found:
        reply("The file is in order: every page, index and reference was looked at.", "check_circle", "keeping.sound")
        return
    reply(found[0], "error", "keeping.wrong")
    for number, sentence in enumerate(found[1:10]):
        notice(sentence, "error", f"keeping.wrong.{number}")
    if len(found) > 10:
        st.caption(f"And {len(found) - 10} more.")


def check(path: Path, store: Store | None) -> None:
    """Look through the whole file; called by its button."""
    try:
        st.session_state[CHECKED] = store.check() if store else examine(path)
    except GrimoireError as error:
        st.session_state[CHECKED] = [str(error)]


def reopen() -> None:
    """Close the file and let the next who asks open what lies there now; called by its button."""
    with put_away():
        pass
    standing.changed()
    say(FILE, "The file was closed and opened again.")


def look_again() -> None:
    """Ask for the store anew, and say where that changes nothing; called by its button."""
    try_again()
    if the_store() is None:
        say("keeping.again", "It does not open yet.")


def problem(path: Path) -> None:
    """Say why the file does not open, and offer what is possible all the same."""
    notice(f"Nothing can be kept now. {store_problem()}", "cloud_off", "keeping.problem")
    st.markdown("Lessons, experiments and questions work all the same. What can be done here:")
    st.button("Try again", icon=":material/refresh:", key="keeping.again", on_click=look_again)
    said("keeping.again", "cloud_off")
    if path.is_file():
        with st.container(horizontal=True):
            ending = "zip" if any(beside(path)) else "db"
            st.download_button(
                "Download the file as it is",
                lambda: as_it_is(path),
                f"{path.stem}.{ending}",
                icon=":material/download:",
                on_click="ignore",
                key="keeping.as-it-is",
            )
            st.button(
                "Read what can be read",
                icon=":material/healing:",
                key="keeping.salvage",
                on_click=read_rest,
                args=(path,),
            )
        salvaged()
    if path.exists():
        confirm(
            "Begin a new file",
            "The app begins with an empty file.",
            "anew",
            lambda: exchange(lambda: begin_anew(path), "anew", "A new file was begun", "Nothing was moved."),
        )


def beside(path: Path) -> list[Path]:
    """Return the logs that lie beside the file and hold something."""
    logs = (path.with_name(path.name + end) for end in LOGS)
    return [log for log in logs if log.is_file() and log.stat().st_size]


def as_it_is(path: Path) -> bytes:
    """Return the file byte for byte; where a log lies beside it, both in a zip archive."""
    logs = beside(path)
    if not logs:
        return path.read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in (path, *logs):
            archive.write(file, file.name)
    return packed.getvalue()


def read_rest(path: Path) -> None:
    """Read what can be read of the file; called by its button."""
    try:
        st.session_state[SALVAGED] = salvage(path)
    except GrimoireError as error:
        st.session_state[SALVAGED] = str(error)


def salvaged() -> None:
    """Offer what could be read of a damaged file."""
    found = st.session_state.get(SALVAGED)
    if isinstance(found, str):
        reply(found, "healing", "keeping.salvaged")
    elif found:
        rows = ", ".join(f"{WORDS[table].lower()}: {count:,}" for table, count in found.rows.items())
        lost = "Every row could be read." if found.whole else "Other rows may be lost."
        reply(
            f"Found {rows}. {lost} Keep this export; bring it in when the file opens again.",
            "healing",
            "keeping.salvaged",
        )
        st.download_button(
            f"Download {plural(sum(found.rows.values()), 'row')}, JSON Lines",
            found.data,
            "living-grimoire-recovered.jsonl",
            "application/jsonl",
            icon=":material/download:",
            on_click="ignore",
            key="keeping.recovered",
        )


main()
