"""Pictures of the experiment transformers.attend."""

from __future__ import annotations

import numpy as np

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.transformers.attend import BY_HAND, WORDS, AttendOutcome, AttendSettings
from pages.widgets.canvas.scene import Dots, Frame, Lines, Scene, Words
from pages.widgets.canvas.view import Board, Part, Picture, Row, Sheet, Table, Tabs, Text
from pages.widgets.figures.heat import heat
from pages.widgets.figures.lines import ends

SIGNS = ("●", "■", "▲")  # the shapes of the first three groups
REACHES = (5.0, 12.0)
NAMES = {"W_q": "W_Q", "W_k": "W_K", "W_v": "W_V"}


def view(settings: AttendSettings, run: Run[AttendOutcome]) -> list[Part]:
    """The words to drag, what each takes home of the values, and the numbers on the way there."""
    found = run.outcome
    reach = next(edge for edge in REACHES if np.abs(found.X).max() <= 0.9 * edge)
    words = tuple(map(tuple, found.X.tolist()))
    board = Board(
        "first number",
        "second number",
        (-reach, reach),
        (-reach, reach),
        words,
        sets_points="vectors",
        most_points=3,
        point_name="word",
        groups=(0, 1, 2),
        height=215,
    )
    said = "  ".join(f"{sign} {word}" for sign, word in zip(SIGNS, WORDS, strict=True))
    divided = " ÷ √2" if settings.scaled else ""
    weights = "Weights, softmax of each row" if settings.normalised else "Weights: the scores themselves"
    sums = ", ".join(f"{one:.3g}" for one in found.weights.sum(axis=1))
    tables = Row(
        [
            Picture(table(found.scores, f"Scores, query · key{divided}"), height=130),
            Picture(table(found.weights, weights), height=130),
        ]
    )
    return [
        Row([[Text(f"The words:  {said}"), board], [Text("What each of them takes home"), Picture(taken(found), 264)]]),
        Tabs(
            {
                "Scores and weights": [tables, Text(f"The weights of the three rows sum to {sums}.")],
                "Queries, keys, values": [vectors(found)],
                "Type the numbers": numbers(settings, found),
            }
        ),
    ]


def taken(found: AttendOutcome) -> Scene:
    """Picture the values, small, and the outputs, large and crossed: means, so they lie between the values."""
    both = np.concatenate([found.V, found.outputs])
    x, y = (ends(both[:, i], 0.2) for i in (0, 1))
    places = apart(np.concatenate([found.outputs, found.V]), x, 0.085 * (y[1] - y[0]))
    names = [f"{word} takes" for word in WORDS] + [f"value of {word}" for word in WORDS]
    corners, group = np.roll(found.V, -1, axis=0), np.arange(3)
    said = "; ".join(
        f"{word} has the value {pair(value)} and takes {pair(output)}"
        for word, value, output in zip(WORDS, found.V, found.outputs, strict=True)
    )
    return Scene(
        [
            Frame(
                [
                    Lines.between(np.hstack([found.V, corners]), width=1.0),
                    Dots(found.outputs[:, 0], found.outputs[:, 1], group, 5, "cross"),
                    Dots(found.V[:, 0], found.V[:, 1], group, 4),
                    Words(places[:, 0], places[:, 1], names),
                ],
                said,
            )
        ],
        x_label="first number",
        y_label="second number",
        x_range=x,
        y_range=y,
    )


def apart(marks: Floats, x_range: tuple[float, float], tall: float) -> Floats:
    """Return a place for the name of each mark, (n, 2), that covers no other name and, if there is one, no mark."""
    low, high = x_range
    wide, middle = 0.3 * (high - low), (low + high) / 2  # of a name
    found: list[tuple[float, float]] = []
    for x, y in marks.tolist():
        ways = [(x, y + tall), (x, y - tall), (x + 0.65 * wide, y), (x - 0.65 * wide, y)]
        ways += [(x, y + 2 * tall), (x, y - 2 * tall), (x, y + 3 * tall), (x, y - 3 * tall)]
        covered = [[abs(a - p) < wide and abs(b - q) < 0.9 * tall for p, q in found] for a, b in ways]
        on = [[abs(a - p) < 0.6 * wide and abs(b - q) < 0.8 * tall for p, q in marks] for a, b in ways]
        cut = [abs(a - middle) > 0.36 * (high - low) for a, _ in ways]
        best = min(range(len(ways)), key=lambda k: (sum(covered[k]) + cut[k], sum(on[k]), k))
        found.append(ways[best])
    return np.array(found)


def table(values: Floats, title: str) -> Scene:
    """Picture a number for each pair of words: the row asks, the column answers."""
    rows = (f"{word}: {', '.join(f'{one:.2f}' for one in row)}" for word, row in zip(WORDS, values, strict=True))
    return heat(values, WORDS, WORDS, column_label="key", row_label="query", title=title, says="; ".join(rows))


def vectors(found: AttendOutcome) -> Table:
    """Return output, query, key and value of each word."""
    columns = (found.outputs, found.Q, found.K, found.V)
    rows = [(word, *(pair(one[i]) for one in columns)) for i, word in enumerate(WORDS)]
    return Table(("word", "output", "query", "key", "value"), rows)


def numbers(settings: AttendSettings, found: AttendOutcome) -> list[Part]:
    """Return the words' vectors to type in, and the projections, which are read only where they were drawn."""
    places = ("from 1", "from 2")
    rows = tuple(map(tuple, found.X.tolist()))
    parts: list[Part] = [Sheet("vectors", rows, ("x", "y"), labels=WORDS, grows=False, title="")]
    for (name, sign), matrix in zip(NAMES.items(), found.projections, strict=True):
        columns = (f"{sign} to 1", f"{sign} to 2")
        if settings.projections == BY_HAND:
            parts.append(Sheet(name, getattr(settings, name), columns, labels=places, grows=False, title=""))
        else:
            cells = [(place, *row) for place, row in zip(places, matrix.tolist(), strict=True)]
            parts.append(Table(("", *columns), cells))
    return [Row(parts)]


def pair(numbers: Floats) -> str:
    return f"({numbers[0]:.2f}, {numbers[1]:.2f})".replace("-", "−")
