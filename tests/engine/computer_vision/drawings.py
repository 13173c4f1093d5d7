"""Digits drawn by a pen of our own: polylines in several ways of writing, shaky, slanted, of any size and place.

None of these shapes was looked at while the network was trained; how many of them it reads is what a pad can promise.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.data import Floats

Strokes = list[Floats]


def line(*points: tuple[float, float]) -> Floats:
    return np.array(points, dtype=float)


def arc(x: float, y: float, wide: float, tall: float, start: float, end: float, points: int = 24) -> Floats:
    """An arc of an ellipse; degrees, 0 to the right and 90 downwards."""
    angle = np.radians(np.linspace(start, end, points))
    return np.stack([x + wide * np.cos(angle), y + tall * np.sin(angle)], axis=1)


def joined(*parts: Floats) -> Floats:
    return np.concatenate(parts)


# each digit in its ways, each way a list of strokes in the unit square, y downwards
WAYS: dict[int, list[Strokes]] = {
    0: [[arc(0.5, 0.5, 0.33, 0.5, -90, 270)], [arc(0.5, 0.5, 0.42, 0.48, -60, 300)]],
    1: [
        [line((0.5, 0), (0.5, 1))],
        [line((0.25, 0.25), (0.55, 0), (0.55, 1))],
        [line((0.25, 0.25), (0.55, 0), (0.55, 1)), line((0.2, 1), (0.85, 1))],
    ],
    2: [
        [joined(arc(0.5, 0.28, 0.33, 0.28, -170, 40), line((0.1, 1), (0.9, 1)))],
        [joined(arc(0.5, 0.28, 0.35, 0.28, -160, 60), line((0.3, 0.8), (0.12, 0.98), (0.3, 0.9), (0.6, 1), (0.9, 1)))],
    ],
    3: [
        [joined(arc(0.45, 0.26, 0.35, 0.26, -150, 90), arc(0.45, 0.75, 0.4, 0.25, -90, 150))],
        [joined(line((0.1, 0.02), (0.8, 0.02), (0.42, 0.4)), arc(0.45, 0.7, 0.4, 0.3, -85, 150))],
    ],
    4: [
        [line((0.55, 0), (0.1, 0.62), (0.9, 0.62)), line((0.68, 0.3), (0.68, 1))],
        [line((0.15, 0), (0.12, 0.5), (0.85, 0.5)), line((0.75, 0), (0.75, 1))],
        [line((0.7, 1), (0.7, 0), (0.08, 0.65), (0.92, 0.65))],
    ],
    5: [
        [joined(line((0.85, 0), (0.2, 0), (0.18, 0.45)), arc(0.45, 0.68, 0.38, 0.31, -130, 140))],
        [joined(line((0.2, 0.02), (0.18, 0.42)), arc(0.45, 0.68, 0.38, 0.31, -130, 140)), line((0.2, 0.02), (0.85, 0))],
    ],
    6: [
        [joined(line((0.75, 0), (0.4, 0.25), (0.18, 0.6)), arc(0.5, 0.72, 0.33, 0.28, 180, -180))],
        [joined(arc(0.9, 0.6, 0.75, 0.6, -100, -180), arc(0.5, 0.7, 0.35, 0.3, 180, -170))],
    ],
    7: [
        [line((0.1, 0.03), (0.88, 0.03), (0.4, 1))],
        [line((0.1, 0.03), (0.88, 0.03), (0.4, 1)), line((0.3, 0.5), (0.85, 0.5))],
        [line((0.1, 0.18), (0.12, 0.03), (0.88, 0.03), (0.5, 0.5), (0.42, 1))],
    ],
    8: [
        [joined(arc(0.5, 0.25, 0.3, 0.25, 90, -270), arc(0.5, 0.75, 0.38, 0.25, -90, 270))],
        [
            joined(
                arc(0.5, 0.25, 0.3, 0.24, -40, -240),
                line((0.75, 0.62)),
                arc(0.5, 0.76, 0.32, 0.24, -20, 180),
                line((0.3, 0.6), (0.75, 0.12)),
            )
        ],
    ],
    9: [
        [joined(arc(0.48, 0.28, 0.34, 0.28, 0, -360), line((0.82, 0.28), (0.78, 1)))],
        [joined(arc(0.48, 0.28, 0.34, 0.28, -20, -340), line((0.82, 0.4)), arc(0.45, 0.65, 0.37, 0.35, 0, 130))],
    ],
}


def draw(rng: np.random.Generator, digit: int) -> Sequence[Sequence[tuple[float, float]]]:
    """Draw a digit somewhere on a pad of side 1, in one of its ways, as an unsteady hand does."""
    ways = WAYS[digit]
    tall, narrow = rng.uniform(0.35, 0.9), rng.uniform(0.55, 0.95)
    slant, turn, phase = rng.normal(0, 0.12), rng.normal(0, 0.06), rng.uniform(0, 6.28, 2)
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    place = tall * turned @ np.array([[narrow, -slant], [0, 1]])
    strokes = []
    for corners in ways[rng.integers(len(ways))]:
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
        stops = np.linspace(0, along[-1], max(3, int(along[-1] / 0.03)))
        path = np.stack([np.interp(stops, along, corners[:, axis]) for axis in (0, 1)], axis=1)
        shaky = 0.03 * np.sin(4 * path[:, ::-1] + phase) + rng.normal(0, 0.006, path.shape) + rng.normal(0, 0.02, 2)
        strokes.append((path + shaky - 0.5) @ place.T)
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    at = rng.uniform(0.02 - low, np.maximum(0.98 - high, 0.021 - low))
    return [list(map(tuple, stroke + at)) for stroke in strokes]


def many(seed: int, each: int) -> tuple[list[Sequence[Sequence[tuple[float, float]]]], Floats]:
    """Return `each` drawings of every digit, and the digits."""
    rng = np.random.default_rng(seed)
    digits = np.repeat(np.arange(10), each)
    return [draw(rng, int(digit)) for digit in digits], digits
