"""Every topic page by AppTest: it renders, its main path works, bad input is answered in place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from engine.content.curriculum import curriculum
from engine.content.read import load_topic
from engine.content.topic import Topic
from engine.experiment import experiments_of
from engine.quiz.store.store import Store
from pages.widgets.lesson import lesson
from pages.widgets.plate import said
from pages.widgets.shell import state
from pages.widgets.shell.pages import page_of

App = Callable[..., AppTest]
WRITTEN = [entry for part in curriculum() for entry in part.topics if entry.written]
EXPERIMENTS = [(entry, name) for entry in WRITTEN for name in experiments_of(entry.slug)]


def script_of(slug: str) -> str:
    return next(page_of(entry) for entry in WRITTEN if entry.slug == slug)


def everything(topic: Topic) -> dict[str, str]:
    """Query parameters that open every experiment of a topic, as a copied link does."""
    opened = {}
    for name, one in experiments_of(topic.slug).items():
        field = next(field for field in one.settings.declared() if field not in ("table", "points", "rows", "centres"))
        opened[state.setting(topic.slug, name, field)] = str(one.settings.defaults()[field])
    return opened


def texts(at: AppTest) -> str:
    return "\n".join([one.value for kind in ("markdown", "text", "caption") for one in at.get(kind)])


@pytest.mark.parametrize("entry", WRITTEN, ids=lambda entry: entry.slug)
@pytest.mark.parametrize("database", ["empty", "filled", "not a database"])
def test_a_topic_renders_whole(
    app: App, entry: object, database: str, request: pytest.FixtureRequest, data: Path
) -> None:
    topic = load_topic(entry.slug)  # type: ignore[attr-defined]
    if database == "filled":
        request.getfixturevalue("filled")
    elif database == "not a database":
        (data / "grimoire.db").write_text("a shopping list")
    at = app(script_of(topic.slug), **everything(topic))
    assert not at.exception
    assert at.title[0].value == topic.title
    assert [one.value for one in at.header] == [
        *(section.heading for section in topic.lesson),
        "Words",
        "Where the book slips",
        "Check yourself",
    ]
    assert len(at.main.get("bidi_component")) >= 2
    said = texts(at)
    assert "<<" not in said
    assert "topic:" not in said
    for one in topic.experiments.values():
        assert f"**Claim.** {one.claim}" in said
    for slip in topic.slips:
        assert slip.right in said


def test_the_title_and_the_first_plate_get_a_head_start_once_a_visit(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(lesson, "time", SimpleNamespace(sleep=pauses.append))
    at = app(script_of("clustering"))
    assert pauses == [lesson.HEAD_START_S] * 2
    at.run()
    assert len(pauses) == 2  # a rerun waits for nothing
    at.switch_page(script_of("linear_regression")).run()
    at.switch_page(script_of("clustering")).run()
    assert len(pauses) == 6


@pytest.mark.slow
@pytest.mark.parametrize(("entry", "name"), EXPERIMENTS, ids=lambda one: getattr(one, "slug", one))
def test_predict_then_run_then_see_then_check(app: App, data: Path, entry: object, name: str) -> None:
    slug = entry.slug  # type: ignore[attr-defined]
    text = load_topic(slug).experiments[name]
    at = app(script_of(slug))
    own = state.owned(slug, name, "prediction")
    assert at.button(f"{own}:commit").disabled
    wrong = (text.predict.right + 1) % len(text.predict.options)
    at.radio(f"{own}:choice").set_value(wrong).run()
    at.button(f"{own}:commit").click().run()
    assert not at.exception
    with Store.open(data / "grimoire.db") as store:
        (kept,) = store.predictions(store.learners()[0].id)
    assert (kept.topic, kept.experiment, kept.choice, kept.right) == (slug, name, wrong, False)

    verdict = state.owned(slug, name, "verdict")
    at.button(f"{verdict}:check").click().run()
    assert at.session_state[verdict][0].holds
    at.button(f"{verdict}:break").click().run()
    assert not at.session_state[verdict][0].holds
    assert "does not hold" in texts(at)
    assert not at.exception


def test_a_skipped_prediction_is_kept_as_skipped(app: App, data: Path) -> None:
    at = app(script_of("clustering"))
    at.button(f"{state.owned('clustering', 'inits', 'prediction')}:skip").click().run()
    with Store.open(data / "grimoire.db") as store:
        (kept,) = store.predictions(store.learners()[0].id)
    assert (kept.choice, kept.right) == (None, None)
    again = app(script_of("clustering"))
    assert "k-means++" in texts(again)
    assert f"{state.owned('clustering', 'inits', 'prediction')}:skip" not in [button.key for button in again.button]


def test_a_prediction_that_cannot_be_kept_says_so(app: App, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.quiz.store.faults import Full

    at = app(script_of("clustering"))

    def full(*_: object) -> None:
        raise Full(data / "grimoire.db", 0)

    monkeypatch.setattr(Store, "add_prediction", full)
    at.button(f"{state.owned('clustering', 'inits', 'prediction')}:skip").click().run()
    assert not at.exception
    assert "no room left" in at.toast[0].value


def test_settings_outside_their_limits_in_a_link_fall_back_to_the_default(app: App) -> None:
    wrong = {"slope": "999", "data": "<script>", "points": "1,2;x", "seed": "-3"}
    at = app(script_of("linear_regression"), **{f"linear_regression.sse.{name}": text for name, text in wrong.items()})
    assert not at.exception
    seat = at.session_state[state.owned("linear_regression", "sse", "seat")]
    assert seat.settings(wrong) == seat.experiment.settings()


def test_what_a_link_opened_stays_open(app: App) -> None:
    at = app(script_of("clustering"), **{"clustering.inits.k": "10"})  # the default: Streamlit drops it
    at.query_params.clear()
    at.run()
    assert at.button(f"{state.owned('clustering', 'inits', 'verdict')}:check")  # stands beside what was opened only


@pytest.mark.parametrize(
    ("slug", "name", "query"),
    [
        ("linear_regression", "sse", {"data": "points you place"}),
        ("clustering", "lloyd", {"data": "points you place", "start": "where you place them"}),
    ],
)
def test_whoever_chooses_to_place_points_finds_some_and_a_board(
    app: App, slug: str, name: str, query: dict[str, str]
) -> None:
    at = app(script_of(slug), **{state.setting(slug, name, field): value for field, value in query.items()})
    assert not at.exception
    assert "Place at least" not in texts(at)
    one = experiments_of(slug)[name]
    run = one.perform(one.settings(**query))
    assert run.snapshots


def test_a_change_that_cannot_be_run_is_not_taken_and_says_why() -> None:
    def script() -> None:
        import streamlit as st

        from engine.experiments.linear_regression import EXPERIMENTS
        from engine.experiments.linear_regression.shared import PLACED
        from pages.widgets.plate import controls

        sse = EXPERIMENTS[0]
        settings = sse.settings(data=PLACED)
        said = controls.move("linear_regression", sse, settings, points=((1.0, 1.0),))
        st.text(said or "taken")
        st.text(
            controls.move("linear_regression", sse, settings, points=((1.0, 1.0), (2.000001, 9.0)), slope=99.0)
            or "taken"
        )
        st.text(str(st.session_state["linear_regression.sse.points"]))
        st.text(str(st.session_state["linear_regression.sse.slope"]))

    at = AppTest.from_function(script, default_timeout=20).run()
    assert not at.exception
    assert [one.value for one in at.text] == [
        "Place at least two points with different x.",
        "taken",
        "((1.0, 1.0), (2.0, 9.0))",
        "5.0",
    ]
    assert at.toast[0].value == "Place at least two points with different x."


def test_the_readers_points_travel_in_the_link() -> None:
    rows = ((1.0, 2.5), (-3.25, 1e-9))
    assert said.rows_from_text(said.rows_to_text(rows)) == rows
    assert said.rows_from_text("") == ()


@pytest.mark.parametrize("text", ["1,2;", "a", "1;;2", "1,2;3,__import__('os')", "\0"])
def test_damaged_rows_in_a_link_are_passed_over(text: str) -> None:
    assert said.rows_from_text(text) is None


def test_a_link_names_what_differs_and_no_table() -> None:
    def script() -> None:
        import streamlit as st

        from engine.data import Table
        from engine.experiment import experiments_of
        from pages.widgets.plate import controls

        one = experiments_of("clustering")["inits"]
        table = Table(("a", "b"), [[1.0, 2.0], [2.0, 1.0], [3.0, 5.0]])
        st.text(controls.link("clustering", one, one.settings(data="own table", table=table, seed=7, plain=True)))

    at = AppTest.from_function(script, default_timeout=20).run()
    assert not at.exception
    query = at.text[0].value.partition("?")[2]
    assert query == (
        "clustering.inits.data=own+table&clustering.inits.plain=true&clustering.inits.seed=7#experiment-inits"
    )


@pytest.mark.parametrize(
    "text", ["height;weight\n1;x\n2;3\n4;5", "\0\0", "PK\x03\x04", "a,b\n1,2", "<b>x</b>,y\n1,2\n1,3\n1,4"]
)
def test_a_bad_own_table_is_refused_in_place_and_stays(app: App, text: str) -> None:
    key = "linear_regression.sse.table"
    at = app(script_of("linear_regression"), **{"linear_regression.sse.data": "own table"})
    at.text_area(f"{key}:text").input(text).run()
    assert not at.exception
    assert at.session_state[f"{key}:problem"].endswith(".")
    assert at.text_area(f"{key}:text").value == text


def test_a_good_own_table_is_used(app: App) -> None:
    key = "linear_regression.sse.table"
    at = app(script_of("linear_regression"), **{"linear_regression.sse.data": "own table"})
    at.text_area(f"{key}:text").input("*a*;[b](x)\n1,5;2\n2,5;3\n3,5;5").run()
    assert not at.exception
    assert "3 rows, 2 columns." in texts(at)
    seat = at.session_state[state.owned("linear_regression", "sse", "seat")]
    assert seat.own["table"].names == ("*a*", "[b](x)")


def test_a_broken_placeholder_costs_one_passage_only(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    import engine.experiments.clustering.worked as topic

    monkeypatch.setattr(topic, "worked", lambda: {})
    at = app(script_of("clustering"))
    assert not at.exception
    assert "This passage cannot be shown." in texts(at)
    assert "Check yourself" in [one.value for one in at.header]
