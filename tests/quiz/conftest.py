from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.quiz.store.rows import Learner
from engine.quiz.store.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "grimoire.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path) as store:
        yield store


@pytest.fixture
def noor(store: Store) -> Learner:
    return store.add_learner("Noor")
