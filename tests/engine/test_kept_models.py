"""Kept models: what goes in comes out; a hostile or damaged file is refused in words and never unpickled."""

from __future__ import annotations

import errno
import io
import json
import os
import pickle
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import Table, Text
from engine.errors import DataRefused, StoreError
from engine.kept_models import LEFT_BEHIND, MOST_KEPT, Kept, clean, forget, keep, kept_models, open_model
from engine.settings import Number, OwnTable, OwnText, Rows, Settings, Whole


@dataclass(frozen=True)
class Poet(Settings):
    rate: Annotated[float, Number(0, 1, says="rate")] = 0.5
    layers: Annotated[int, Whole(1, 4, says="layers")] = 2
    edits: Annotated[tuple[tuple[float, ...], ...], Rows(2, -9, 9, 5, says="edits")] = ()
    text: Annotated[Text | None, OwnText(says="text", when=(("layers", (4,)),))] = None
    table: Annotated[Table | None, OwnTable(says="table", when=(("layers", (4,)),))] = None


def model(name: str = "my poet", settings: Poet | None = None, **arrays: np.ndarray) -> Kept:
    return Kept(name, "transformers", "tiny", settings or Poet(), 250, arrays or {"W": np.eye(3, dtype=np.float32)})


def reopened(path: Path) -> Kept:
    return open_model(path, "transformers", "tiny", Poet)


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    settings = Poet(0.25, 3, ((1.0, 2.0), (3.0, 4.5)), Text("Ein Rätsel\n\ud800"), Table(("a", "b"), np.ones((3, 2))))
    arrays = {"W1": np.random.default_rng(1).normal(size=(4, 5)), "codes": np.array([97, 98], np.int32)}
    path = keep(tmp_path / "new" / "folder", model("my poet", settings, **arrays))
    found = reopened(path)
    assert (found.name, found.step, found.settings) == ("my poet", 250, settings)
    assert found.arrays.keys() == arrays.keys()
    for name, array in arrays.items():
        assert np.array_equal(found.arrays[name], array)
        assert found.arrays[name].dtype == array.dtype


def test_the_same_name_replaces_and_nothing_half_written_stays(tmp_path: Path) -> None:
    keep(tmp_path, model(W=np.zeros(3)))
    keep(tmp_path, model(W=np.ones(3)))
    (one,) = kept_models(tmp_path)
    assert np.array_equal(reopened(one.path).arrays["W"], np.ones(3))
    assert [path.name for path in tmp_path.iterdir()] == ["my poet.npz"]


def test_the_newest_stands_first_and_forgetting_twice_is_no_error(tmp_path: Path) -> None:
    for age, name in enumerate(("old", "older", "oldest")):
        os.utime(keep(tmp_path, model(name)), (1e9 - age, 1e9 - age))
    assert [one.name for one in kept_models(tmp_path)] == ["old", "older", "oldest"]
    first = kept_models(tmp_path)[0]
    forget(first.path)
    forget(first.path)
    assert [one.name for one in kept_models(tmp_path)] == ["older", "oldest"]
    assert kept_models(tmp_path / "nowhere") == []


@pytest.mark.parametrize("name", ["", "   ", "../up", "a/b", "a\\b", ".hidden", "a:b", "x" * 61, "nul\0", "end."])
def test_a_name_that_no_file_may_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataRefused):
        keep(tmp_path, model(name))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["con", "CON", "Nul", "prn", "aux", "COM1", "com9", "lpt3", "LPT0", "COM¹", "lpt³", "con.poet", "nul .x"]
)
def test_the_name_of_a_device_is_the_name_of_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataRefused, match="a device on Windows, and no file may have it"):
        keep(tmp_path, model(name))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["console", "con artist", "COM10", "com", "null", "lpt", "my con", "auxiliary.1"])
def test_a_name_that_only_begins_like_a_device_is_allowed(name: str) -> None:
    assert clean(name) == name


