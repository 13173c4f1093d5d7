"""The small language of derivations: matrices, products, sums, expectations; read by an allow-list, worth numbers.

    line    := part ("=" part)*
    part    := ["-"] term (("+" | "-") term)*
    term    := factor (["*" | "@" | "/"] factor)*          two factors side by side are multiplied
    factor  := atom ("'" | "^" exponent)*                  X' and X^T are transposes, X^-1 the inverse
    atom    := number | name | function atom | "E(" part ["|" name] ")" | "(" part ("," part)* ")"

Names and functions may be written without a gap: gV1 is g times V1, gE(H) is g times E(H). Nothing typed is ever run:
a line becomes a tree of tuples, and worth.py walks it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.errors import AnswerRefused
from engine.quiz.formulas import GREEK
from engine.quiz.formulas.typed import plain_signs
from engine.quiz.grade import shown

LONGEST, DEEPEST, DEEPEST_TREE = 400, 40, 120

Tree = tuple[Any, ...]
Value = Any  # a float, or an array: (n, k) matrices, (n,) entries or outcomes

_TOKEN = re.compile(
    r"\s*(?:(\d+(?:\.\d*)?|\.\d+)|(\^\s*\{?\s*(?:T|⊤|\\top)\s*\}?|ᵀ|')|\\?([A-Za-z]\w*|[α-ω])"
    r"|(\*\*|[-+*/@^(),|\[\]{}=]))"
)
_SAME = {"@": "*", "**": "^", "[": "(", "]": ")", "{": "(", "}": ")"}
_EXPECTATION = re.compile(r"(?:\\mathbb\s*\{?\s*E\s*\}?|E)\s*(?:[_^]\s*\{?\s*\\?(?:π|pi)\s*\}?)?(?=\s*[(\[{])")


@dataclass(frozen=True)
class Words:
    """What may stand in a line.

    Attributes:
        names: what the names are in LaTeX.
        functions: what the functions compute, of one value.
        also: other spellings of names, "lambda" for "l"; one with a prime, "G'", is read as a name of its own.
        expectations: whether E( ) may be used.
        transposes: whether ' and ^T transpose.
        pointwise: whether vectors are multiplied entry by entry, as lists of outcomes are.
        alone: what a function stands for that has no argument: the s in s(1 - s).
    """

    names: Mapping[str, str]
    functions: Mapping[str, Callable[[Value], Value]]
    also: Mapping[str, str]
    expectations: bool = False
    transposes: bool = False
    pointwise: bool = False
    alone: Mapping[str, Tree] = field(default_factory=dict)

    def as_typed(self) -> Words:
        """Return the same words with every other spelling as a name of its own: G' comes back as G', ln as ln."""
        names, functions, alone = dict(self.names), dict(self.functions), dict(self.alone)
        for other, name in self.also.items():
            if name in self.functions:
                functions[other] = self.functions[name]
                if name in self.alone:
                    alone[other] = ("call", other, *self.alone[name][2:])
            else:
                greek = other in GREEK.values()
                names[other] = self.names[name] if greek else re.sub(r"(\d+)$", r"_{\1}", other)
        return replace(self, names=names, functions=functions, also={}, alone=alone)


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
    if max(map(_depth, parts)) > DEEPEST_TREE:
        raise AnswerRefused("This line has too many parts within one another to be read.")
    return parts


def _depth(tree: Tree) -> int:
    level, here = 0, [tree]
    while here:
        level, here = level + 1, [one for above in here for one in above[1:] if isinstance(one, tuple)]
    return level


def _tokens(text: str, words: Words) -> Iterator[tuple[str, str]]:
    text = plain_signs(text).replace("`", "'").rstrip()
    if words.expectations:
        text = _EXPECTATION.sub("E", text)
    spellings, place = _spellings(words), 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if not found:
            raise AnswerRefused(f"“{shown(text[place:].strip()[:1])}” cannot stand in a step.")
        number, turned, word, sign = found.groups()
        place = found.end()
        if number:
            yield "number", number
        elif turned and words.transposes:
            yield "turned", "'"
        elif turned:
            raise AnswerRefused(f"“{shown(turned)}” cannot stand in a step here: there is nothing to transpose.")
        elif word:
            primed = f"{word}'"
            if text[place : place + 1] == "'" and any(primed.endswith(one) for one in spellings if "'" in one):
                word, place = primed, place + 1
            yield from _words_of(word, spellings, words)
        else:
            yield "sign", _SAME.get(sign, sign)


def _spellings(words: Words) -> dict[str, str]:
    """Return what every name and function may be written as, with the one spelling that is meant."""
    own = [*words.names, *words.functions, *(["E"] if words.expectations else [])]
    spellings = {**{one: one for one in own}, **words.also}
    for name in [one for one, meant in spellings.items() if meant in words.functions and len(one) > 1]:
        for large in (name.capitalize(), name.upper()):  # a phone begins a line with a capital letter
            spellings.setdefault(large, spellings[name])
    return spellings | {letter: spellings[name] for letter, name in GREEK.items() if name in spellings}


def _words_of(word: str, spellings: Mapping[str, str], words: Words) -> Iterator[tuple[str, str]]:
    """Yield the names and functions that a word is made of, the longest first: gV1 is g and V1."""
    rest = word
    while rest:
        longest = max((one for one in spellings if rest.startswith(one)), key=len, default="")
        if not longest:
            known = ", ".join(dict.fromkeys(spellings[one] for one in spellings))
            raise AnswerRefused(f"“{shown(word)}” is not known here. Known: {known}.")
        yield ("name" if spellings[longest] in words.names else "function"), spellings[longest]
        rest = rest[len(longest) :]


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
            if text in self.words.alone and self.stands_alone(text):
                return self.words.alone[text]
            bracketed = bool(self.left) and self.left[0][1] == "("  # log(a)^2 is a square, log a^2 a logarithm of one
            return ("call", text, self.atom() if bracketed else self.factor())
        if text == "(":
            entries = [self.part()]
            while self.take(","):
                entries.append(self.part())
            self.close()
            return ("vector", *entries) if len(entries) > 1 else entries[0]
        raise AnswerRefused(f"I did not expect “{shown(text)}” here.")

    def stands_alone(self, function: str) -> bool:
        """Say whether a function has no argument: what follows is no name, or a bracket with the function in it."""
        if not self.left or self.left[0][1] != "(":
            return not self.left or self.left[0][0] != "name"
        open_ = 0
        for place, (_, text) in enumerate(self.left):
            open_ += {"(": 1, ")": -1}.get(text, 0)
            if not open_:
                return ("function", function) in self.left[:place]
        return False

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


# --- what stands in a tree ---------------------------------------------------------------------------------------


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


# --- how it is shown --------------------------------------------------------------------------------------------

_STRENGTH = {"+": 1, "-": 1, "neg": 1, "*": 2, "/": 2, "call": 3, "^": 4, "turned": 4}
_CALLED = {
    "inv": r"{0}^{{-1}}",
    "sum": r"\sum_t {0}",
    "prod": r"\prod_t {0}",
    "log": r"\log {0}",
    "ln": r"\ln {0}",
    "exp": r"\exp{0}",
    "sigma": r"\sigma{0}",
    "s": r"s{0}",
    "sigmoid": r"\operatorname{{sigmoid}}{0}",
}


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
        bare = rest[0] in ("log", "ln", "sum", "prod", "inv") and rest[1][0] in ("name", "call", "turned")
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
    number = rest[1][0] == "number" or (rest[1][0] == "^" and rest[1][1][0] == "number")
    sign = {"*": r"\cdot " if number else r"\,"}.get(kind, kind)
    return f"{_held(rest[0], _STRENGTH[kind], words)}{sign}{right}"


def _held(tree: Tree, strength: int, words: Words, signed: bool = False) -> str:
    """Return a tree in LaTeX, in brackets where it binds less than its place asks."""
    inside = latex(tree, words)
    weak = _STRENGTH.get(tree[0], 9) < strength or (signed and tree[0] == "neg")
    return rf"\left({inside}\right)" if weak else inside
