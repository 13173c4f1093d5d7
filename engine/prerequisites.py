"""What needs what: in which order topics can be learned, and what stands before one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from graphlib import CycleError, TopologicalSorter

Needs = Mapping[str, Sequence[str]]  # by topic, the topics to know first


def circle(needs: Needs) -> tuple[str, ...]:
    """Return topics each of which needs the next, the first one again at the end; nothing where there is no circle.

    >>> circle({"a": ["b"], "b": ["c"], "c": ["a"]})
    ('a', 'b', 'c', 'a')
    >>> circle({"a": ["b", "c"], "b": ["c"]})
    ()
    """
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        round_ = tuple(reversed(error.args[1]))[:-1]
        first = round_.index(min(round_))
        return (*round_[first:], *round_[: first + 1])
    return ()


def layers(topics: Sequence[str], needs: Needs) -> tuple[tuple[str, ...], ...]:
    """Return topics in layers: what a topic needs of the others stands in layers before its own, as early as can be.

    Args:
        topics: in the order that each layer keeps.
        needs: of these topics and any others; what is not among `topics` does not count.

    Returns:
        The layers; a single one where topics need each other in a circle.

    >>> layers(["a", "b", "c"], {"b": ["a"], "c": ["elsewhere"]})
    (('a', 'c'), ('b',))
    """
    sorter = TopologicalSorter({one: [need for need in needs.get(one, ()) if need in topics] for one in topics})
    try:
        sorter.prepare()
    except CycleError:
        return (tuple(topics),)
    found: list[tuple[str, ...]] = []
    while sorter.is_active():
        free = sorter.get_ready()
        found.append(tuple(sorted(free, key=topics.index)))
        sorter.done(*free)
    return tuple(found)


def nearest(needs: Needs) -> dict[str, tuple[str, ...]]:
    """Return the needs of each topic without those that another of its needs brings along.

    >>> nearest({"b": ["a"], "c": ["a", "b"]})
    {'b': ('a',), 'c': ('b',)}
    """

    def before(topic: str, seen: set[str]) -> set[str]:
        for one in needs.get(topic, ()):
            if one not in seen:
                seen.add(one)
                before(one, seen)
        return seen

    brought = {topic: set().union(*(before(one, set()) for one in mine)) for topic, mine in needs.items()}
    return {topic: tuple(one for one in mine if one not in brought[topic]) for topic, mine in needs.items()}


def missing(topic: str, needs: Needs, done: Set[str], written: Set[str]) -> tuple[str, ...]:
    """Return the topics to do before a topic, the nearest first; a topic of which none is missing is ready.

    A lesson does not wait for one that is not written yet: what that one needs counts in its place.

    >>> missing("c", {"c": ["b"], "b": ["a"]}, done=set(), written={"a", "c"})
    ('a',)
    >>> missing("c", {"c": ["b"], "b": ["a"]}, done=set(), written={"a"})
    ('b',)
    """
    found: list[str] = []
    seen, ahead = {topic, *done}, list(needs.get(topic, ()))
    while ahead:
        one = ahead.pop(0)
        if one not in seen:
            seen.add(one)
            if one in written or topic not in written:
                found.append(one)
            else:
                ahead += needs.get(one, ())
    return tuple(found)