@given(st.text(max_size=80))
def test_a_clean_name_stays_in_its_folder(name: str) -> None:
    try:
        said = clean(name)
    except DataRefused:
        return
    assert Path(said).name == said
    assert clean(said) == said


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (tmp_path / "exploded",))

    good = keep(tmp_path, model())
    packed = io.BytesIO()
    np.lib.format.write_array(packed, np.array([Bomb()], dtype=object))
    with zipfile.ZipFile(good, "a") as archive:
        archive.writestr("evil.npy", packed.getvalue())
    (tmp_path / "raw.npz").write_bytes(pickle.dumps(Bomb()))
    for path in (good, tmp_path / "raw.npz"):
        with pytest.raises(DataRefused):
            reopened(path)
    assert not (tmp_path / "exploded").exists()


def changed(path: Path, **about: object) -> Path:
    """Write a kept model's description anew with other values."""
    with np.load(path) as file:
        arrays = dict(file)
    said = json.loads(arrays["about"].tobytes()) | about
    arrays["about"] = np.frombuffer(json.dumps(said).encode(), np.uint8)
    np.savez(path, **arrays)
    return path


def test_a_foreign_or_damaged_file_is_refused_in_words(tmp_path: Path) -> None:
    good = keep(tmp_path, model()).read_bytes()
    for name, data in {"empty": b"", "text": b"a shopping list", "half": good[: len(good) // 2]}.items():
        (tmp_path / f"{name}.npz").write_bytes(data)
        with pytest.raises(DataRefused, match=f"{name}.npz is not a model"):
            reopened(tmp_path / f"{name}.npz")
    with pytest.raises(DataRefused, match=r"is a model of clustering\.tiny"):
        reopened(changed(keep(tmp_path, model("other")), topic="clustering"))
    with pytest.raises(DataRefused, match="not a model"):
        reopened(changed(keep(tmp_path, model("rate")), settings={"rate": 7}))
    with pytest.raises(DataRefused, match="not finite"):
        reopened(keep(tmp_path, model("nan", W=np.array([np.nan]))))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("W.npy", bytes(80 * 2**20))
    with pytest.raises(DataRefused, match="unpacks to more"):
        reopened(path)


def test_too_large_and_too_many_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataRefused, match="larger than 64 MiB"):
        keep(tmp_path, model(W=np.zeros(9 * 2**20)))
    for number in range(MOST_KEPT):
        (tmp_path / f"{number}.npz").touch()
    with pytest.raises(DataRefused, match="200 kept models"):
        keep(tmp_path, model())


def full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("when", ["written", "flushed to the disk", "named"])
def test_a_full_disk_leaves_nothing_behind_and_the_earlier_model_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    earlier = keep(tmp_path, model()).read_bytes()

    class Full(io.BufferedWriter):
        def write(self, data: object) -> int:
            super().write(bytes(data)[:20])  # type: ignore[call-overload]
            full_disk()
            raise AssertionError

    with monkeypatch.context() as disk:
        if when == "written":
            disk.setattr(Path, "open", lambda path, mode: Full(io.FileIO(path, mode.replace("b", ""))))
        else:
            disk.setattr(*((os, "fsync") if when.startswith("flushed") else (Path, "replace")), full_disk)
        with pytest.raises(StoreError, match=r"No space left on device\. Nothing was changed\."):
            keep(tmp_path, model(W=np.ones(5)))
        with pytest.raises(StoreError, match="No space left"):
            keep(tmp_path, model("another"))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"my poet.npz": earlier}


def test_what_a_crash_left_half_written_goes_with_the_next_model(tmp_path: Path) -> None:
    for name, age in (("crashed.part", 2 * LEFT_BEHIND), ("at work.part", 1.0)):
        (tmp_path / name).write_bytes(b"half")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    keep(tmp_path, model())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["at work.part", "my poet.npz"]


@pytest.mark.parametrize("step", [-1, 2.5, "7", True, None, 10**30])
def test_a_step_that_cannot_be_is_refused(tmp_path: Path, step: object) -> None:
    with pytest.raises(DataRefused, match="which cannot be"):
        reopened(changed(keep(tmp_path, model()), step=step))


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where a folder should be")
    with pytest.raises(StoreError, match="could not be kept"):
        keep(tmp_path / "models", model())
