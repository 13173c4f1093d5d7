"""What is kept around the log of attempts: drafts, predictions, reading positions, settings."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from engine.quiz.store.connection import Connection, Cursor
from engine.quiz.store.keys import microseconds, new_key
from engine.quiz.store.rows import (
    NEXT,
    PREDICTION_COLUMNS,
    Draft,
    Prediction,
    Reading,
    Row,
    flag,
    stamp,
    time,
    to_json,
    to_prediction,
    unpack,
)

P = ParamSpec("P")
T = TypeVar("T")
B = TypeVar("B", bound="Base")


class Base:
    """An open database.

    Args:
        connection: to the file.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read, self._write = connection.read, connection.write


def reads(method: Callable[Concatenate[B, P], T]) -> Callable[Concatenate[B, P], T]:
    """Make a method say that the file is damaged where a row that it reads holds what nobody wrote."""

    def careful(self: B, /, *given: P.args, **named: P.kwargs) -> T:
        with self._connection.understood():
            return method(self, *given, **named)

    functools.update_wrapper(careful, method)
    return careful


class Around(Base):
    """What is kept around the log of attempts."""

    def save_draft(self, learner: int, question: str, text: str, seconds: float = 0) -> None:
        """Keep what is being typed; empty text drops the draft.

        Args:
            learner, question: ids.
            text: any text, kept exactly.
            seconds: time spent on it so far, s.

        Raises:
            NotFound: where there is no such learner.
        """

        def job(cursor: Cursor) -> None:
            if text:
                cursor.run(
                    "INSERT OR REPLACE INTO drafts (learner, question, text, seconds, at) VALUES (?, ?, ?, ?, ?)",
                    learner,
                    question,
                    text,
                    time(seconds),
                    stamp(),
                )
            else:
                cursor.run("DELETE FROM drafts WHERE learner = ? AND question = ?", learner, question)

        self._write(job, f"Learner number {learner}")

    @reads
    def draft(self, learner: int, question: str) -> str:
        """Return what was being typed, "" where there is nothing."""
        rows = self._read("SELECT text FROM drafts WHERE learner = ? AND question = ?", learner, question)
        return unpack(rows[0][0]) if rows else ""

    @reads
    def drafts(self, learner: int) -> dict[str, Draft]:
        """Return all of a learner's drafts by question id."""
        rows = self._read("SELECT question, text, seconds, at FROM drafts WHERE learner = ?", learner)
        return {
            unpack(question): Draft(unpack(text), seconds, datetime.fromisoformat(at))
            for question, text, seconds, at in rows
        }

    def add_prediction(
        self, learner: int, topic: str, experiment: str, choice: int | None, right: bool | None
    ) -> Prediction:
        """Append what a learner expected of an experiment.

        Args:
            learner, topic, experiment: id, slug, id.
            choice: 0-based option, None where the prediction was skipped.
            right: whether it came true, None where that is not known.

        Raises:
            NotFound: where there is no such learner.
        """

        def job(cursor: Cursor) -> Row | None:
            at = stamp()
            number = cursor.run(
                "INSERT INTO predictions (learner, topic, experiment, choice, was_right, at, key, "
                f"position) VALUES (?, ?, ?, ?, ?, ?, ?, {NEXT.format('predictions', 'learner')})",
                learner,
                topic,
                experiment,
                choice,
                flag(right),
                at,
                new_key(),
                microseconds(at),
                learner,
            ).lastrowid
            return cursor.row(f"SELECT {PREDICTION_COLUMNS} FROM predictions WHERE id = ?", number)

        row = self._write(job, f"Learner number {learner}")
        assert row is not None
        return to_prediction(row)

    @reads
    def predictions(self, learner: int) -> list[Prediction]:
        """Return a learner's predictions, oldest first."""
        return [
            to_prediction(row)
            for row in self._read(
                f"SELECT {PREDICTION_COLUMNS} FROM predictions_here WHERE learner = ? ORDER BY position, key", learner
            )
        ]

    def save_reading(self, learner: int, topic: str, anchor: str) -> None:
        """Remember where a learner stopped reading a topic.

        Raises:
            NotFound: where there is no such learner.
        """

        def job(cursor: Cursor) -> None:
            cursor.run(
                "INSERT OR REPLACE INTO readings (learner, topic, anchor, at) VALUES (?, ?, ?, ?)",
                learner,
                topic,
                anchor,
                stamp(),
            )

        self._write(job, f"Learner number {learner}")

    @reads
    def readings(self, learner: int) -> dict[str, Reading]:
        """Return where a learner stopped reading, by topic."""
        rows = self._read("SELECT topic, anchor, at FROM readings WHERE learner = ?", learner)
        return {unpack(topic): Reading(unpack(anchor), datetime.fromisoformat(at)) for topic, anchor, at in rows}

    def save_setting(self, learner: int, name: str, value: object) -> None:
        """Keep what a learner set.

        Args:
            learner: id.
            name: of the setting.
            value: of JSON's types.

        Raises:
            NotFound: where there is no such learner.
        """

        def job(cursor: Cursor) -> None:
            cursor.run(
                "INSERT OR REPLACE INTO settings (learner, name, value, at) VALUES (?, ?, ?, ?)",
                learner,
                name,
                to_json(value),
                stamp(),
            )

        self._write(job, f"Learner number {learner}")

    @reads
    def setting(self, learner: int, name: str) -> object | None:
        """Return what a learner set, None where nothing was."""
        rows = self._read("SELECT value FROM settings WHERE learner = ? AND name = ?", learner, name)
        value: object = json.loads(unpack(rows[0][0])) if rows else None
        return value
