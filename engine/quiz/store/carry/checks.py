"""What a row of an export must look like: a check for each column of each table."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.quiz.store.keys import microseconds
from engine.quiz.store.names import NameRefused, clean_name

LONGEST_ID = 1_000  # characters of a key, a topic, a question's id …
AHEAD = timedelta(days=1)  # clocks differ, but not by more
FARTHEST = timedelta(days=36_500)  # a position may lie ahead: a clock that was wrong once leaves it there

# What events and states say: the columns that are compared, in this order.
SAYS = {
    "attempts": (
        "kind",
        "topic",
        "question",
        "fingerprint",
        "answer",
        "machine",
        "confidence",
        "hint_used",
        "seconds",
        "at",
    ),
    "marks": ("marks", "recalled", "at"),
    "predictions": ("topic", "experiment", "choice", "was_right", "at"),
    "drafts": ("text", "seconds", "at"),
    "readings": ("anchor", "at"),
    "settings": ("value", "at"),
}
STATES = {"drafts": "question", "readings": "topic", "settings": "name"}  # and the column that names one

Check = Callable[[Any], Any]


class Refused(Exception):
    """A row that breaks a rule.

    Attributes:
        rule: what is wrong, the same words for every row that breaks it.
        got: what this one has.
    """

    def __init__(self, rule: str, got: str = "") -> None:
        super().__init__(rule, got)
        self.rule, self.got = rule, got


def short(value: object) -> str:
    """Return a value as it may stand in a sentence."""
    if isinstance(value, int) and abs(value) >= 10**20:
        return "a number of more than 20 digits"
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    text = repr(value[:80] if isinstance(value, str) else value)
    return text if len(text) <= 60 else text[:59] + "…"


def checks(version: int, now: datetime) -> dict[str, dict[str, Check]]:
    """Return the checks of every column of every table in an export of this version."""
    number, time, id = _whole(0, 2**62), _time(now), _text(LONGEST_ID)
    verdict, learner = _optional(_whole(0, 1)), {"learner": number}
    named = {"key": id, "position": _whole(0, microseconds(now.isoformat()) + FARTHEST // timedelta(microseconds=1))}
    tables: dict[str, dict[str, Check]] = {
        "learners": {"id": number, "name": _name, "folded": _anything, "since": time, "key": id},
        "attempts": {
            "sequence": number,
            **named,
            "kind": _kind,
            **learner,
            "undoes": _optional(number),
            "topic": id,
            "question": id,
            "fingerprint": _optional(id),
            "correct": verdict,
            "confidence": _optional(_whole(1, 4)),
            "hint_used": verdict,
            "seconds": _optional(_seconds),
            "at": time,
            "machine": _optional(_object),
            "answer": _optional(_text(None)),
        },
        "marks": {"id": number, **named, "attempt": number, "marks": _object, "recalled": verdict, "at": time},
        "predictions": {
            "id": number,
            **named,
            **learner,
            "topic": id,
            "experiment": id,
            "choice": _optional(_whole(0, 10_000)),
            "was_right": verdict,
            "at": time,
        },
        "drafts": {**learner, "question": id, "text": _text(None), "seconds": _seconds, "at": time},
        "readings": {**learner, "topic": id, "anchor": id, "at": time},
        "settings": {**learner, "name": id, "value": _anything, "at": time},
    }
    if version == 1:
        del tables["settings"], tables["learners"]["key"], tables["attempts"]["position"]
        for table in ("marks", "predictions"):
            del tables[table]["key"], tables[table]["position"]
    return tables


def checked(row: dict[str, Any], columns: dict[str, Check]) -> dict[str, Any]:
    """Return a row whose every column was checked.

    Raises:
        Refused: with the first rule that it breaks.
    """
    for column in columns:
        if column not in row:
            raise Refused(f"a row without “{column}”")
    clean: dict[str, Any] = {}
    for column, value in row.items():
        if column not in columns:
            raise Refused("a column that this app does not know", short(column))
        try:
            clean[column] = columns[column](value)
        except Refused as refused:
            raise Refused(f"“{column}” must be {refused.rule}", f"it is {refused.got or short(value)}") from None
    if "undoes" in clean:
        _shape_of_attempt(clean)
    return clean


def _shape_of_attempt(row: dict[str, Any]) -> None:
    """Refuse an answer that lacks what answers have, and an undo that undoes nothing."""
    answers = ("fingerprint", "answer", "machine", "confidence", "hint_used", "seconds")
    if row["kind"] == "answer":
        if row["undoes"] is not None:
            raise Refused("an answer that undoes something")
        for column in answers:
            if row[column] is None:
                raise Refused(f"an answer without “{column}”")
    elif row["undoes"] is None:
        raise Refused("an undo of nothing")
    else:
        row.update(dict.fromkeys(answers))


def _whole(low: int, high: int) -> Check:
    rule = f"a whole number from {low} to {high}" if high < 2**40 else f"a whole number from {low}"

    def check(value: Any) -> int:
        if type(value) is not int or not low <= value <= high:
            raise Refused(rule)
        return value

    return check


def _text(most: int | None) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise Refused("text")
        if most is not None and len(value) > most:
            raise Refused(f"text of at most {most:,} characters", f"{len(value):,} long")
        return value

    return check


def _optional(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def _anything(value: Any) -> Any:
    return value


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refused("an object")
    return value


def _kind(value: Any) -> str:
    if value not in ("answer", "undo"):
        raise Refused("“answer” or “undo”")
    return str(value)


def _seconds(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value < 1e12 or not math.isfinite(value):
        raise Refused("a number of seconds, 0 or more")
    return float(value)


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise Refused("text")
    try:
        return clean_name(value)
    except NameRefused as refused:
        raise Refused("a name that can be used", f"{short(value)}. {refused}") from None


def _time(now: datetime) -> Check:
    latest = (now + AHEAD).astimezone(UTC)

    def check(value: Any) -> str:
        try:
            at = datetime.fromisoformat(value).astimezone(UTC) if isinstance(value, str) and len(value) < 60 else None
        except (ValueError, OverflowError):
            at = None
        if at is None or at.year < 1970 or datetime.fromisoformat(value).tzinfo is None:
            raise Refused("a time with its zone, from 1970")
        if at > latest:
            raise Refused("no more than a day ahead of this machine's clock")
        return at.isoformat(timespec="microseconds")

    return check
