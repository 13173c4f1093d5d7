"""Data that experiments run on: the table, real sets that scikit-learn bundles, and seeded generators.

The learner's own table is read by engine/own_table."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataRefused

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
MOST_ROWS = 20_000
MOST_COLUMNS = 50


@dataclass(frozen=True, eq=False)
class Table:
    """Named columns of finite numbers. Equal tables have equal digests, so a table can be a setting and a cache key.

    Attributes:
        names: the columns' names, n of them, all different.
        values: shape (m, n), a read-only copy of what was given.
        digest: a fingerprint of names and values; what was left out and the notes are not part of it.
        left_out: the columns of a learner's file that are not in the table, each with the reason: "species (text)".
        notes: what else of that file was read in a way of its own: "row 1 taken for a title", "price in $".

    Raises:
        ValueError: if the names do not fit the values, repeat, or a value is not finite.
    """

    names: tuple[str, ...]
    values: Floats
    digest: str = field(init=False)
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        values = np.array(self.values, dtype=np.float64, order="C") + 0.0  # + 0.0: -0.0 equals 0.0, so must its bytes
        if values.ndim != 2 or values.shape[1] != len(self.names):
            raise ValueError(f"{len(self.names)} names need values of shape (m, {len(self.names)}), got {values.shape}")
        if len(set(self.names)) != len(self.names):
            raise ValueError(f"names must all be different, got {self.names}")
        if not np.isfinite(values).all():
            raise ValueError("values must be finite")
        values.setflags(write=False)
        object.__setattr__(self, "values", values)
        print_of = hashlib.sha256(repr((self.names, values.shape)).encode() + values.tobytes())
        object.__setattr__(self, "digest", print_of.hexdigest())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self) -> tuple[Any, ...]:
        # numpy forgets on unpickling that an array was read-only, and caches pickle; the constructor locks it again.
        return Table, (self.names, self.values, self.left_out, self.notes)

    def column(self, name: str) -> Floats:
        """Return a copy of the column called `name`, shape (m,).

        Raises:
            engine.errors.DataRefused: if there is none; the sentence lists the names.
        """
        return self.columns((name,))[:, 0]

    def columns(self, names: Sequence[str]) -> Floats:
        """Return a copy of the columns called `names`, in that order, shape (m, len(names)).

        Raises:
            engine.errors.DataRefused: if one of them does not exist; the sentence lists the names.
        """
        for name in names:
            if name not in self.names:
                raise DataRefused(f"There is no column '{name:.60}'; the table has {', '.join(self.names)}.")
        return np.take(self.values, [self.names.index(name) for name in names], axis=1)


@dataclass(frozen=True)
class Text:
    """A learner's own text: what was read, in order, nothing added. A string, so that it can be a setting."""

    characters: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.characters.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, eq=False)
class Image:
    """A learner's own image. Equal images have equal digests, so an image can be a setting and a cache key.

    Attributes:
        pixels: shape (h, w) for grey or (h, w, 3) for red, green and blue; bytes 0 ... 255, read-only.
        digest: a fingerprint of shape and pixels.

    Raises:
        ValueError: if the shape is none of these.
    """

    pixels: NDArray[np.uint8]
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        pixels = np.array(self.pixels, dtype=np.uint8, order="C")
        if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] != 3) or 0 in pixels.shape:
            raise ValueError(f"pixels must have shape (h, w) or (h, w, 3), got {pixels.shape}")
        pixels.setflags(write=False)
        object.__setattr__(self, "pixels", pixels)
        print_of = hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes())
        object.__setattr__(self, "digest", print_of.hexdigest())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Image) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self) -> tuple[Any, ...]:
        return Image, (self.pixels,)
