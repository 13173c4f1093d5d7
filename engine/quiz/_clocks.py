"""When the answers of a log were given, though the clock that stamped them may have been wrong at times."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta

AHEAD = timedelta(days=1)  # a clock set back by hours (a second system, a changed zone) makes no stamp unbelievable


def times(stamps: Sequence[datetime], now: datetime) -> list[datetime]:
    """Return when the answers of a log count as given: their stamps, but for those of a clock that was wrong.

    The log's order is certain (`Attempt.sequence`), its stamps are not. Believed are as many of them as agree: the
    longest run in order (whatever stands between) of those at most a day ahead of now; of two as long the earlier one,
    since what was given earlier is asked sooner. An answer whose stamp is not believed counts as given as near to it
    as the believed ones around it allow: one of a dead battery at the time of the one before, one of a clock that was
    ahead at the time of the one after. Where none is after it yet, the time is that of the one before, so that it stays
    the same from look to look. Where no stamp can be believed it is a day ago: what was missed is due, and what was
    recalled is not repeated at once.

    Args:
        stamps: UTC times in the order of the log, shape (answers,).
        now: UTC time.

    Returns:
        UTC times, (answers,), in order and none after now.
    """
    places = [place for place, at in enumerate(stamps) if at <= now + AHEAD]
    kept = [places[index] for index in _in_order([min(stamps[place], now) for place in places])]
    if not kept:
        return [now - AHEAD] * len(stamps)
    found = [min(at, now) for at in stamps]
    for place in range(len(stamps) - 1, -1, -1):
        after = bisect_left(kept, place)
        if after == len(kept) or kept[after] != place:
            low = found[kept[max(after - 1, 0)]]
            found[place] = min(max(stamps[place], low), found[place + 1]) if after < len(kept) else low
    return found


def _in_order(values: Sequence[datetime]) -> list[int]:
    """Return the places of a longest run that never falls (Fredman 1975: O(n log n)); of equals one that ends early."""
    ends: list[datetime] = []  # ends[k]: the smallest value that ends a run of k + 1
    last: list[int] = []  # its place
    before: list[int] = []  # the place before each in its run, -1 at its beginning
    for place, value in enumerate(values):
        length = bisect_right(ends, value)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1], last[length : length + 1] = [value], [place]
    run, place = list[int](), last[-1] if last else -1
    while place >= 0:
        run.append(place)
        place = before[place]
    return run[::-1]
