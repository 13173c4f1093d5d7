"""Progress: what is mastered, when and how long was learned, how sure and how right; the log and its undo."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from engine.errors import GrimoireError
from engine.quiz import record, schedule
from engine.quiz.progress import CONFIDENCE, RESULTS, left_open, main_question, side_part
from engine.quiz.store import Attempt, Learner, Prediction, Store
from pages.widgets import attempt, record_charts, standing
from pages.widgets.store import store_problem, the_learner, the_store
from pages.widgets.words import notice, plural, shortened, when, zone

UNDONE = "progress.undone"
MOST_ROWS = 1_000


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
    predictions = store.predictions(learner.id)
    if log or predictions:
        charts_of(log, predictions)
    if log:
        the_log(log)
    else:
        st.markdown("Nothing is answered yet. Answers, results and times will stand here.")
        for entry in standing.written()[:1]:
            label = f"Begin with **{entry.title}**"
            st.page_link(f"{entry.part}/{entry.slug}.py", label=label, icon=":material/play_circle:")
    undo(store, learner, log)


def charts_of(log: list[Attempt], predictions: list[Prediction]) -> None:
    """Draw everything that the log says."""
    titles = {entry.slug: entry.title for entry in standing.asked()}
    today, told = standing.now().date(), [one for one in log if not one.undone]
    record_charts.mastery_map(standing.book(), standing.by_topic())
    record_charts.calendar(record.days(told, zone()), today)
    record_charts.calibration(record.calibration(told), len(record.calibrating(told)))
    record_charts.foresight(record.foresight(predictions), titles)
    recalls = schedule.recalls(told, standing.now())
    record_charts.forgetting(record.forgetting(recalls), len(recalls))
    record_charts.time_spent(record.seconds(told, zone()), titles, today)


def the_log(log: list[Attempt]) -> None:
    """Draw the log, the newest answer first."""
    st.header("Log of answers", anchor=False)
    titles = {entry.slug: entry.title for entry in standing.asked()}
    frame = pd.DataFrame([row(one, titles) for one in reversed(log[-MOST_ROWS:])])
    config = {
        "Time": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
        "Question": st.column_config.TextColumn(width=130),
    }
    with st.container(key="log"):
        st.dataframe(frame, hide_index=True, height=min(35 * (len(frame) + 1) + 3, 420), column_config=config,
                     alt=f"Log of {plural(len(frame), 'answer')}, the newest first")  # fmt: skip
    if len(log) > MOST_ROWS:
        st.caption(f"The newest {MOST_ROWS:,} of {len(log):,}; Your data holds all.")


def row(one: Attempt, titles: dict[str, str]) -> dict[str, object]:
    """Return an attempt as a row of the log; side parts say what they are."""
    return {
        "Time": one.at.astimezone(zone()).replace(tzinfo=None),
        "Question": named(one),
        "Result": "undone" if one.undone else RESULTS[one.outcome],
        "Confidence": "–" if left_open(one) else CONFIDENCE[one.confidence],
        "Answer": shortened(one.answer),
        "Topic": titles.get(one.topic) or shortened(one.topic),
    }


def named(one: Attempt) -> str:
    """Return what an attempt answered, "4.q5 (drill)", as text: a file from elsewhere may call a question anything."""
    side = side_part(one.question)
    return shortened(main_question(one.question)) + (f" ({side})" if side else "")


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
            st.text(f"Question {named(last)}, {when(last.at)}.", width="content")
    if said := st.session_state.pop(UNDONE, ""):
        notice(said, "undo", "progress.undone")


def told(gone: Attempt) -> str:
    """Say which answer was taken back."""
    answer = shortened(gone.answer)
    return f"Undone: the answer to {named(gone)}, given {when(gone.at)}: “{answer}”. The log keeps it, marked undone."


main()
