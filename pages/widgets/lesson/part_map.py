"""The map of a part: a tile a topic, in rows by what needs what, with lines from each to what it leads to.

The tiles are a list of links, which say in words how each topic stands and what it needs: the lines only show it again.
They are drawn where a row has room; on a phone the tiles stand one below the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from statistics import fmean

import streamlit as st

from engine.prerequisites import Needs, layers, nearest

HERE = Path(__file__).parent
drawn = st.components.v2.component(
    "grimoire.part_map",
    html='<div class="map"><svg aria-hidden="true"></svg><ol></ol></div>',
    css=(HERE / "part_map.css").read_text("utf-8"),
    js=(HERE / "part_map.js").read_text("utf-8"),
)


@dataclass(frozen=True)
class Tile:
    """What a tile says.

    Attributes:
        url: address of the topic's page.
        title: its short title.
        state: "done", "begun", "ready" or "later".
        share: of its questions that are answered, 0 to 1.
        says: the state in words.
        needs: the topics to know first as (short title, whether it is done, whether the map draws a line from it).
    """

    url: str
    title: str
    state: str
    share: float
    says: str
    needs: tuple[tuple[str, bool, bool], ...]


def show(tiles: Mapping[str, Tile], needs: Needs, label: str) -> None:
    """Draw the map.

    Args:
        tiles: by topic, in the order of the book.
        needs: of each topic; those outside of `tiles` are told in words only.
        label: what the list is called.
    """
    rows, lines = grid(list(tiles), needs)
    cells = [[asdict(tiles[one]) | {"id": one} if one in tiles else {"id": one} for one in row] for row in rows]
    drawn(key="part-map", data={"rows": cells, "lines": lines, "label": label})


def grid(topics: Sequence[str], needs: Needs) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """Place topics in rows: what a topic needs, here or in another part, can be learned in the rows above it.

    A line that passes a row has a cell of its own there, named "topic>row" by the topic it comes from.

    Args:
        topics: in the order of the book.
        needs: of these topics and any others.

    Returns:
        The rows of cells, and the lines as (upper cell, lower cell), each from one row to the next.
    """
    everything = tuple(dict.fromkeys([*topics, *needs]))
    rows = [row for layer in layers(everything, needs) if (row := [one for one in topics if one in layer])]
    depth = {one: number for number, row in enumerate(rows) for one in row}
    inside = nearest({one: [need for need in needs.get(one, ()) if need in depth] for one in topics})
    lines: dict[tuple[str, str], None] = {}  # in order, each once
    for topic, need in ((topic, need) for topic, above in inside.items() for need in above):
        passing = {number: f"{need}>{number}" for number in range(depth[need] + 1, depth[topic])}
        for number, cell in passing.items():
            if cell not in rows[number]:
                rows[number].append(cell)
        lines |= dict.fromkeys(pairwise([need, *passing.values(), topic]))
    for above, row in pairwise(rows):
        place = {one: number / len(above) for number, one in enumerate(above)}
        row.sort(key=lambda cell: fmean([place[one] for one, other in lines if other == cell] or [0]))
    return rows, list(lines)
