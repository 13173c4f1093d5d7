"""One part of a page that fails takes nothing else along: it says so in its place, and the log has the traceback."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from engine.content.curriculum import curriculum
from engine.content.read import load_topic
from engine.errors import ContentError
from engine.experiment import Experiment, experiments_of
from engine.quiz import drills, traces
from engine.quiz.grading import grading
from engine.quiz.store.store import Store
from pages.places.your_data import bring_in
from pages.widgets.cards import attempt, ladder, practice, question, reveal
from pages.widgets.lesson import on_this_page, topic
from pages.widgets.plate import controls, desk, models, plate
from pages.widgets.plate.runner import Runner
from pages.widgets.shell import address, sidebar, standing, state
from tests.pages.page_helpers import turned

App = Callable[..., AppTest]
REGRESSION = "machine_learning/linear_regression/page.py"
OPEN = {"linear_regression.sse.slope": "0.7", "linear_regression.normal.seed": "1"}  # both experiments run
SAID = "Something in it went wrong (ZeroDivisionError); the terminal that runs the app shows the details."


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """Look at the content anew, before and after what a test breaks."""
    found = (standing._looked, standing.topics, standing.all_questions)
    for kept in found:
        kept.clear()
    yield
    for kept in found:
        kept.clear()


def fail(*_: object, **__: object) -> Any:
    raise ZeroDivisionError("secret")


def texts(at: AppTest) -> str:
    return "\n".join(one.value for kind in ("markdown", "text", "caption", "header") for one in at.get(kind))


def rest_runs(at: AppTest, *parts: str) -> str:
    """Check that a topic's page goes on to its end, and return what it says."""
    assert not at.exception
    assert not at.error
    said = texts(at)
    assert "secret" not in said
    for part in (*parts, "Check yourself", "Question 1 of"):
        assert part in said + "".join(one.label for one in at.button)
    return said


def with_one(monkeypatch: pytest.MonkeyPatch, slug: str, id: str, **changes: object) -> None:
    """Put an experiment with other functions in the place of one."""
    found = experiments_of(slug)
    broken: dict[str, Experiment] = {**found, id: replace(found[id], **changes)}  # type: ignore[arg-type]
    monkeypatch.setattr(plate, "experiments_of", lambda topic: broken if topic == slug else experiments_of(topic))


# --- plates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "what", "says"),
    [
        (plate, "experiments_of", "This experiment cannot be shown."),
        (plate, "predicted", "This experiment cannot be shown."),
        (desk, "desk", "The bench of this experiment cannot be shown."),
        (topic, "heading", "The heading cannot be shown."),
        (topic, "terms", "The list of words cannot be shown."),
        (topic, "slips", "The list of slips cannot be shown."),
        (topic, "neighbours", "The links to other topics cannot be shown."),
        (on_this_page, "headings", "The list of headings cannot be shown."),
        (standing, "due_of_topic", "How you stand here cannot be shown."),
        (sidebar, "fold", "The sidebar cannot be shown."),
    ],
)
def test_every_part_of_a_topic_fails_alone(
    app: App, monkeypatch: pytest.MonkeyPatch, where: object, what: str, says: str
) -> None:
    monkeypatch.setattr(where, what, fail)
    assert says in rest_runs(app(REGRESSION, **OPEN))


