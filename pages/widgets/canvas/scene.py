"""Scenes: what a canvas shows. Layers of marks, lines, words, heat maps and photographs, in frames, packed as bytes.

The player (player.py) plays a scene's frames; panels (panels.py) stand still and are drawn anew ten times a second.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pages.widgets.canvas.packing import colour_levels, packed

NO_GROUP = 255  # a mark of no group: ink, and a plain circle
MOST_GROUPS = 64  # as many as have a look of their own: 8 colours x 8 shapes


@dataclass(frozen=True, eq=False)
class Dots:
    """Marks at (x, y), each of a group: colour and shape both say which.

    Attributes:
        x, y: (n,) positions in data units.
        group: (n,) whole numbers, one for all, or None; -1 is "no group".
        size: radius in CSS pixels.
        shape: "circle" lets the group choose the shape; "cross" is the large sign of a centre.
        tween: whether the marks glide to the places that the next frame gives the same number of marks.
    """

    x: ArrayLike
    y: ArrayLike
    group: ArrayLike | None = None
    size: float = 5.0
    shape: Literal["circle", "cross", "diamond", "square"] = "circle"
    tween: bool = False


@dataclass(frozen=True, eq=False)
class Lines:
    """Straight segments from (x0, y0) to (x1, y1); those that join end to end are drawn as one curve.

    Attributes:
        x0, y0, x1, y1: (n,) ends in data units.
        group: (n,) whole numbers, one for all, or None; a group has its colour, and its dashes unless there are many.
        width: in CSS pixels.
        tween: as for Dots.
        heads: whether each line, or each curve, ends in an arrowhead.
    """

    x0: ArrayLike
    y0: ArrayLike
    x1: ArrayLike
    y1: ArrayLike
    group: ArrayLike | None = None
    width: float = 1.5
    tween: bool = False
    heads: bool = False

    @classmethod
    def between(cls, ends: ArrayLike, group: ArrayLike | None = None, width: float = 1.5, heads: bool = False) -> Lines:
        """Return the segments whose ends are the rows (x0, y0, x1, y1) of `ends`, shape (n, 4)."""
        x0, y0, x1, y1 = np.asarray(ends, dtype=float).reshape(-1, 4).T
        return cls(x0, y0, x1, y1, group, width, heads=heads)


@dataclass(frozen=True, eq=False)
class Words:
    """Short texts centred at (x, y), data units, in the plot's own letters."""

    x: ArrayLike
    y: ArrayLike
    texts: Sequence[str]


@dataclass(frozen=True, eq=False)
class Cells:
    """A heat map that fills the ranges of the axes.

    Attributes:
        values: (r, c); row 0 lies where y is lowest, column 0 where x is, so y_range = (r, 0) puts row 0 at the
            top, as a matrix is read. NaN leaves a cell empty.
        low, high: the values of the palest and the deepest colour; low = -high gives two colours that part at zero.
    """

    values: ArrayLike
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Photo:
    """A photograph that fills the ranges of the axes, as Cells does, in its own colours in every theme.

    Attributes:
        pixels: (h, w) grey or (h, w, 3) red, green and blue, bytes 0 ... 255; row 0 lies where y is lowest.
    """

    pixels: ArrayLike


@dataclass(frozen=True, eq=False)
class Bars:
    """Filled rectangles with corners (x0, y0) and (x1, y1): a histogram's bars, a band across a plot.

    Attributes:
        x0, y0, x1, y1: (n,) in data units.
        group: (n,) whole numbers, one for all, or None.
        pale: whether they stay behind what is drawn over them: a band, not a bar.
    """

    x0: ArrayLike
    y0: ArrayLike
    x1: ArrayLike
    y1: ArrayLike
    group: ArrayLike | None = None
    pale: bool = False


@dataclass(frozen=True, eq=False)
class Area:
    """What lies between two curves over x, pale: a spread over seeds.

    Attributes:
        x, low, high: (n,) in data units.
        group: a whole number, or None.
    """

    x: ArrayLike
    low: ArrayLike
    high: ArrayLike
    group: int | None = None


