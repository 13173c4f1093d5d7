"""The small language of derivations: matrices, products, sums, expectations; read by an allow-list, worth numbers.

    line    := part ("=" part)*
    part    := ["-"] term (("+" | "-") term)*
    term    := factor (["*" | "@" | "/"] factor)*          two factors side by side are multiplied
    factor  := atom ("'" | "^" exponent)*                  X' and X^T are transposes, X^-1 the inverse
    atom    := number | name | function atom | "E(" part ["|" name] ")" | "(" part ("," part)* ")"

Nothing typed is ever run: a line becomes a tree of tuples, and `value` walks it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import AnswerRefused
from engine.quiz._grade import shown
from engine.quiz._tokens import GREEK

LONGEST, DEEPEST, LARGEST_POWER = 400, 40, 12

Tree = tuple[Any, ...]
Value = Any  # a float, or an array: (n, k) matrices, (n,) entries or outcomes

_TOKEN = re.compile(
    r"\s*(?:(\d+(?:\.\d*)?|\.\d+)|(\^\s*\{?\s*(?:T\b|⊤|\\top)\s*\}?|ᵀ|['′])|(\^\s*\{\s*-?\s*\w+\s*\}|⁻¹)|([A-Za-z]\w*|[α-ω])"
    r"|(\*\*|[-+*/@^(),|\[\]=−·]))"
)
_SAME = {"−": "-", "·": "*", "@": "*", "**": "^", "[": "(", "]": ")"}


@dataclass(frozen=True)
class Words:
    """What may stand in a line.

    Attributes:
        names: what the names are in LaTeX.
        functions: what the functions compute, of one value.
        also: other spellings of names, "λ" for "l".
        expectations: whether E( ) may be used.
    """

    names: Mapping[str, str]
    functions: Mapping[str, Callable[[Value], Value]]
    also: Mapping[str, str]
    expectations: bool = False


def read(text: str, words: Words) -> list[Tree]:
    """Read a line; return its parts between the equals signs.

    Raises:
        AnswerRefused: if a sign or a word is not allowed here; the sentence names it.
    """
    if len(text) > LONGEST:
        raise AnswerRefused(f"This line has {len(text)} characters; at most {LONGEST} can be read.")
    reader = _Reader(list(_tokens(text, words)), words)
    parts = [reader.part()]
    while reader.take("="):
        parts.append(reader.part())
    if reader.left:
        raise AnswerRefused(f"I did not expect “{shown(reader.left[0][1])}” here.")
    return parts


def _tokens(text: str, words: Words) -> Iterator[tuple[str, str]]:
    place = 0
    text = text.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if not found:
            raise AnswerRefused(f"“{shown(text[place:].strip()[:1])}” cannot stand in a step.")
        number, turned, raised, word, sign = found.groups()
        place = found.end()
        if number:
            yield "number", number
        elif turned:
            yield "turned", "'"
        elif raised:
            yield "sign", "^"
            yield from _tokens("-1" if raised == "⁻¹" else raised.strip("^ {}"), words)
        elif word:
            yield from _words_of(word, words)
        else:
            yield "sign", _SAME.get(sign, sign)


def _words_of(word: str, words: Words) -> Iterator[tuple[str, str]]:
    """Yield a name or a function, or the names that a word such as Xw is made of."""
    word = words.also.get(word, GREEK.get(word, word))
    word = words.also.get(word, word)
    if word in words.functions or (word == "E" and words.expectations):
        yield "function", word
    elif word in words.names:
        yield "name", word
    elif len(word) > 1 and all(letter in words.names for letter in word):
        yield from (("name", letter) for letter in word)
    else:
        known = ", ".join([*words.names, *words.functions, *(["E"] if words.expectations else [])])
        raise AnswerRefused(f"“{shown(word)}” is not known here. Known: {known}.")


class _Reader:
    """Builds the tree of a line from its tokens, from left to right."""

    def __init__(self, tokens: list[tuple[str, str]], words: Words) -> None:
        self.left, self.words, self.depth = tokens, words, 0

    def take(self, *texts: str) -> str:
        """Take the next token where it is one of these signs; return it, or nothing."""
        if self.left and self.left[0][0] in ("sign", "turned") and self.left[0][1] in texts:
            return self.left.pop(0)[1]
        return ""

    def part(self) -> Tree:
        """Read a sum."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise AnswerRefused(f"More than {DEEPEST} brackets within one another cannot be read.")
        made = self.term()
        while sign := self.take("+", "-"):
            made = (sign, made, self.term())
        self.depth -= 1
        return made

    def term(self) -> Tree:
        """Read a product."""
        if self.take("-"):
            return ("neg", self.term())
        self.take("+")
        made = self.factor()
        while True:
            if self.take("/"):
                made = ("/", made, self.signed())
            elif self.take("*"):
                made = ("*", made, self.signed())
            elif self.left and (self.left[0][0] in ("number", "name", "function") or self.left[0][1] == "("):
                made = ("*", made, self.factor())
            else:
                return made

    def signed(self) -> Tree:
        """Read a factor that may carry a minus sign, as after * or /."""
        return ("neg", self.signed()) if self.take("-") else self.factor()

    def factor(self) -> Tree:
        """Read an atom with what is raised to it."""
        made = self.atom()
        while True:
            if self.take("'"):
                made = ("turned", made)
            elif self.take("^"):
                made = ("^", made, self.signed())
            else:
                return made

    def atom(self) -> Tree:
        """Read a number, a name, a function's value, or what stands in brackets."""
        if not self.left:
            raise AnswerRefused("This line ends too early.")
        kind, text = self.left.pop(0)
        if kind == "number":
            return ("number", float(text))
        if kind == "name":
            return ("name", text)
        if kind == "function":
            if text == "E" and self.words.expectations:
                return self.expectation()
            bracketed = bool(self.left) and self.left[0][1] == "("  # log(a)^2 is a square, log a^2 a logarithm of one
            return ("call", text, self.atom() if bracketed else self.factor())
        if text == "(":
            entries = [self.part()]
            while self.take(","):
                entries.append(self.part())
            self.close()
            return ("vector", *entries) if len(entries) > 1 else entries[0]
        raise AnswerRefused(f"I did not expect “{shown(text)}” here.")

    def expectation(self) -> Tree:
        """Read what stands behind E: a random quantity, and what it is conditioned on."""
        if not self.take("("):
            raise AnswerRefused("E needs brackets: E(G), or E(G | s1).")
        inside, given = self.part(), ""
        if self.take("|"):
            kind, given = self.left.pop(0) if self.left else ("", "")
            if kind != "name":
                raise AnswerRefused("Behind the bar stands the name of what is known, as in E(G | s1).")
        self.close()
        return ("E", inside, given)

    def close(self) -> None:
        """Take a closing bracket."""
        if not self.take(")"):
            raise AnswerRefused("A bracket is not closed.")