def test_a_drawing_that_cannot_be_imported_leaves_the_lesson_and_the_questions(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pages.machine_learning.linear_regression as drawings

    monkeypatch.setitem(sys.modules, "pages.machine_learning.linear_regression.sse", None)
    monkeypatch.delattr(drawings, "sse", raising=False)
    said = rest_runs(app(REGRESSION, **OPEN))
    assert said.count("The picture cannot be shown.") == 2
    assert "**Claim.**" in said


@pytest.mark.parametrize("press", ["check", "break"])
@pytest.mark.parametrize("error", [ZeroDivisionError("secret"), ImportError("secret", name="torch")])
def test_a_claim_that_raises_says_so_below_its_buttons(
    app: App, monkeypatch: pytest.MonkeyPatch, press: str, error: Exception
) -> None:
    def claim(_: int) -> None:
        raise error

    broken = replace(experiments_of("linear_regression")["sse"].sabotage, claim=claim)
    with_one(monkeypatch, "linear_regression", "sse", claim=claim, sabotage=broken)
    at = app(REGRESSION, **OPEN)
    key = state.owned("linear_regression", "sse", "verdict")
    at.button(f"{key}:{press}").click().run()
    assert "The measurement cannot be shown." in rest_runs(at)
    assert at.button(f"{key}:check")


def test_numbers_that_cannot_be_computed_leave_the_passages_without_them(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "engine.experiments.linear_regression.worked", SimpleNamespace(worked=fail))
    said = rest_runs(app(REGRESSION, **OPEN), "**Claim.**")
    assert "The numbers of the worked example cannot be shown." in said
    assert "This passage cannot be shown." in said


def test_a_prediction_made_among_other_options_counts_as_skipped(app: App, data: Path) -> None:
    app()
    with Store.open(data / "grimoire.db") as store:
        store.add_prediction(1, "linear_regression", "sse", 99, False)
    at = app(REGRESSION)
    at.session_state[state.owned("linear_regression", "sse", "see")] = True
    text = load_topic("linear_regression").experiments["sse"]
    assert f"*{text.predict.ask}* **{text.predict.options[text.predict.right]}**" in rest_runs(at.run())


# --- live runs ---------------------------------------------------------------------------------------------------

PLAYGROUND = "deep_learning/network_structure/page.py"
LIVE = {"network_structure.playground.rate": "0.1"}


@pytest.mark.parametrize("at_step", [0, 2])
def test_a_live_run_that_raises_fails_with_a_sentence_and_its_thread_ends(
    at_step: int, caplog: pytest.LogCaptureFixture
) -> None:
    def run() -> Iterator[SimpleNamespace]:
        for step in range(at_step):
            yield SimpleNamespace(step=step, measures={})
        fail()

    runner = Runner(run)
    runner.play()
    while runner.alive:
        runner.poll()
    now = runner.look()
    assert (now.state, now.reason) == ("failed", SAID)
    assert "Traceback" in caplog.text


def test_a_snapshot_that_cannot_be_recorded_fails_the_run(caplog: pytest.LogCaptureFixture) -> None:
    runner = Runner(lambda: iter([SimpleNamespace(step=0, measures={"loss": "much"})]))
    runner.play()
    while runner.alive:
        runner.poll()
    assert runner.look().state == "failed"
    assert "Traceback" in caplog.text


def test_a_run_that_needs_a_missing_package_says_which() -> None:
    def run() -> Iterator[SimpleNamespace]:
        raise ModuleNotFoundError("no", name="torch")
        yield

    runner = Runner(run)
    assert "the Python package torch" in runner.look().reason
    assert runner.look().state == "failed"


@pytest.mark.parametrize("view", ["moving", "still"])
def test_a_live_view_that_raises_leaves_the_buttons_and_the_page(
    app: App, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    from pages.deep_learning.network_structure import playground

    monkeypatch.setattr(playground, view, fail)
    at = app(PLAYGROUND, **LIVE)
    says = {"moving": "The moving picture cannot be shown.", "still": "What stands still cannot be shown."}
    assert says[view] in rest_runs(at, "Play", "Reset", "**Claim.**")
    at.button(f"{state.owned('network_structure', 'playground', 'live')}:step").click().run()
    rest_runs(at, "Play")


def test_a_list_of_models_that_cannot_be_read_leaves_the_run(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "menu", fail)
    assert "The list of models cannot be shown." in rest_runs(app(PLAYGROUND, **LIVE), "Play")


def test_a_control_that_cannot_be_moved_stays_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(st, "toast", lambda text, **_: said.append(text))
    one = experiments_of("linear_regression")["sse"]
    monkeypatch.setattr(controls, "fit", fail)
    assert controls.move("linear_regression", one, one.settings(), slope=1.0) == SAID
    assert said == [SAID]
    assert "linear_regression.sse.slope" not in st.session_state


# --- cards -------------------------------------------------------------------------------------------------------

CARD_PARTS = [
    (question, "asking", "The answer cannot be shown."),
    (attempt, "card_of", "cannot be shown."),
    (question, "past", "The list of earlier answers cannot be shown."),
    (standing, "known", "How you stand here cannot be shown."),
]


@pytest.mark.parametrize(("where", "what", "says"), CARD_PARTS)
def test_a_card_that_raises_leaves_the_other_questions(
    app: App, monkeypatch: pytest.MonkeyPatch, where: object, what: str, says: str
) -> None:
    at = app(REGRESSION)
    monkeypatch.setattr(where, what, fail)
    turned(at, "2.q1a")
    assert not at.exception
    assert says in texts(at)
    assert "secret" not in texts(at)
    assert "line-2-q1a" in [one.key for one in at.button]


@pytest.mark.parametrize("part", ["rubric", "advice", "settles", "verdict"])
def test_a_part_of_the_reveal_that_raises_leaves_the_verdict_to_the_learner(
    app: App, data: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr(reveal, part, fail)
    answered, correct = ("2.q1a", None) if part == "rubric" else ("2.q2a", True)  # what a check decided has no rubric
    one = next(one for one in load_topic("linear_regression").questions if one.id == answered)
    app()
    with Store.open(data / "grimoire.db") as store:
        store.add_attempt("k", 1, one.topic, one.id, one.fingerprint, "(n,)", {"correct": correct}, 3, False, 1.0)
    standing.changed()
    at = turned(app(REGRESSION), one.id)
    assert not at.exception
    assert "cannot be shown." in texts(at)
    next(one for one in at.button if one.label == "Recalled").click().run()
    assert not at.exception
    with Store.open(data / "grimoire.db") as store:
        assert store.attempts(1)[-1].recalled is True


def test_a_check_that_raises_keeps_what_was_typed_and_logs_no_attempt(
    app: App, data: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    at = turned(app(REGRESSION), "2.q1a")
    area = next(one for one in at.text_area if one.key.startswith("question.2.q1a."))
    area.set_value("The squares of the residuals, summed.").run()
    at.get("button_group")[0].set_value(3).run()
    monkeypatch.setattr(grading, "grade", fail)
    next(one for one in at.button if one.label == "Lock answer").click().run()
    assert not at.exception
    assert f"Your answer could not be checked, and it is not saved; it stays here. {SAID}" in texts(at)
    assert "Traceback" in caplog.text
    assert at.text_area(area.key).value == "The squares of the residuals, summed."
    with Store.open(data / "grimoire.db") as store:
        assert store.attempts(1) == []


@pytest.mark.parametrize(
    ("id", "door", "where", "what", "says"),
    [
        ("2.q1a", "exact", practice, "exact_part", "The exact part cannot be shown."),
        ("2.x1", "drill", practice, "fresh", "The drill cannot be shown."),
        ("2.x1", "drill", drills, "draw", "The drill cannot be shown."),
        ("2.x1", "ladder", ladder, "typing", "The derivation cannot be shown."),
    ],
)
def test_what_is_practised_beside_a_question_fails_alone(
    app: App, monkeypatch: pytest.MonkeyPatch, id: str, door: str, where: object, what: str, says: str
) -> None:
    kind = {"exact": lambda one: one.exact and not one.is_exercise, "drill": lambda one: one.drills}
    kind["ladder"] = lambda one: one.ladder
    entry, found = next(
        (entry, one)
        for part in curriculum()
        for entry in part.topics
        if entry.asked
        for one in load_topic(entry.slug).questions
        if kind[door](one)
    )
    monkeypatch.setattr(where, what, fail)
    at = turned(app(f"{entry.part}/{entry.slug}/page.py"), found.id)
    at.button(f"question.{found.id}.{door}.open.do").click().run()
    assert not at.exception
    assert says in texts(at)
    assert [one for one in at.button if one.label == "Lock answer"]


def test_what_streamlit_raises_to_end_or_repeat_a_run_passes() -> None:
    script = (
        "import streamlit as st\nfrom pages.widgets.shell import alone\n"
        "with alone.part('A part', 'a'):\n"
        "    if 'again' not in st.session_state:\n"
        "        st.session_state['again'] = True\n        st.rerun()\n"
        "st.text('repeated')\n"
        "with alone.part('B', 'b'):\n    st.stop()\n"
        "st.text('never')"
    )
    at = AppTest.from_string(script, default_timeout=20).run()
    assert not at.exception
    assert [one.value for one in at.text] == ["repeated"]


def test_a_press_that_fails_leaves_the_page_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    script = (
        "import streamlit as st\nfrom pages.widgets.shell import alone\n"
        "def act(number):\n    raise ZeroDivisionError('secret')\n"
        "st.button('Go', on_click=alone.press('Going', act), args=(1,))\nst.text('the rest')"
    )
    at = AppTest.from_string(script, default_timeout=20).run()
    at.button[0].click().run()
    assert not at.exception
    assert [one.value for one in at.toast] == [f"Going failed. {SAID}"]
    assert [one.value for one in at.text] == ["the rest"]
    assert "Traceback" in caplog.text


# --- places ------------------------------------------------------------------------------------------------------


def no_fsrs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take fsrs away."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "fsrs"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "fsrs", None)
    for kept in (traces._scheduler, traces.curve):
        kept.cache_clear()
        monkeypatch.setattr(traces, kept.__name__, kept.__wrapped__)


@pytest.mark.parametrize(
    ("page", "stays"),
    [
        ("places/home/page.py", "Continue reading"),
        ("places/review/page.py", "Or go on with"),
        ("places/progress/page.py", "Log of answers"),
        ("places/exam/page.py", "Seed"),
        ("places/your_data/page.py", "Backups"),
        (REGRESSION, "Question 1 of"),
    ],
)
def test_without_fsrs_every_page_goes_on_and_says_what_cannot_be_worked_out(
    app: App, filled: Path, monkeypatch: pytest.MonkeyPatch, page: str, stays: str
) -> None:
    no_fsrs(monkeypatch)
    at = app(page, learner="Ada")
    assert not at.exception
    labels = [*(one.proto.label for one in at.get("page_link")), *(one.label for one in at.get("number_input"))]
    assert stays in "\n".join([texts(at), *labels, *(one.label for one in at.button)])
    if page.partition("/")[2].partition("/")[0] in ("home", "review", "progress"):
        assert "the Python package fsrs, which cannot be loaded" in texts(at)


def test_without_fsrs_an_exam_is_not_drawn_and_says_why(
    app: App, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_fsrs(monkeypatch)
    at = app("places/exam/page.py", learner="Ada")
    at.button("exam.begin").click().run()
    assert not at.exception
    assert "the Python package fsrs" in texts(at)


PLACES = [f"places/{one}/page.py" for one in ("home", "review", "exam", "progress", "your_data")]


@pytest.mark.parametrize("place", PLACES)
def test_a_table_of_contents_that_cannot_be_read_is_told_and_ends_no_page(
    app: App, filled: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def broken() -> None:
        raise ContentError("content/curriculum.toml", "this is not TOML.", 7)

    monkeypatch.setattr(standing, "curriculum", broken)
    at = app(place, learner="Ada")
    assert not at.exception
    assert not at.error
    assert at.title
    assert "content/curriculum.toml:7: this is not TOML." in texts(at)
    assert "all that is here is read and answered" not in texts(at)
    if place.startswith("places/your_data"):
        assert [one.value for one in at.header][-2:] == ["Backups", "The file"]
        assert at.button("keeping.back-up")


@pytest.mark.parametrize("written", ["", "x = [", "parts = []", "[[part]]\nid = 'A b'", b"\xff\xfe", None])
def test_every_table_of_contents_that_cannot_be_read_is_a_content_error(tmp_path: Path, written: object) -> None:
    root = tmp_path / "content"
    root.mkdir()
    if isinstance(written, bytes):
        (root / "curriculum.toml").write_bytes(written)
    elif isinstance(written, str):
        (root / "curriculum.toml").write_text(written)
    with pytest.raises(ContentError, match=r"content/curriculum\.toml"):
        curriculum(root)
    (root / "curriculum.toml").unlink(missing_ok=True)
    (root / "curriculum.toml").mkdir()
    with pytest.raises(ContentError, match="Check that it is a file"):
        curriculum(root)


@pytest.mark.parametrize(
    ("where", "what", "says"),
    [
        (st, "segmented_control", "What you can take with you cannot be shown."),
        (bring_in, "draw", "What you can bring in cannot be shown."),
    ],
)
def test_every_part_of_your_data_fails_alone(
    app: App, monkeypatch: pytest.MonkeyPatch, where: object, what: str, says: str
) -> None:
    monkeypatch.setattr(where, what, fail)
    at = app("places/your_data/page.py")
    assert not at.exception
    assert says in texts(at)
    assert at.button("keeping.back-up")
    assert at.button("keeping.check")


# --- what is there -----------------------------------------------------------------------------------------------


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the content that the pages read."""
    root = tmp_path / "content"
    shutil.copytree(Path(__file__).parents[2] / "content", root)
    monkeypatch.setattr(standing, "curriculum", lambda: curriculum(root))
    for one in (standing, topic):
        monkeypatch.setattr(one, "load_topic", lambda slug: load_topic(slug, root))
    return root


@pytest.mark.parametrize("gone", [".toml", ".md"])
@pytest.mark.parametrize("database", ["empty", "filled"])
def test_a_topic_with_half_its_files_has_a_page_that_says_so_and_breaks_no_other(
    app: App, book: Path, gone: str, database: str, request: pytest.FixtureRequest
) -> None:
    if database == "filled":
        request.getfixturevalue("filled")
    (book / f"machine_learning/linear_regression{gone}").unlink()
    for page in (
        *PLACES,
        "machine_learning/part.py",
        "machine_learning/clustering/page.py",
    ):
        at = app(page)
        assert not at.exception, page
        assert not at.error, page
        assert "cannot be shown" not in texts(at), page
    at = app(REGRESSION)
    assert not at.exception
    file = f"content/machine_learning/linear_regression{gone}"
    assert f"This topic cannot be shown. {file}: there is no such file." in texts(at)


@pytest.mark.parametrize("gone", ["page", "part"])
def test_what_has_no_page_is_linked_from_nowhere(
    app: App, filled: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, gone: str
) -> None:
    from pages.widgets.shell import pages

    place = tmp_path / "pages"
    for part in curriculum():
        for one in part.topics:
            script = place / pages.page_of(one)
            script.parent.mkdir(parents=True)
            script.touch()
        (place / pages.page_of_part(part)).touch()
    missing = place / ("machine_learning/part.py" if gone == "part" else REGRESSION)
    missing.unlink()
    monkeypatch.setattr(pages, "PAGES", place)
    for page in (
        *PLACES,
        "deep_learning/part.py",
        "deep_learning/backpropagation/page.py",
    ):
        at = app(page, learner="Ada")
        assert not at.exception, page
        assert not at.error, page
        assert "cannot be shown" not in texts(at), page
        links = next(one.proto for one in at.get("bidi_component") if one.proto.component_name == "grimoire.sidebar")
        assert '"linear-regression"' not in links.json


def test_a_topic_that_stands_behind_one_that_cannot_be_read_is_on_the_map(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(slug: str) -> object:
        if slug in ("linear_regression", "convexity"):
            raise ContentError("content/x.toml", "is broken")
        return load_topic(slug)

    monkeypatch.setattr(standing, "load_topic", broken)
    for part in curriculum():
        at = app(f"{part.id}/part.py")
        assert not at.exception
        assert not at.error
        assert "cannot be shown" not in texts(at)


# --- the address -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.9.8.7", "localhost", "::1", "[::1]", "::ffff:127.0.0.1", "unix:///x"]
)
def test_an_address_of_this_machine_alone_opens_nothing(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address.st, "get_option", lambda _: host)
    assert address.listens() == ""


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "10.0.0.1", "8.8.8.8", "::ffff:10.0.0.1", "", None])
def test_every_other_address_is_told_at_start_and_on_your_data(
    app: App, host: str | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = st.get_option
    monkeypatch.setattr(address.st, "get_option", lambda name: host if name == "server.address" else real(name))
    address.warn()
    assert "no passwords" in caplog.text
    assert (host or "all addresses of this machine") in caplog.text
    said = texts(app("places/your_data/page.py"))
    assert "Who can open this app" in said
    assert "no passwords" in said


def test_your_data_says_nothing_of_an_address_that_is_this_machines_own(app: App) -> None:
    assert "Who can open this app" not in texts(app("places/your_data/page.py"))
