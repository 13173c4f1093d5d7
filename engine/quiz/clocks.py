"""When the answers of a log were given, though the clock that stamped them may have been wrong at times."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

Moments = NDArray[np.int64]  # microseconds since 1970, UTC

EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
BORN = datetime(2025, 7, 1, tzinfo=UTC)  # the app is of 2026: no answer is older
AHEAD = timedelta(days=1)  # a clock set back by hours (a second system, a changed zone) makes no stamp unbelievable
FAR = timedelta(days=90)  # a clock that fell back so far has lost its time: it was not set, its battery was dead
_BORN, _AHEAD, _FAR = (BORN - EPOCH) // MICROSECOND, AHEAD // MICROSECOND, FAR // MICROSECOND
_DAY = timedelta(days=1) // MICROSECOND


def moment(at: datetime) -> int:
    """Return a time in microseconds since 1970."""
    return (at - EPOCH) // MICROSECOND


def at_moment(moment: int) -> datetime:
    """Return the UTC time that `moment` was given."""
    return EPOCH + int(moment) * MICROSECOND


def times(stamps: Sequence[datetime], now: datetime) -> list[datetime]:
    """Return when the answers of a log count as given: their stamps, but for those of a clock that was wrong.

    The log's order is certain (`Attempt.sequence`), its stamps are not. Not believed are stamps of a time before the
    app existed, those more than a day ahead of now, and those of a clock that fell back by more than FAR and lost
    against its neighbours (`_fallen`). Of the others as many are believed as agree: the longest run in order (whatever
    stands between); of two as long the earlier one, since what was given earlier is asked sooner.

    An answer whose stamp is not believed counts as given as near to it as the believed ones around it allow: one of a
    dead battery at the time of the one before, one of a clock that was ahead at the time of the one after. Where none
    is after it yet, the time is that of the one before, so that it stays the same from look to look. Where no stamp can
    be believed, one that is too old counts as given when the app began, so that it is asked, and one that is ahead a
    day ago: what was missed is due, and what was recalled is not repeated at once.

    Args:
        stamps: UTC times in the order of the log, shape (answers,).
        now: UTC time.

    Returns:
        UTC times, (answers,), in order and none after now.
    """
    given = np.fromiter((moment(at) for at in stamps), np.int64, len(stamps))
    return [at_moment(one) for one in moments(given, moment(now)).tolist()]


def moments(stamps: Moments, now: int) -> Moments:
    """Do what `times` does, in microseconds: (answers,) and now to (answers,)."""
    held = np.minimum(stamps, now)
    oldest = _BORN if now >= _BORN else np.iinfo(np.int64).min  # while the clock itself is that wrong, it counts on
    places = np.flatnonzero((stamps <= now + _AHEAD) & (stamps >= oldest))
    places = places[~_fallen(held[places])]
    kept = places[_in_order(held[places])]
    if len(kept) == len(stamps):
        return held
    if not len(kept):
        ago = now - _AHEAD
        return np.maximum.accumulate(np.where(stamps < oldest, min(_BORN, ago), ago))
    others = np.setdiff1d(np.arange(len(stamps)), kept, assume_unique=True)
    for place, after in zip(others[::-1].tolist(), np.searchsorted(kept, others)[::-1].tolist(), strict=True):
        low = held[kept[max(after - 1, 0)]]
        held[place] = min(max(stamps[place], low), held[place + 1]) if after < len(kept) else low
    return held


def lasting(stamps: Moments, since: int) -> bool:
    """Tell whether `moments` says the same at every time from `since` on."""
    return since >= _BORN + _AHEAD and (not len(stamps) or int(stamps.max()) <= since)


def _fallen(values: Moments) -> NDArray[np.bool_]:
    """Tell which stamps belong to a clock that fell back by more than FAR and was put right again.

    A stretch of such stamps stands against as many before it. The one that tells of more days is right, of two alike
    the one before: it goes on after the stretch. Where nothing goes on yet, nothing is told.
    """
    peaks = np.maximum.accumulate(values) if len(values) else values
    fallen = values < peaks - _FAR
    edges = np.flatnonzero(np.diff(fallen.astype(np.int8), prepend=0, append=0))
    for start, end in edges.reshape(-1, 2).tolist():
        stretch = values[start:end]
        before = values[max(2 * start - end, 0) : start]
        fallen[start:end] = end < len(values) and _days(stretch) <= _days(before[before > stretch.max()])
    return fallen


def _days(values: Moments) -> int:
    return len(np.unique(values // _DAY))


def _in_order(values: Moments) -> Sequence[int] | NDArray[np.intp]:
    """Return the places of a longest run that never falls (Fredman 1975: O(n log n)); of equals one that ends early."""
    if np.all(values[1:] >= values[:-1]):
        return np.arange(len(values))
    ends: list[int] = []  # ends[k]: the smallest value that ends a run of k + 1
    last: list[int] = []  # its place
    before: list[int] = []  # the place before each in its run, -1 at its beginning
    for place, value in enumerate(values.tolist()):
        length = bisect_right(ends, value)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1], last[length : length + 1] = [value], [place]
    run, place = list[int](), last[-1] if last else -1
    while place >= 0:
        run.append(place)
        place = before[place]
    return run[::-1]