Layer = Dots | Lines | Words | Cells | Photo | Bars | Area
Marks = Literal["numbers", "whole", "log"] | Sequence[str]  # of an axis


@dataclass(frozen=True, eq=False)
class Frame:
    """One moment of a run: what is drawn (later layers on top), a sentence about it, and a number to follow."""

    layers: Sequence[Layer]
    says: str = ""
    value: float | None = None


@dataclass(frozen=True, eq=False)
class Scene:
    """A run as the player shows it.

    Attributes:
        frames: one or more, in order.
        fixed: layers under every frame.
        x_label, y_label: what the axes measure, with units.
        x_range, y_range: the ends of the axes; either may run backwards.
        value_label: what Frame.value is; the chart under the plot is left out where no frame has a value.
        equal: one unit is as long on both axes; the looser axis is widened (with cells, the plot is made smaller).
        title: over the plot, in panels.
        legend: the names of groups 0, 1, ...; under the title, in panels.
        axes: whether axes are drawn; a network or a small picture needs none.
        x_marks, y_marks: what stands along an axis: numbers, whole numbers only, powers of ten (the values drawn are
            logarithms to base ten), or the names of 0, 1, 2, ...
    """

    frames: Sequence[Frame]
    fixed: Sequence[Layer] = ()
    x_label: str = field(kw_only=True)
    y_label: str = field(kw_only=True)
    x_range: tuple[float, float] = field(kw_only=True)
    y_range: tuple[float, float] = field(kw_only=True)
    value_label: str = ""
    equal: bool = False
    title: str = ""
    legend: Sequence[str] = ()
    axes: bool = True
    x_marks: Marks = "numbers"
    y_marks: Marks = "numbers"

    @cached_property
    def packed(self) -> tuple[str, bytes]:
        """The scene's id (a hash of all that is drawn) and its bytes: a JSON header, then the arrays.

        Raises:
            ValueError: if there are no frames, or a layer's arrays differ in length.
        """
        if not self.frames:
            raise ValueError("A scene needs at least one frame.")
        pack = _Pack()
        header = {
            "x": {"label": self.x_label, "range": _range(self.x_range), "marks": _marks(self.x_marks)},
            "y": {"label": self.y_label, "range": _range(self.y_range), "marks": _marks(self.y_marks)},
            "equal": bool(self.equal),
            "value": self.value_label,
            "title": self.title,
            "legend": list(self.legend),
            "axes": bool(self.axes),
            "fixed": [pack.layer(layer) for layer in self.fixed],
            "frames": [[pack.layer(layer) for layer in frame.layers] for frame in self.frames],
            "says": [frame.says for frame in self.frames],
            "values": [_finite(frame.value) for frame in self.frames],
            "layers": pack.layers,
            "arrays": pack.places,
        }
        body = packed(header, pack.parts)
        return hashlib.blake2b(body, digest_size=8).hexdigest(), body


