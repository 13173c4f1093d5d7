"""Progress: what was answered, how well and when; the log, its undo, and the learner's data as files."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from engine.errors import GrimoireError
from engine.quiz.progress import CONFIDENCE, RESULTS, calibration, main_question, side_part
from engine.quiz.store import Attempt, Learner, Store, default_path
from pages.widgets import attempt, charts, standing
from pages.widgets.store import store_problem, the_learner, the_store
from pages.widgets.words import notice, plural, shortened, when, zone

UNDONE = "progress.undone"
SAVED_AS = "progress.backup"
MOST_ROWS = 1_000
RESULT_COLOURS = {"recalled": "#2E8B73", "missed": "#D9822B"}


def main() -> None:
    """Draw the page."""
    with st.container(key="place"):
        draw()


def draw() -> None:
    """Draw what there is to see."""
    st.title("Progress", anchor=False)
    store, learner = the_store(), the_learner()
    if store is None:
        notice(f"Nothing can be kept or shown. {store_problem()}", "cloud_off", "progress.problem")
        st.markdown("Lessons, experiments and questions work all the same.")
        return
    log = store.attempts(learner.id, undone=True)
    if log:
        topics()
        confidence_chart(log)
        the_log(log)
    else:
        st.markdown("Nothing is answered yet. Answers, results and times will stand here.")
        for entry in standing.written()[:1]:
            label = f"Begin with **{entry.title}**"
            st.page_link(f"{entry.part}/{entry.slug}.py", label=label, icon=":material/play_circle:")
    undo(store, learner, log)
    export(store, learner)
    files(store)


def topics() -> None:
    """Draw a row for each topic that was begun."""
    titles = {entry.slug: entry.title for entry in standing.written()}
    rows = [
        {
            "Topic": titles[one.topic],
            "Answered": f"{one.answered} of {len(one.questions)}",
            "Recalled": one.recalled,
            "Missed": len(one.missed),
            "Last answer": when(one.at),
        }
        for slug in titles
        if (one := standing.of_topic(slug)).at
    ]
    if rows:
        st.table(pd.DataFrame(rows), border="horizontal", hide_index=True, alt="Progress in each topic that was begun")


def confidence_chart(log: list[Attempt]) -> None:
    """Draw how sure the learner was against what came of it."""
    counts = calibration(log)
    if not counts:
        return
    rows = pd.DataFrame(
        [{"sure": CONFIDENCE[sure], "result": result, "answers": n} for (sure, result), n in sorted(counts.items())]
    )
    room = max(counts.values()) * 1.2  # so that the words behind the longest bar fit
    base = alt.Chart(rows).encode(
        alt.Y("sure:N", title=None, sort=list(CONFIDENCE.values()), scale=alt.Scale(domain=list(CONFIDENCE.values()))),
        alt.X("answers:Q", title="answers", axis=alt.Axis(tickMinStep=1, format="d"), scale=alt.Scale(domainMax=room)),
        alt.YOffset("result:N", sort=list(RESULT_COLOURS)),
        tooltip=["sure", "result", "answers"],
    )
    colours = alt.Scale(domain=list(RESULT_COLOURS), range=list(RESULT_COLOURS.values()))
    bars = base.mark_bar().encode(alt.Color("result:N", scale=colours, legend=None))
    words = base.mark_text(align="left", dx=5, color=charts.ink()).encode(text="label:N").transform_calculate(
        label="datum.answers + ' ' + datum.result"
    )  # fmt: skip
    st.header("How sure you were, and what came of it", anchor=False)
    said = ", ".join(f"{CONFIDENCE[sure]}: {n} {result}" for (sure, result), n in sorted(counts.items()))
    charts.show((bars + words).properties(height=200), f"Bars of answers by confidence. {said}.")


def the_log(log: list[Attempt]) -> None:
    """Draw the log, the newest answer first."""
    st.header("Log of answers", anchor=False)
    titles = {entry.slug: entry.title for entry in standing.written()}
    frame = pd.DataFrame([row(one, titles) for one in reversed(log[-MOST_ROWS:])])
    config = {
        "Time": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
        "Question": st.column_config.TextColumn(width=130),
    }
    with st.container(key="log"):
        st.dataframe(frame, hide_index=True, height=min(35 * (len(frame) + 1) + 3, 420), column_config=config,
                     alt=f"Log of {plural(len(frame), 'answer')}, the newest first")  # fmt: skip
    if len(log) > MOST_ROWS:
        st.caption(f"The newest {MOST_ROWS:,} of {len(log):,}; the files below hold all.")


def row(one: Attempt, titles: dict[str, str]) -> dict[str, object]:
    """Return an attempt as a row of the log; side parts say what they are."""
    side = side_part(one.question)
    return {
        "Time": one.at.astimezone(zone()).replace(tzinfo=None),
        "Question": main_question(one.question) + (f" ({side})" if side else ""),
        "Result": "undone" if one.undone else RESULTS[one.outcome],
        "Confidence": CONFIDENCE[one.confidence],
        "Answer": shortened(one.answer),
        "Topic": titles.get(one.topic, one.topic),
    }


def undo(store: Store, learner: Learner, log: list[Attempt]) -> None:
    """Offer to take back the last answer, and say what was taken back."""
    last = next((one for one in reversed(log) if not one.undone), None)

    def take_back(shown: int) -> None:
        try:
            gone = store.undo_last(learner.id, shown)
        except GrimoireError as error:
            st.session_state[UNDONE] = f"Nothing was undone. {error}"
            return
        st.session_state[UNDONE] = told(gone) if gone else "Nothing was undone: there is a newer answer now."
        if gone:
            attempt.forget(gone.question)
            standing.changed()

    if last:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button("Undo the last answer", icon=":material/undo:", key="progress.undo", on_click=take_back,
                      args=(last.id,))  # fmt: skip
            st.caption(f"Question {last.question}, {when(last.at)}.", width="content")
    if said := st.session_state.pop(UNDONE, ""):
        notice(said, "undo", "progress.undone")


def told(gone: Attempt) -> str:
    """Say which answer was taken back."""
    answer = shortened(gone.answer)
    return f"Undone: the answer to {gone.question}, given {when(gone.at)}: “{answer}”. The log keeps it, marked undone."


def export(store: Store, learner: Learner) -> None:
    """Offer the learner's data as files, made when they are asked for."""
    st.header("Take it with you", anchor=False)
    kinds = (
        ("Everything, JSON Lines", lambda: store.export_jsonl(learner.id), "jsonl", "application/jsonl"),
        ("Answers, CSV", lambda: store.export_csv(learner.id), "csv", "text/csv"),
    )
    with st.container(horizontal=True):
        for label, made, ending, mime in kinds:
            st.download_button(label, made, f"living-grimoire.{ending}", mime, icon=":material/download:",
                               on_click="ignore", key=f"progress.{ending}")  # fmt: skip


def files(store: Store) -> None:
    """Say where the data live and how to back them up."""
    st.header("Where your data live", anchor=False)
    st.code(str(default_path()), language=None, wrap_lines=True)
    st.markdown(
        "One file on this machine, and nowhere else. A backup is a copy of it in the folder `backups` beside it; the "
        "last ten are kept. To go back to one, close the app, move the file away (with `-wal` and `-shm` files of the "
        "same name, if there are any) and copy the backup to its place."
    )

    def back_up() -> None:
        try:
            st.session_state[SAVED_AS] = f"Backed up to {store.backup('by hand')}"
        except GrimoireError as error:
            st.session_state[SAVED_AS] = f"No backup was made. {error}"

    st.button("Back up now", icon=":material/save:", key="progress.back-up", on_click=back_up)
    if said := st.session_state.pop(SAVED_AS, ""):
        notice(said, "save", "progress.backup")


main()