# --- what a tree is worth ---------------------------------------------------------------------------------------


def names_in(tree: Tree) -> set[str]:
    """Return the names and functions of a tree."""
    if tree[0] == "name":
        return {tree[1]}
    inner = set().union(*(names_in(one) for one in tree[1:] if isinstance(one, tuple)))
    return inner | ({tree[1]} if tree[0] == "call" else set())


def calls(tree: Tree, function: str) -> Iterator[Tree]:
    """Yield the arguments of every call of a function."""
    if tree[0] == "call" and tree[1] == function:
        yield tree[2]
    for one in tree[1:]:
        if isinstance(one, tuple):
            yield from calls(one, function)


def value(tree: Tree, world: Mapping[str, Value], words: Words) -> Value:
    """Return what a tree is worth.

    Args:
        tree: of `read`.
        world: values of the names; "chance", shape (outcomes,), holds the probabilities that E( ) weighs with.
        words: as for `read`.

    Raises:
        AnswerRefused: where shapes do not fit, or a number is not finite.
    """
    with np.errstate(all="ignore"):
        worth = _value(tree, world, words)
    if not np.all(np.isfinite(worth)):
        raise AnswerRefused("This step divides by zero or takes a logarithm that does not exist.")
    return worth


def _value(tree: Tree, world: Mapping[str, Value], words: Words) -> Value:
    kind, rest = tree[0], tree[1:]
    if kind == "number":
        return rest[0]
    if kind == "name":
        return world[rest[0]]
    if kind == "call":
        return _scalar(words.functions[rest[0]](_value(rest[1], world, words)))
    if kind == "E":
        return _expected(_value(rest[0], world, words), world["chance"], world[rest[1]] if rest[1] else None)
    parts = [_value(one, world, words) for one in rest]
    if kind == "vector":
        return np.array([_single(one) for one in parts])
    if kind == "neg":
        return -parts[0]
    if kind == "turned":
        return _scalar(np.transpose(parts[0]))
    return _scalar(_OPERATIONS[kind](*parts))


def _expected(values: Value, chance: Value, given: Value | None) -> Value:
    """Return the mean of outcomes, or for each outcome the mean of those that look the same."""
    values = np.broadcast_to(values, chance.shape)
    if given is None:
        return float(chance @ values)
    alike = (given[:, None] == given[None, :]) * chance  # (outcomes, outcomes)
    return alike @ values / alike.sum(1)


