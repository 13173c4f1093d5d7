"""What a desk in the browser and the engine say to each other over one websocket, version 1.

The browser sends JSON text, one ask at a time: the next leaves when the last was answered, and holds the newest wish.

    {"v": 1, "ask": "set", "id": 7,       a number that comes back with the answer
     "said": {"slope": "0.7"},            the settings so far, in an address's words; what is not said is the default
     "change": {"noise": 2.5},            what a control says: outside its limits it is refused with a sentence
     "drag": {"slope": 0.71}}             what a hand or a picture's button sets: brought inside the limits

The engine answers with bytes: the length of a JSON header (four bytes, little endian), the header, and what follows it.

    {"v": 1, "id": 7,
     "said": {...},                       the settings that were run, in an address's words; absent with a problem
     "controls": [...],                   described.controls: what can be set now, and where it stands
     "problem": "..."}                    why nothing was run, in a sentence; the pictures stay as they were
    then the parts of canvas/view.pack.

Anything else closes the socket with a code: 4400 what was sent is not understood, 4404 nobody sits at this token (the
app was started anew: the page asks for another), 4413 too long, 4429 too often.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

VERSION = 1
LONGEST = 400_000  # characters of an ask: thirty rows as text are 2,000, a whole board of points 3,000
MOST_ASKS = 1_200  # in PERIOD seconds; a drag sends one a frame of the screen at most, and some draw 240 a second
PERIOD = 4.0
NOT_UNDERSTOOD, NOBODY, TOO_LONG, TOO_OFTEN = 4400, 4404, 4413, 4429


class NotUnderstoodError(ValueError):
    """What was sent is no ask of this protocol."""


@dataclass(frozen=True)
class Ask:
    """What the browser wishes."""

    id: int
    said: dict[str, str]
    change: dict[str, Any]
    drag: dict[str, Any]


def read_ask(text: str) -> Ask:
    """Read an ask.

    Raises:
        NotUnderstoodError: if it is none.
    """
    try:
        told = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise NotUnderstoodError("no JSON") from error
    if not isinstance(told, dict) or told.get("v") != VERSION or told.get("ask") != "set":
        raise NotUnderstoodError("no ask of this version")
    id, said, change, drag = told.get("id"), told.get("said"), told.get("change", {}), told.get("drag", {})
    if type(id) is not int or not 0 <= id < 2**53:
        raise NotUnderstoodError("no number")
    if not isinstance(said, dict) or not all(isinstance(one, str) for one in said.values()):
        raise NotUnderstoodError("no settings")
    if not isinstance(change, dict) or not isinstance(drag, dict):
        raise NotUnderstoodError("no change")
    return Ask(id, said, change, drag)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")
