"""Progress: what is mastered, when and how long was learned, how sure and how right; the log and its undo."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from engine.errors import GrimoireError
from engine.quiz import record
from engine.quiz.history import History
from engine.quiz.progress import CONFIDENCE, RESULTS, left_open
from engine.quiz.record import Forgetting
from engine.quiz.store import Attempt, Learner, Prediction, Store
from pages.widgets.cards import attempt
from pages.widgets.shell import alone, standing
from pages.widgets.shell.letters import plural, shortened
from pages.widgets.shell.pages import page_of
from pages.widgets.shell.replies import reply
from pages.widgets.shell.store import store_problem, the_learner, the_store
from pages.widgets.shell.words import notice, when, zone

UNDONE = "progress.undone"
LOG, FORGETTING, ROWS = "progress.log", "progress.forgetting", "progress.rows"  # each (key, what was derived)
MOST_ROWS = 1_000


def main() -> None:
    """Draw the page."""
    with st.container(key="place"):
        draw()


def draw() -> None:
    """Draw what there is to see."""
    st.title("Progress", anchor=False)
    store, learner, history = the_store(), the_learner(), standing.history()
    if store is None or history is None:
        notice(f"Nothing can be kept or shown. {store_problem()}", "cloud_off", "progress.problem")
        st.markdown("Lessons, experiments and questions work all the same.")
        return
    log = standing.kept(LOG, learner.id, lambda: store.latest(learner.id, MOST_ROWS))
    predictions = store.predictions(learner.id)
    if log or predictions:
        with alone.part("What the log says", "progress.charts"):
            charts_of(history, predictions)
    if log:
        with alone.part("The log of answers", "progress.log"):
            the_log(log, history.count())
    else:
        st.markdown("Nothing is answered yet. Answers, results and times will stand here.")
        for entry in standing.written()[:1]:
            label = f"Begin with **{entry.title}**"
            st.page_link(page_of(entry), label=label, icon=":material/play_circle:")
    undo(store, learner)


def charts_of(history: History, predictions: list[Prediction]) -> None:
    """Draw everything that the log says, each chart alone."""
    from pages.places.progress import charts  # without altair the log and its undo are here all the same

    titles = {entry.slug: entry.title for entry in standing.asked()}
    now, told = standing.now(), history.told()
    days, seconds = history.spent(zone())
    with alone.part("What is weakest", "progress.weakest"):
        weakest(titles)
    with alone.part("Mastery", "progress.mastery"):
        charts.mastery_map(standing.book(), standing.by_topic(), standing.of_all())
    with alone.part("The calendar", "progress.calendar"):
        charts.calendar(days, now.date())
    with alone.part("How sure you were", "progress.calibration"):
        charts.calibration(record.shares(told), told.total(), len(history.waiting()))
    with alone.part("What came of your predictions", "progress.foresight"):
        charts.foresight(record.foresight(predictions), titles)
    with alone.part("How you forget", "progress.forgetting"):
        charts.forgetting(*standing.kept(FORGETTING, the_learner().id, lambda: forgotten(history), now.date()))
    with alone.part("Your time", "progress.time"):
        charts.time_spent(seconds, titles, now.date())


def weakest(titles: dict[str, str]) -> None:
    """Draw what to do about what is weakest, each a press away: judge what waits, practise a topic."""
    from pages.places.progress.charts import percent

    topics, memories, wished = standing.by_topic(), standing.memories(), standing.wishes().retention
    weak, waits = record.weakest(topics, wished), len(standing.waiting())
    if not waits and not any(one.answered for one in topics.values()):
        return
    st.header("Weakest first", anchor=False)
    if waits:
        says = plural(waits, "answer waits for your judgement", "answers wait for your judgement")
        with st.container(border=True, key="home-first-judge", gap="xxsmall"):
            st.page_link("places/review/page.py", label=f"**Judge** · {says}", icon=":material/rule:")
    for slug in weak:
        one, ids = topics[slug], [id for id in standing.questions_of(slug) if id in memories]
        missed = sum(not memories[id].recalled for id in ids)
        share = percent(one.retrievability or 0.0)
        said = f"Of {plural(one.answered, 'judged question')} you can be expected to recall {share} today"
        with st.container(border=True, key=f"home-next-practise-{slug}", gap="xxsmall"):
            label = f"**Practise** · {titles.get(slug, slug)}"
            query = {"practise": slug}
            st.page_link("places/review/page.py", label=label, icon=":material/exercise:", query_params=query)
            st.caption(f"{said}; {plural(missed, 'was', 'were')} missed last." if missed else f"{said}.")
    if not weak:
        st.markdown(f"No topic is below the {percent(wished)} that you wish to recall.")


def forgotten(history: History) -> tuple[list[Forgetting], int]:
    """Return the forgetting curve, and how many repeated answers it is of."""
    recalls = history.recalls(standing.now())
    return record.forgetting(recalls), len(recalls)


def the_log(log: list[Attempt], count: int) -> None:
    """Draw the log, the newest answer first: the latest answers, and of how many they are."""
    st.header("Log of answers", anchor=False)
    titles = {entry.slug: entry.title for entry in standing.asked()}
    frame = standing.kept(
        ROWS, the_learner().id, lambda: pd.DataFrame([row(one, titles) for one in reversed(log)]), zone()
    )
    config = {
        "Time": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
        "Topic": st.column_config.TextColumn(width=150),
        "Question": st.column_config.TextColumn(width=120),
    }
    with st.container(key="log"):
        st.dataframe(
            frame,
            hide_index=True,
            height=min(35 * (len(frame) + 1) + 3, 420),
            column_config=config,
            alt=f"Log of {plural(len(frame), 'answer')}, the newest first",
        )
    if count > len(log):
        st.caption(f"The newest {len(log):,} of {count:,}; Your data holds all.")


def row(one: Attempt, titles: dict[str, str]) -> dict[str, object]:
    """Return an attempt as a row of the log; side parts say what they are."""
    return {
        "Time": one.at.astimezone(zone()).replace(tzinfo=None),
        "Topic": titles.get(one.topic) or shortened(one.topic),
        "Question": standing.called(one.question),
        "Result": "undone" if one.undone else "left open" if left_open(one) else RESULTS[one.outcome],
        "Confidence": "–" if left_open(one) else CONFIDENCE[one.confidence],
        "Answer": shortened(one.answer),
    }


def named(one: Attempt) -> str:
    """Say which question of which topic was answered, as text: a file from elsewhere may call a topic anything."""
    topic = next((entry.title for entry in standing.asked() if entry.slug == one.topic), one.topic)
    return f"{standing.called(one.question)}, {shortened(topic)}"


def undo(store: Store, learner: Learner) -> None:
    """Offer to take back the last answer, and say what was taken back."""
    last = standing.last_answer()

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
            st.button(
                "Undo the last answer", icon=":material/undo:", key="progress.undo", on_click=take_back, args=(last.id,)
            )
            st.text(f"{named(last)}, {when(last.at)}.", width="content")
    if said := st.session_state.pop(UNDONE, ""):
        reply(said, "undo", "progress.undone")


def told(gone: Attempt) -> str:
    """Say which answer was taken back."""
    answer = shortened(gone.answer)
    return f"Undone: {named(gone)}, your answer of {when(gone.at)}: “{answer}”. The log keeps it, marked undone."


main()
