"""Our scalar autograd against torch's, against finite differences, and against derivatives known by heart."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.deep_learning.autograd import Value, topological
from engine.torch_one_thread import torch

VARIABLES = ("x", "y", "z")
numbers = st.floats(-2, 2).map(lambda value: round(value, 3))
Tree = Any  # a name, a number, or (operation, operands ...)


def branches(children: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    return st.one_of(
        st.tuples(st.sampled_from(["+", "-", "*", "/"]), children, children),
        st.tuples(st.sampled_from(["tanh", "relu", "exp", "log", "neg"]), children),
        st.tuples(st.just("**"), children, st.sampled_from([-2, -1, 0, 1, 2, 3, 0.5])),
        st.tuples(st.sampled_from(["1-", "2*", "3/", "4+"]), children),  # the number stands on the left
    )


trees = st.recursive(st.one_of(st.sampled_from(VARIABLES), numbers), branches, max_leaves=12)
points = st.fixed_dictionaries(dict.fromkeys(VARIABLES, numbers))


def build(tree: Tree, leaves: dict[str, Any], margins: list[float]) -> Any:
    """Evaluate a tree on Values or on tensors; note how far each argument stays from a kink or a pole."""
    if isinstance(tree, str):
        return leaves[tree]
    if isinstance(tree, float):
        return tree
    sign, *operands = tree
    a = build(operands[0], leaves, margins)
    if isinstance(a, float):  # so that every operation has a Value or a tensor on its left
        a = leaves["x"] * 0.0 + a
    at = float(a.data if isinstance(a, Value) else a.detach())
    if sign in "+-*/" or sign == "**":
        b = operands[1] if sign == "**" else build(operands[1], leaves, margins)
        if sign == "/":
            margins.append(abs(float(b if isinstance(b, float) else b.data)))
        if sign == "**" and (b < 0 or b == 0.5):
            margins.append(abs(at) if b < 0 else at)
        return {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b, "**": lambda: a**b}[
            sign
        ]()
    if sign in ("log", "relu", "3/"):
        margins.append(at if sign == "log" else abs(at))
    left = {"1-": lambda: 1 - a, "2*": lambda: 2 * a, "3/": lambda: 3 / a, "4+": lambda: 4 + a, "neg": lambda: -a}
    return left[sign]() if sign in left else getattr(a, sign)()


def valued(tree: Tree, at: dict[str, float]) -> tuple[Any, dict[str, Value], float]:
    """Evaluate a tree on Values; the third is the smallest distance from a kink or a pole."""
    leaves, margins = {name: Value(value) for name, value in at.items()}, [math.inf]
    try:
        return build(tree, leaves, margins), leaves, min(margins)
    except (ZeroDivisionError, ValueError, OverflowError, TypeError):  # TypeError: a root of a negative number
        assume(False)
        raise


def tame(result: Any, smallest: float) -> bool:
    return isinstance(result, Value) and smallest > 0.05 and all(abs(one.data) < 1e3 for one in topological(result))


@settings(deadline=None)
@given(trees, points)
def test_random_expressions_have_torchs_derivatives(tree: Tree, at: dict[str, float]) -> None:
    result, leaves, smallest = valued(tree, at)
    assume(tame(result, smallest))
    result.backward()
    tensors = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in at.items()}
    expected = build(tree, tensors, [])
    assert result.data == pytest.approx(float(expected.detach()), rel=1e-9, abs=1e-12)
    expected.backward()
    for name, leaf in leaves.items():
        there = 0.0 if tensors[name].grad is None else float(tensors[name].grad)
        assert leaf.grad == pytest.approx(there, rel=1e-9, abs=1e-9)


@settings(deadline=None)
@given(trees, points, st.sampled_from(VARIABLES))
def test_random_expressions_have_the_derivatives_of_central_differences(
    tree: Tree, at: dict[str, float], name: str
) -> None:
    h = 1e-5
    result, leaves, smallest = valued(tree, at)
    assume(tame(result, smallest))
    result.backward()
    curved = max(abs(one.grad) for one in topological(result))
    assume(curved < 1e3)
    up, down = (valued(tree, {**at, name: at[name] + shift})[0].data for shift in (h, -h))
    assert leaves[name].grad == pytest.approx((up - down) / (2 * h), rel=1e-3, abs=1e-3)


@pytest.mark.parametrize(
    ("function", "at", "derivative"),
    [
        (lambda v: v**3, 2.0, 12.0),
        (lambda v: v.tanh(), 0.0, 1.0),
        (lambda v: v.relu(), 0.0, 0.0),
        (lambda v: v.relu(), -1.0, 0.0),
        (lambda v: v.exp().log(), 1.7, 1.0),
        (lambda v: v * v + v, 3.0, 7.0),
        (lambda v: 1 / (1 + (-v).exp()), 0.0, 0.25),
        (lambda v: v**0, 0.0, 0.0),
        (lambda v: 2 - v / 4, 1.0, -0.25),
    ],
)
def test_derivatives_known_by_heart(function: Any, at: float, derivative: float) -> None:
    v = Value(at)
    function(v).backward()
    assert v.grad == pytest.approx(derivative, abs=1e-12)


def test_users_come_after_what_they_use() -> None:
    x = Value(1.0)
    y = x * x + x.tanh() * x
    order = topological(y)
    place = {id(node): index for index, node in enumerate(order)}
    assert len(place) == len(order) == 5
    assert all(place[id(source)] < place[id(node)] for node in order for source in node.inputs)


def test_a_second_backward_starts_from_nothing() -> None:
    x = Value(2.0)
    y = x * x
    for _ in range(2):
        y.backward()
        assert x.grad == 4.0


def test_a_chain_of_fifty_thousand_operations_is_not_too_deep() -> None:
    x = Value(1.0)
    y = x
    for _ in range(50_000):
        y = y + 1.0
    y.backward()
    assert x.grad == 1.0


def test_the_whole_engine_is_about_a_hundred_lines() -> None:
    import inspect

    import engine.deep_learning.autograd as module

    assert len(inspect.getsource(module).splitlines()) < 140