def _add(a: Value, b: Value) -> Value:
    sizes = {np.shape(one) for one in (a, b) if np.ndim(one) or one != 0}  # 0 has any size: "... = 0"
    if len(sizes) == 2 and 2 in map(len, sizes):
        raise AnswerRefused(f"{_size(a).capitalize()} and {_size(b)} cannot be added.")
    return a + b


def _multiply(a: Value, b: Value) -> Value:
    if np.ndim(a) == np.ndim(b) == 2:
        if a.shape[1] != b.shape[0]:
            raise AnswerRefused(f"{_size(a).capitalize()} times {_size(b)} does not fit.")
        return a @ b
    return a * b


def _divide(a: Value, b: Value) -> Value:
    if np.ndim(b) == 2:
        raise AnswerRefused("A matrix cannot be divided by. Write inv( ), and mind the side on which it stands.")
    return a / b if np.ndim(b) or b else np.inf


def _power(a: Value, b: Value) -> Value:
    if np.ndim(b) or abs(b) > LARGEST_POWER:
        raise AnswerRefused(f"An exponent is a number of at most {LARGEST_POWER}.")
    if np.ndim(a) == 2:
        if a.shape[0] != a.shape[1] or b != int(b):
            raise AnswerRefused(f"{_size(a).capitalize()} has no power {b:g}.")
        try:
            return np.linalg.matrix_power(a, int(b))
        except np.linalg.LinAlgError:
            return np.inf
    return np.float64(a) ** b if np.ndim(a) == 0 else a ** float(b)


_OPERATIONS: dict[str, Callable[[Value, Value], Value]] = {
    "+": _add, "-": lambda a, b: _add(a, -b), "*": _multiply, "/": _divide, "^": _power,
}  # fmt: skip


def _size(a: Value) -> str:
    return f"a {a.shape[0]}×{a.shape[1]} matrix" if np.ndim(a) == 2 else "a number"


def _scalar(a: Value) -> Value:
    """Return a 1×1 matrix as the number in it."""
    return float(a[0, 0]) if np.ndim(a) == 2 and a.shape == (1, 1) else a


def _single(a: Value) -> float:
    if np.ndim(a):
        raise AnswerRefused("An entry of a vector is one number.")
    return float(a)


# --- how it is shown --------------------------------------------------------------------------------------------

_STRENGTH = {"+": 1, "-": 1, "neg": 1, "*": 2, "/": 2, "call": 3, "^": 4, "turned": 4}
_CALLED = {"inv": r"{0}^{{-1}}", "sum": r"\sum_t {0}", "prod": r"\prod_t {0}", "log": r"\log {0}", "exp": r"\exp{0}",
           "sigma": r"\sigma{0}"}  # fmt: skip


def latex(tree: Tree, words: Words) -> str:
    """Return a tree in LaTeX, as it was read."""
    kind, rest = tree[0], tree[1:]
    if kind == "number":
        return f"{rest[0]:g}"
    if kind == "name":
        return words.names[rest[0]]
    if kind == "vector":
        return r"\left(" + r",\,".join(latex(one, words) for one in rest) + r"\right)"
    if kind == "E":
        given = rf"\mid {words.names[rest[1]]}" if rest[1] else ""
        return rf"\mathbb E\left[{latex(rest[0], words)}{given}\right]"
    if kind == "call":
        bare = rest[0] in ("log", "sum", "prod", "inv") and rest[1][0] in ("name", "call", "turned")
        inside = latex(rest[1], words) if bare else rf"\left({latex(rest[1], words)}\right)"
        return _CALLED[rest[0]].format(inside)
    if kind == "neg":
        return f"-{_held(rest[0], 2, words)}"
    if kind == "turned":
        return f"{_held(rest[0], 5, words)}^\\top"
    if kind == "^":
        return f"{_held(rest[0], 5, words)}^{{{latex(rest[1], words)}}}"
    if kind == "/":
        return rf"\frac{{{latex(rest[0], words)}}}{{{latex(rest[1], words)}}}"
    right = _held(rest[1], 2 if kind in "-*" else 1, words, kind == "*" or rest[1][0] == "neg")
    sign = {"*": r"\cdot " if rest[1][0] == "number" else r"\,"}.get(kind, kind)
    return f"{_held(rest[0], _STRENGTH[kind], words)}{sign}{right}"


def _held(tree: Tree, strength: int, words: Words, signed: bool = False) -> str:
    """Return a tree in LaTeX, in brackets where it binds less than its place asks."""
    inside = latex(tree, words)
    weak = _STRENGTH.get(tree[0], 9) < strength or (signed and tree[0] == "neg")
    return rf"\left({inside}\right)" if weak else inside
