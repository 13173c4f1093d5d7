"""Trained models that a learner keeps: plain arrays in a .npz file, never a pickle, beside the learners' database.

A file holds the arrays of `snapshot.weights`, and one more that says, as JSON, what they are: topic, experiment, step,
settings, and the learner's own text or table that the settings name.
"""

from __future__ import annotations

import io
import json
import os
import re
import time
import uuid
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data import Image, Table, Text
from engine.errors import DataRefused, StoreError
from engine.settings import Settings

MOST_BYTES = 64 * 2**20  # of a file's arrays, unpacked
MOST_KEPT = 200  # models of one learner
MOST_STEPS = 10**9
LONGEST_NAME = 60
ABOUT, VERSION = "about", 1
LEFT_BEHIND = 3_600.0  # seconds after which a half-written file belongs to nobody any more
DEVICES = frozenset(  # what Windows never lets a file be called, whatever its ending
    ("con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³"))
)


@dataclass(frozen=True)
class Entry:
    """A kept model's name and file, as a list shows it."""

    name: str
    path: Path
    at: datetime


@dataclass(frozen=True)
class Kept:
    """A kept model.

    Attributes:
        name: what its learner called it.
        topic, experiment: whose model it is.
        settings: what it was trained with.
        step: how far it was trained.
        arrays: the snapshot's weights by name.
    """

    name: str
    topic: str
    experiment: str
    settings: Any
    step: int
    arrays: Mapping[str, NDArray[Any]]

    def with_settings(self, changes: Mapping[str, Any]) -> Kept:
        """Return the same model with some settings changed in flight."""
        return replace(self, settings=replace(self.settings, **changes))


def keep(folder: Path, model: Kept) -> Path:
    """Write a model; an earlier one of the same name is replaced, and never half.

    Raises:
        DataRefused: if the name is empty, too long or holds signs that no file may have, or the model is too large.
        StoreError: if the folder cannot be written.
    """
    name = clean(model.name)
    if sum(array.nbytes for array in model.arrays.values()) > MOST_BYTES:
        raise DataRefused(f"The model is larger than {MOST_BYTES // 2**20} MiB, the most that is kept.")
    if ABOUT in model.arrays:
        raise ValueError(f"{ABOUT!r} is the name of the description")
    about, own = _described(model)
    packed = io.BytesIO()
    text = np.frombuffer(json.dumps(about).encode(), np.uint8)
    np.savez_compressed(packed, allow_pickle=False, **{ABOUT: text, **own, **dict(model.arrays)})
    path = folder / f"{name}.npz"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists() and len(list(folder.glob("*.npz"))) >= MOST_KEPT:
            raise DataRefused(f"There are {MOST_KEPT} kept models already. Delete one first.")
        _write(path, packed.getbuffer())
    except OSError as error:
        raise StoreError(f"The model could not be kept in {folder}: {error.strerror}. Nothing was changed.") from error
    return path


def _write(path: Path, content: memoryview) -> None:
    """Write a file whole or not at all; what is half-written goes, also what a crash left behind long ago."""
    for old in path.parent.glob("*.part"):
        if time.time() - old.stat().st_mtime > LEFT_BEHIND:
            old.unlink(missing_ok=True)
    half = path.with_name(f"{uuid.uuid4().hex}.part")
    try:
        with half.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def kept_models(folder: Path) -> list[Entry]:
    """Return what is kept in a folder, the newest first; nothing where there is no folder."""
    try:
        found = [(path, path.stat().st_mtime) for path in folder.glob("*.npz")]
    except OSError:
        return []
    found.sort(key=lambda one: -one[1])
    return [Entry(path.stem, path, datetime.fromtimestamp(at, UTC)) for path, at in found]


