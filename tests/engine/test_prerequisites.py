"""What needs what, against brute force over random orders of learning."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from engine.prerequisites import circle, layers, missing, nearest

TOPICS = tuple("abcdefgh")


@st.composite
def orders(draw: st.DrawFn) -> dict[str, list[str]]:
    """Draw needs without a circle: a topic needs earlier ones only, and the mapping names them in any order."""
    needs = {
        one: draw(st.lists(st.sampled_from(TOPICS[:place]), unique=True)) if place else []
        for place, one in enumerate(TOPICS)
    }
    return {one: needs[one] for one in draw(st.permutations(TOPICS))}


def depth(topic: str, needs: dict[str, list[str]]) -> int:
    return 1 + max((depth(one, needs) for one in needs[topic]), default=-1)


@given(orders())
def test_a_topic_stands_as_deep_as_its_longest_chain_of_needs(needs: dict[str, list[str]]) -> None:
    found = layers(TOPICS, needs)
    assert {one: number for number, layer in enumerate(found) for one in layer} == {
        one: depth(one, needs) for one in TOPICS
    }
    assert all(list(layer) == sorted(layer) for layer in found)
    assert circle(needs) == ()


@given(orders(), st.sampled_from(TOPICS), st.sampled_from(TOPICS))
def test_a_need_that_leads_back_is_found(needs: dict[str, list[str]], first: str, last: str) -> None:
    def leads(start: str) -> set[str]:
        return {start}.union(*(leads(one) for one in needs[start]))

    closed = {**needs, first: [*needs[first], last]}
    found = circle(closed)
    assert bool(found) == (first in leads(last))
    if found:
        assert found[0] == found[-1]
        assert all(need in closed[one] for one, need in pairwise(found))
        assert layers(TOPICS, closed) == (TOPICS,)
        assert missing(first, closed, set(), {first}) == ()  # and looking for what comes first has an end


@given(orders(), st.sets(st.sampled_from(TOPICS)), st.sets(st.sampled_from(TOPICS)), st.sampled_from(TOPICS))
def test_what_is_missing_is_not_done_and_a_lesson_waits_for_lessons_only(
    needs: dict[str, list[str]], done: set[str], written: set[str], topic: str
) -> None:
    def before(one: str) -> set[str]:
        ahead = [need for need in needs[one] if need not in done]
        return {need for need in ahead if need in written}.union(*(before(n) for n in ahead if n not in written))

    wanted = before(topic) if topic in written else {one for one in needs[topic] if one not in done}
    assert set(missing(topic, needs, done, written)) == wanted


@given(orders())
def test_the_nearest_needs_bring_all_of_them_along_and_none_too_many(needs: dict[str, list[str]]) -> None:
    def reached(topic: str, by: dict[str, tuple[str, ...]] | dict[str, list[str]]) -> set[str]:
        return set(by[topic]).union(*(reached(one, by) for one in by[topic]))

    near = nearest(needs)
    for topic in TOPICS:
        assert reached(topic, near) == reached(topic, needs)
        for one in near[topic]:
            fewer = {**near, topic: tuple(other for other in near[topic] if other != one)}
            assert one not in reached(topic, fewer)
