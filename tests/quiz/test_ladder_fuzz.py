"""Derivations, whatever is typed: every line has a state and a sentence, and none stops the page."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import AnswerRefused
from engine.quiz.ladders.check import BROKEN, HOLDS, UNREAD, check
from engine.quiz.ladders.ladders import LADDERS
from engine.quiz.ladders.worth import NET, value

FIRST = {
    "ridge": ["-2X'y + 2(X'X + l I) w = 0"],
    "likelihood": ["-log(P)"],
    "bellman": ["E(G)"],
    "gradient": ["(4x/3, 2, 0)"],
    "sigmoid": ["exp(-x)/(1 + exp(-x))^2"],
}
PIECES = [*"XywlIxyzPabcpGrHgs1V'^()+-*/=,|0123456789 ", "inv(", "log", "E(", "sum(", "exp(", "\ud800", "λ"]
signs = st.sampled_from(PIECES)


@given(name=st.sampled_from(sorted(LADDERS)), pieces=st.lists(signs, min_size=1, max_size=30))
def test_any_line_is_looked_at_or_refused(name: str, pieces: list[str]) -> None:
    try:
        climb = check(LADDERS[name], ["".join(pieces)])
    except AnswerRefused:
        return
    assert all(rung.state in (HOLDS, BROKEN, UNREAD) for rung in climb.rungs)


def sentences(name: str) -> st.SearchStrategy[str]:
    """Return lines of a ladder's grammar: whatever its names and functions can be put together to, sense or not."""
    ladder = LADDERS[name]
    words = ladder.words
    vectors = st.sampled_from(["(1, 2)", "(1, 2, 3)", "(1, 2, 3, 4)"])
    atoms = st.sampled_from([*words.names]) | st.sampled_from(["0", "1", "2", "0.5", "12"]) | vectors

    def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        pairs = st.tuples(inner, st.sampled_from([" + ", " - ", " ", " * ", "/", "^", ", "]), inner)
        calls = st.tuples(st.sampled_from([*words.functions, ""]), inner)
        ways = [
            pairs.map(lambda parts: f"({''.join(parts)})"),
            calls.map(lambda parts: f"{parts[0]}({parts[1]})"),
            inner.map(lambda one: f"({one} - {one})"),
            inner.map(lambda one: f"-{one}"),
        ]
        if words.transposes:
            ways += [inner.map(lambda one: f"({one})'"), st.sampled_from(["X'X", "X'y", "w w'", "X X'", "y'y", "X' w"])]
        if words.expectations:
            ways += [
                st.tuples(inner, st.sampled_from([*words.names])).map(lambda parts: f"E({parts[0]} | {parts[1]})"),
                inner.map(lambda one: f"E({one})"),
            ]
        return st.one_of(ways)

    part = st.recursive(atoms, grown, max_leaves=6)
    heads = st.sampled_from(["", "", *sorted(one + " = " for one in ladder.labels), "w = ", "0 = "])
    return st.tuples(heads, part, st.sampled_from(["", "", " = 0"])).map("".join)


@pytest.mark.slow
@pytest.mark.parametrize("name", LADDERS)
@given(data=st.data())
@settings(max_examples=200)
def test_whatever_the_grammar_makes_has_a_state_and_a_sentence(name: str, data: st.DataObject) -> None:
    line = data.draw(sentences(name))
    last = check(LADDERS[name], [*data.draw(st.sampled_from([[], FIRST[name]])), line]).rungs[-1]
    assert last.state in (HOLDS, BROKEN, UNREAD)
    assert bool(last.says) == (last.state != HOLDS)
    assert last.says != NET  # the last net is for what nobody thought of: whatever this finds needs a sentence


def test_the_last_net_turns_every_error_into_a_sentence() -> None:
    words = LADDERS["sigmoid"].words
    for error in (np.linalg.LinAlgError, ValueError, TypeError, ZeroDivisionError, OverflowError, RecursionError):

        def fails(_: float, error: type[Exception] = error) -> float:
            raise error

        with pytest.raises(AnswerRefused, match=NET):
            value(("call", "f", ("number", 1.0)), {}, replace(words, functions={"f": fails}))
