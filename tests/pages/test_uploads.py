"""Uploads: one figure for how much is taken, and a bound on what is kept of what came."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from engine.own_image import MOST_BYTES as IMAGE
from engine.own_table import MOST_BYTES as TABLE
from engine.own_text import MOST_BYTES as TEXT
from engine.quiz.store import MOST_BYTES
from pages.widgets.shell import uploads

ROOT = Path(__file__).parents[2]


def test_the_server_lets_through_what_pages_offer_and_no_more() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["server"]["maxUploadSize"] << 20 == MOST_BYTES
    assert max(TABLE, IMAGE, TEXT) <= MOST_BYTES


@pytest.mark.parametrize(("server", "said"), [(5, 5), (128, 128), (4_000, MOST_BYTES >> 20)])
def test_a_server_that_is_started_with_another_figure_is_believed(
    monkeypatch: pytest.MonkeyPatch, server: int, said: int
) -> None:
    monkeypatch.setattr(uploads.st, "get_option", {"server.maxUploadSize": server}.__getitem__)
    assert uploads.largest_upload() == said


class Kept:
    """A server's files, of which each is a number of bytes; they arrive one by one, and room is made."""

    def __init__(self) -> None:
        self.files = MemoryUploadedFileManager("/upload")
        self.count = 0

    def arrive(self, session: str, size: int, most: int = 10**9) -> str:
        self.count += 1
        name = f"file {self.count}"
        self.files.add_file(session, UploadedFileRec(name, name, "text/plain", bytes(size)))
        uploads.make_room(self.files, session, name, most)
        return name

    def left(self, session: str) -> list[str]:
        return [*self.files.file_storage.get(session, {})]

    @property
    def size(self) -> int:
        return sum(len(file.data) for files in self.files.file_storage.values() for file in files.values())


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    monkeypatch.setattr(uploads, "MOST_BESIDE", 100)
    monkeypatch.setattr(uploads, "MOST_FILES", 8)
    return Kept()


def test_a_session_keeps_its_newest_files(kept: Kept) -> None:
    names = [kept.arrive("a", 30) for _ in range(60)]
    assert kept.left("a") == names[-4:]  # three beside the newest
    assert kept.size == 120


def test_the_newest_file_stays_however_large(kept: Kept) -> None:
    first = kept.arrive("a", 100)
    large = kept.arrive("a", 5_000)
    assert kept.left("a") == [first, large]
    last = kept.arrive("a", 1)
    assert kept.left("a") == [last], "the large one is an old one now"


def test_files_of_no_size_are_counted(kept: Kept) -> None:
    for _ in range(60):
        kept.arrive("a", 0)
    assert len(kept.left("a")) == 8


def test_sessions_together_are_bounded_and_the_largest_pays(kept: Kept) -> None:
    mine = kept.arrive("mine", 20)
    for number in range(30):
        name = kept.arrive(f"other {number % 3}", 90, most=300)
        assert kept.left(f"other {number % 3}")[-1] == name
        assert kept.size <= 300
    assert kept.left("mine") == [mine]


def test_a_file_larger_than_all_together_stays_alone(kept: Kept) -> None:
    kept.arrive("a", 50)
    large = kept.arrive("b", 500, most=300)
    assert (kept.left("a"), kept.left("b")) == ([], [large])
