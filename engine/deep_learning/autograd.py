"""Reverse-mode automatic differentiation of scalars, whole, in about a hundred lines.

Every operation makes a Value that remembers its inputs and the local derivative towards each of them. Walking that
graph backwards once, and multiplying as it goes, gives the derivative of the result by every Value in it.

>>> x, w, b = Value(2.0), Value(0.5), Value(0.1)
>>> loss = ((w * x + b).tanh() - 1.0) ** 2
>>> loss.backward()
>>> round(w.grad, 4)
-0.2866
"""

from __future__ import annotations

import math

Number = float | int


class Value:
    """A number, how it was made, and (after `backward`) the derivative of the result by it.

    Attributes:
        data: the number itself.
        inputs: the Values it was computed from; none for a number that was given.
        slopes: the local derivative of `data` by each input, at the inputs' present values.
        grad: the derivative of whatever `backward` was last called on by this Value; 0 before that.
    """

    __slots__ = ("data", "grad", "inputs", "slopes")

    def __init__(self, data: Number, inputs: tuple[Value, ...] = (), slopes: tuple[float, ...] = ()) -> None:
        self.data, self.inputs, self.slopes = float(data), inputs, slopes
        self.grad = 0.0

    def __add__(self, other: Value | Number) -> Value:
        other = value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __sub__(self, other: Value | Number) -> Value:
        other = value(other)
        return Value(self.data - other.data, (self, other), (1.0, -1.0))

    def __mul__(self, other: Value | Number) -> Value:
        other = value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __truediv__(self, other: Value | Number) -> Value:
        other = value(other)
        return Value(self.data / other.data, (self, other), (1 / other.data, -self.data / other.data**2))

    def __pow__(self, power: Number) -> Value:
        """Raise to a constant power."""
        slope = power * self.data ** (power - 1) if power else 0.0
        return Value(self.data**power, (self,), (slope,))

    def tanh(self) -> Value:
        out = math.tanh(self.data)
        return Value(out, (self,), (1 - out**2,))

    def relu(self) -> Value:
        """Keep what is positive. At 0 itself there is no derivative; by convention it is 0."""
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def exp(self) -> Value:
        out = math.exp(self.data)
        return Value(out, (self,), (out,))

    def log(self) -> Value:
        return Value(math.log(self.data), (self,), (1 / self.data,))

    def __neg__(self) -> Value:
        return Value(-self.data, (self,), (-1.0,))

    def __radd__(self, other: Number) -> Value:
        return value(other) + self

    def __rsub__(self, other: Number) -> Value:
        return value(other) - self

    def __rmul__(self, other: Number) -> Value:
        return value(other) * self

    def __rtruediv__(self, other: Number) -> Value:
        return value(other) / self

    def __repr__(self) -> str:
        return f"Value({self.data:.6g}, grad={self.grad:.6g})"

    def backward(self) -> None:
        """Set `grad` of every Value that this one was computed from to the derivative of this one by it.

        A Value is reached by several paths where it was used several times, so derivatives are added up, and they are
        passed on only when all of them have arrived: users come before what they used.
        """
        order = topological(self)
        for node in order:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(order):
            for source, slope in zip(node.inputs, node.slopes, strict=True):
                source.grad += node.grad * slope  # the chain rule: incoming derivative times local derivative


def value(number: Value | Number) -> Value:
    """Return a number as a Value, and a Value as it is."""
    return number if isinstance(number, Value) else Value(number)


def topological(root: Value) -> list[Value]:
    """Return the root and all it was computed from, each once, inputs before what was made of them.

    A stack in place of recursion: a chain of ten thousand operations is no deeper than one of ten.
    """
    order: list[Value] = []
    seen: set[int] = set()
    stack = [(root, False)]
    while stack:
        node, inputs_done = stack.pop()
        if inputs_done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((source, False) for source in node.inputs)
    return order
