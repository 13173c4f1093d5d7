"""Pages run by AppTest on a database of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.quiz.store.store import Store
from pages.widgets.shell import standing
from pages.widgets.shell import store as page_store

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder that holds this test's database."""
    monkeypatch.setenv("GRIMOIRE_DATA", str(tmp_path))
    yield tmp_path
    page_store.close()
    for kept in (standing._looked, standing.all_questions, standing.topics):  # a test may have broken a file
        kept.clear()


@pytest.fixture
def app() -> Callable[..., AppTest]:
    """Return a function that opens the app, at a page where one is given, with query parameters."""

    def opened(page: str | None = None, **query: str) -> AppTest:
        at = AppTest.from_file(str(ROOT / "pages/router.py"), default_timeout=60)
        for name, value in query.items():
            at.query_params[name] = value
        at.run()
        return at.switch_page(page).run() if page else at

    return opened


@pytest.fixture
def filled(data: Path) -> Path:
    """Fill the database: Ada answered a few questions, one of them twice and one since undone; Ben nothing."""
    with Store.open(data / "grimoire.db") as store:
        ada = store.add_learner("Ada").id
        store.add_learner("Ben")
        answers = (
            ("2.q1a", "The sum of squared residuals.", None, 3, False),
            ("2.q1a", "Sum over all points of (y - prediction)^2.", None, 4, True),
            ("2.q2a", "(n,)", True, 2, True),
            ("2.q1b", "It fits *better*. <b>So</b>", None, 1, None),
            ("2.q2b", "=1+1", False, 4, False),
        )
        for number, (question, answer, correct, sure, recalled) in enumerate(answers):
            one = store.add_attempt(
                f"key-{number}",
                ada,
                "linear_regression",
                question,
                "f" * 16,
                answer,
                {"correct": correct},
                sure,
                number == 1,
                30.0,
                START + timedelta(days=number),
            )
            if recalled is not None:
                store.add_marks(one.id, {"points": []}, recalled)
        store.undo_last(ada)
        store.save_reading(ada, "linear_regression", "worked-example")
    return data
