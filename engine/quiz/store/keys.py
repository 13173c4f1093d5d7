"""What an event is called on every machine, and where it stands in the log.

Two machines that were worked on apart are merged by importing each into the other. Both then have to hold the same
events in the same order, so neither may depend on local row numbers:

- A *key* names an event. New events get random ones; those of a file of version 1 get keys derived from what they say,
  so that two copies of one file get the same.
- A *position* orders them: the clock's time in microseconds, except that it never goes back within a learner's log (a
  hybrid logical clock: Kulkarni et al., "Logical Physical Clocks", 2014). On one machine this is the order of writing,
  whatever its clock did; what two machines wrote apart is ordered by time. The key decides between equals.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta

UNDO = "undo:"  # the key of an undo is this and the key of what it takes back; no answer's key may begin so
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_key() -> str:
    """Return a key that no other event has, on any machine."""
    return uuid.uuid4().hex


def undo_key(key: str) -> str:
    """Return the key of the row that takes back the attempt with this key."""
    return UNDO + key


def canonical(value: object) -> str:
    """Return JSON in the one spelling that is compared and hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def microseconds(at: str) -> int:
    """Return a time in microseconds since 1970.

    >>> microseconds("1970-01-01T00:00:01.000002+00:00")
    1000002
    """
    return (datetime.fromisoformat(at) - _EPOCH) // timedelta(microseconds=1)


class DerivedKeys:
    """Keys for events that were written without one: a hash of what they say, and a count where two say the same."""

    def __init__(self) -> None:
        self._met: Counter[str] = Counter()

    def of(self, kind: str, *says: object) -> str:
        """Return the key of the next event that says this."""
        digest = hashlib.sha256(canonical([kind, *says]).encode()).hexdigest()[:32]
        self._met[digest] += 1
        return f"{kind}:{digest}" if self._met[digest] == 1 else f"{kind}:{digest}:{self._met[digest]}"


class Positions:
    """Positions for events that were written without one, in the order in which they are asked for."""

    def __init__(self) -> None:
        self._last: dict[object, int] = {}

    def of(self, log: object, at: str) -> int:
        """Return the next position in a log.

        Args:
            log: whose events are ordered among each other: a learner, an attempt.
            at: the event's time.
        """
        self._last[log] = max(microseconds(at), self._last.get(log, -1) + 1)
        return self._last[log]