class _Pack:
    """Collects arrays and layers, each distinct one once."""

    def __init__(self) -> None:
        self.layers: list[dict[str, Any]] = []
        self.places: list[tuple[str, int, int]] = []  # (type, byte offset, length)
        self.parts: list[bytes] = []
        self._size = 0
        self._arrays: dict[tuple[str, bytes], int] = {}
        self._layers: dict[str, int] = {}
        self._seen: dict[int, tuple[Layer, int]] = {}  # holds the layer, so that its id cannot be used again

    def layer(self, layer: Layer) -> int:
        """Return the number under which the browser finds this layer."""
        if id(layer) not in self._seen:
            entry = self._entry(layer)
            name = json.dumps(entry, allow_nan=False)
            if name not in self._layers:
                self._layers[name] = len(self.layers)
                self.layers.append(entry)
            self._seen[id(layer)] = (layer, self._layers[name])
        return self._seen[id(layer)][1]

    def _entry(self, layer: Layer) -> dict[str, Any]:
        match layer:
            case Dots():
                at = self._coordinates(layer, "x", "y")
                look = {"size": float(layer.size), "shape": layer.shape, "tween": bool(layer.tween)}
                return {"kind": "dots", "at": at, "group": self._group(layer.group, self._length(at)), **look}
            case Lines():
                at = self._coordinates(layer, "x0", "y0", "x1", "y1")
                look = {"width": float(layer.width), "tween": bool(layer.tween), "heads": bool(layer.heads)}
                return {"kind": "lines", "at": at, "group": self._group(layer.group, self._length(at)), **look}
            case Bars():
                at = self._coordinates(layer, "x0", "y0", "x1", "y1")
                group = self._group(layer.group, self._length(at))
                return {"kind": "bars", "at": at, "group": group, "pale": bool(layer.pale)}
            case Area():
                at = self._coordinates(layer, "x", "low", "high")
                return {"kind": "area", "at": at, "group": self._group(layer.group, 1)}
            case Words():
                at = self._coordinates(layer, "x", "y")
                if len(layer.texts) != self._length(at):
                    raise ValueError(f"Words has {self._length(at)} places and {len(layer.texts)} texts.")
                return {"kind": "words", "at": at, "texts": [str(text) for text in layer.texts]}
            case Cells():
                values = np.atleast_2d(np.asarray(layer.values, dtype=float))
                levels = self._array(colour_levels(values, layer.low, layer.high))
                ends = {"low": float(layer.low), "high": float(layer.high)}
                return {"kind": "cells", "levels": levels, "rows": values.shape[0], "columns": values.shape[1], **ends}
            case Photo():
                pixels = np.asarray(layer.pixels, dtype="u1")
                if pixels.ndim not in (2, 3) or pixels.shape[2:] not in ((), (3,)):
                    raise ValueError(f"A photo has shape (h, w) or (h, w, 3), got {pixels.shape}.")
                size = {"rows": pixels.shape[0], "columns": pixels.shape[1], "channels": 1 if pixels.ndim == 2 else 3}
                return {"kind": "photo", "levels": self._array(np.ascontiguousarray(pixels)), **size}

    def _coordinates(self, layer: Layer, *names: str) -> list[int]:
        with np.errstate(over="ignore"):  # what single precision cannot hold lies far outside every plot
            arrays = [np.asarray(getattr(layer, name), dtype="<f4").ravel() for name in names]
        if len({len(array) for array in arrays}) > 1:
            sizes = ", ".join(f"{name} {len(array)}" for name, array in zip(names, arrays, strict=True))
            raise ValueError(f"{type(layer).__name__} needs arrays of one length, got {sizes}.")
        return [self._array(array) for array in arrays]

    def _length(self, at: list[int]) -> int:
        return self.places[at[0]][2]

    def _group(self, group: ArrayLike | None, length: int) -> int | None:
        if group is None:
            return None
        numbers = np.broadcast_to(np.asarray(group).astype(int), (length,))
        return self._array(np.where(numbers < 0, NO_GROUP, numbers % MOST_GROUPS).astype("u1"))

    def _array(self, array: NDArray[Any]) -> int:
        data = array.tobytes()
        name = (array.dtype.str, hashlib.blake2b(data, digest_size=16).digest())
        if name not in self._arrays:
            self._arrays[name] = len(self.places)
            self.places.append((array.dtype.str[1:], self._size, array.size))
            self.parts.append(data + b"\0" * (-len(data) % 4))
            self._size += len(self.parts[-1])
        return self._arrays[name]


def _range(ends: tuple[float, float]) -> list[float]:
    low, high = float(ends[0]), float(ends[1])
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError(f"An axis needs finite ends, got {low} and {high}.")
    return [low, high] if low != high else [low - 0.5, high + 0.5]


def _marks(marks: Marks) -> str | list[str]:
    return marks if isinstance(marks, str) else [str(name) for name in marks]


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