def open_model(path: Path, topic: str, experiment: str, settings: type[Settings]) -> Kept:
    """Read a kept model of one experiment.

    Raises:
        DataRefused: if the file is none of ours, damaged, too large, of another experiment, or its settings are no
            longer possible.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_BYTES + 2**20:
                raise DataRefused(f"{path.name} unpacks to more than {MOST_BYTES // 2**20} MiB.")
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(arrays.pop(ABOUT).tobytes())
        if (about["topic"], about["experiment"]) != (topic, experiment):
            raise DataRefused(f"{path.stem} is a model of {about['topic']}.{about['experiment']}.")
        own = {name: arrays.pop(f"own:{name}") for name in about["own"]}
        values = {**{name: _tuples(value) for name, value in about["settings"].items()}, **_own_data(about["own"], own)}
        known = {one.name for one in fields(settings)}
        chosen = settings(**{name: value for name, value in values.items() if name in known})
        if not all(array.dtype.kind in "fiu" and np.isfinite(array).all() for array in arrays.values()):
            raise DataRefused(f"{path.name} holds numbers that are not finite.")
        if type(step := about["step"]) is not int or not 0 <= step <= MOST_STEPS:
            raise DataRefused(f"{path.name} says that it was trained {step!r:.20} steps, which cannot be.")
        return Kept(path.stem, topic, experiment, chosen, step, arrays)
    except DataRefused:
        raise
    except Exception as error:  # zipfile, json and numpy raise a dozen kinds for a damaged file
        raise DataRefused(f"{path.name} is not a model that this app kept, or it is damaged.") from error


def fitted(arrays: Mapping[str, NDArray[Any]], like: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return kept arrays as a run needs them: those that `like` names, in its shapes and its types of numbers.

    Args:
        arrays: what was kept, or what somebody says was kept.
        like: arrays of a run of the same settings; their values do not matter.

    Raises:
        DataRefused: if one is missing or unknown, has another shape or kind, or holds what is not finite in that type.
    """
    said = "These are not the weights of such a network, they do not fit it"
    for name in arrays:
        if name not in like:
            raise DataRefused(f"{said}: it has no part called {name:.60}.")
    found = {}
    for name, own in like.items():
        given = np.asarray(arrays.get(name, ()))
        if given.shape == own.shape and given.dtype.kind in ("f" if own.dtype.kind == "f" else "iu"):
            with np.errstate(over="ignore"):
                cast = given.astype(own.dtype)
            if np.isfinite(cast).all() if own.dtype.kind == "f" else (cast == given).all():
                found[name] = cast
                continue
        shape = " × ".join(map(str, own.shape)) or "one of the"
        kind = "finite numbers" if own.dtype.kind == "f" else "whole numbers"
        raise DataRefused(f"{said}: {name} must hold {shape} {kind} that {own.dtype} can hold.")
    return found


def forget(path: Path) -> None:
    """Delete a kept model; one that is gone already is no error."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{path.name} could not be deleted: {error.strerror}.") from error


def clean(name: str) -> str:
    """Return a name that is fit for a file of every system.

    >>> clean("  my   poet ")
    'my poet'

    Raises:
        DataRefused: if nothing is left of it, or it cannot be a file's name.
    """
    said = " ".join(name.split())
    if not said:
        raise DataRefused("Give the model a name.")
    if len(said) > LONGEST_NAME:
        raise DataRefused(f"The name has {len(said)} characters; at most {LONGEST_NAME} are allowed.")
    if not re.fullmatch(r"\w[\w \-.,()+!]*", said) or said.endswith("."):
        raise DataRefused("A name begins with a letter or digit; it holds letters, digits, spaces and - _ . , ( ) + !")
    if (first := said.partition(".")[0].rstrip()).casefold() in DEVICES:
        raise DataRefused(f"{first} is the name of a device on Windows, and no file may have it. Choose another name.")
    return said


def _described(model: Kept) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    values = {one.name: getattr(model.settings, one.name) for one in fields(model.settings)}
    own = {name: value for name, value in values.items() if isinstance(value, (Table, Text, Image))}
    kinds: dict[str, Any] = {}
    arrays: dict[str, NDArray[Any]] = {}
    for name, value in own.items():
        if isinstance(value, Text):
            kinds[name] = {"kind": "text"}
            arrays[f"own:{name}"] = np.frombuffer(value.characters.encode("utf-8", "surrogatepass"), np.uint8)
        elif isinstance(value, Table):
            kinds[name] = {"kind": "table", "names": list(value.names)}
            arrays[f"own:{name}"] = value.values
        else:
            kinds[name] = {"kind": "image"}
            arrays[f"own:{name}"] = value.pixels
    plain = {name: value for name, value in values.items() if name not in own}
    about = {"version": VERSION, "topic": model.topic, "experiment": model.experiment, "step": model.step}
    return {**about, "settings": plain, "own": kinds}, arrays


def _own_data(kinds: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    def one(name: str) -> Any:
        match kinds[name]["kind"]:
            case "text":
                return Text(arrays[name].tobytes().decode("utf-8", "surrogatepass"))
            case "table":
                return Table(tuple(kinds[name]["names"]), arrays[name])
            case _:
                return Image(arrays[name])

    return {name: one(name) for name in kinds}


def _tuples(value: Any) -> Any:
    """Turn the lists of JSON into the tuples that settings hold."""
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
