"""Questions: what is asked, and what a good answer holds. Read from content/<part>/<slug>.toml."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from engine.facts import Facts

EXACT_CHECKS = ("numeric", "symbolic", "shape", "choice")
CHECKS = (*EXACT_CHECKS, "keypoints", "self")


@dataclass(frozen=True)
class RubricPoint:
    """One point that a good answer makes.

    Attributes:
        says: the point, in words.
        weight: how much it counts.
        phrases: wordings that show it; "a & b" asks for both word beginnings in one sentence.
        polarity: True where the opposite statement uses the same words, so negation has to be looked at.
    """

    says: str
    weight: int
    phrases: tuple[str, ...]
    polarity: bool = False


@dataclass(frozen=True)
class Misconception:
    claim: str
    why: str


@dataclass(frozen=True)
class Exact:
    """A part with one right answer: what a numeric, symbolic, shape or choice question checks.

    Attributes:
        check: "numeric", "symbolic", "shape" or "choice".
        ask: the prompt of an extra exact part; empty where the question itself asks.
        value: numeric: the number or numbers.
        tolerance: numeric: the largest absolute difference that still counts.
        unit: numeric: the unit, or empty.
        expression, names: symbolic: the expression and the names that may stand in it.
        between: symbolic: (name, low, high) for names to which the question gives limits.
        accepts: shape (and symbolic): spellings that count.
        options, correct: choice: the options and the indices of the right ones.
    """

    check: str
    ask: str = ""
    value: tuple[float, ...] = ()
    tolerance: float = 1e-9
    unit: str = ""
    expression: str = ""
    names: tuple[str, ...] = ()
    between: tuple[tuple[str, float, float], ...] = ()
    accepts: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    correct: tuple[int, ...] = ()


@dataclass(frozen=True)
class Question:
    """One question of a topic.

    Attributes:
        id: the manifest's id, for example "4.q5"; one of our own exercises ends in ".x1", ".x2".
        topic: the slug of its topic.
        section: the section of the primer it belongs to, or empty where its topic has none.
        check: one of CHECKS.
        ask, answer, hint: Markdown with formulas: the question, the model answer, one sentence of help.
        level: 1 recall, 2 understanding, 3 application or derivation.
        points: the rubric.
        misconceptions: wrong beliefs an answer may show, and why they are wrong.
        exact: the exact check of a numeric, symbolic, shape or choice question; on a keypoints or self question an
            extra exact part scored apart, or None.
        settles: id of the topic's experiment that settles it, or empty.
        drills: names of generators in engine/quiz/drills/ that practise it with fresh numbers.
        ladder: name of the derivation in engine/quiz/ladders/ladders.py that is climbed step by step, or empty.
        number, of: its place among those of its kind in its topic, from 1, and how many there are.
    """

    id: str
    topic: str
    section: str
    check: str
    ask: str
    answer: str
    hint: str
    level: int
    points: tuple[RubricPoint, ...]
    misconceptions: tuple[Misconception, ...] = ()
    exact: Exact | None = None
    settles: str = ""
    drills: tuple[str, ...] = ()
    ladder: str = ""
    number: int = 1
    of: int = 1

    @property
    def title(self) -> str:
        """What stands over it: "Question 3 of 5" or "Exercise 1 of 2"."""
        return f"{self.kind} {self.number} of {self.of}"

    @property
    def kind(self) -> str:
        """Question or Exercise."""
        return "Exercise" if self.is_exercise else "Question"

    @property
    def is_exercise(self) -> bool:
        """Whether it is one of our own exercises rather than a question of the primer."""
        return re.search(r"\.x\d+$", self.id) is not None

    @property
    def fingerprint(self) -> str:
        """Hash of everything a grade depends on: an attempt keeps it, so that an edited question can be told apart."""
        graded = (self.id, self.check, self.ask, self.answer, self.points, self.exact)
        return hashlib.sha256(repr(graded).encode()).hexdigest()[:16]


def numbered(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Give the questions of a topic their numbers, those of the primer and our own exercises each by themselves."""
    of, so_far = Counter(one.kind for one in questions), Counter[str]()
    done = []
    for one in questions:
        so_far[one.kind] += 1
        done.append(replace(one, number=so_far[one.kind], of=of[one.kind]))
    return tuple(done)


_WORD = re.compile(r"(?:\$[^$]*\$|`[^`]*`|[^\s$`])+")
_MARKS = re.compile(r"(\$[^$]*\$|`[^`]*`)|\*+|\[([^\]]*)\]\([^)]*\)")  # formulas and code stay, emphasis and links go
_BREAK = re.compile(r"\n\s*\n|\n(?=[-*|>]|\d+\.\s)|\$\$")


def gists(questions: Sequence[Question]) -> dict[str, str]:
    """Return what each question of a topic asks as one line of Markdown, by id.

    It is the beginning; where several begin alike, from the sentence on that asks.
    """
    all_ = {one.id: _sentences(one.ask) for one in questions}
    begin = Counter(mine[0] for mine in all_.values())
    asks = {id: next((place for place, one in enumerate(mine) if one.endswith("?")), 0) for id, mine in all_.items()}
    return {id: first_words(" ".join(mine[asks[id] if begin[mine[0]] > 1 else 0 :])) for id, mine in all_.items()}


def _sentences(ask: str) -> list[str]:
    plain = _MARKS.sub(lambda found: found[1] or found[2] or "", _BREAK.split(ask.strip())[0])
    return re.split(r"(?<=[.?!])\s+(?=[A-Z$])", " ".join(plain.split()))


def first_words(line: str, most: int = 80) -> str:
    r"""Return the first words of a line of Markdown; no formula is cut.

    Args:
        line: Markdown without emphasis and links.
        most: about so many characters are seen; a formula counts half of what it is written with.

    >>> first_words("Which shape does $W_1 + W_2$ have?", 25)
    'Which shape does $W_1 + W_2$ …'
    >>> first_words("Define: softmax, and say where it is used.", 20)
    'Define: softmax, and …'
    """
    words = _WORD.findall(line)
    ends = list(accumulate(len(word) // (2 if "$" in word else 1) + 1 for word in words))
    fit = max(sum(end <= most + 1 for end in ends), 1)
    return line if fit == len(words) else " ".join(words[:fit]).rstrip(",;:") + " …"


def read_question(facts: Facts, topic: str) -> Question:
    """Read one [[question]] table; what is wrong with it is noted in its source.

    Args:
        facts: the table; an exact check's data stand at the question's own level, an extra exact part in
            [question.exact].
        topic: the slug of the topic it belongs to.

    Returns:
        the question; only meant for use where no problem was noted.
    """
    id = facts.text("id")
    facts.label = f"question {id}"
    check = _choice(facts, CHECKS)
    exact = _read_exact(facts, check) if check in EXACT_CHECKS else _read_extra(facts)
    question = Question(
        id=id,
        topic=topic,
        section=facts.text("section", ""),
        check=check,
        ask=facts.text("ask"),
        answer=facts.text("answer"),
        hint=facts.text("hint"),
        level=facts.whole("level", 1, 3),
        points=tuple(_read_point(one, id) for one in facts.tables("point")),
        misconceptions=tuple(_read_misconception(one, id) for one in facts.tables("misconception")),
        exact=exact,
        settles=facts.text("settles", ""),
        drills=facts.texts("drills", ()),
        ladder=facts.text("ladder", ""),
    )
    if check in ("keypoints", "self") and not question.points:
        facts.complain("free text is graded by a rubric. Add at least one [[question.point]].")
    facts.done()
    return question


def _choice(facts: Facts, allowed: tuple[str, ...]) -> str:
    check = facts.text("check")
    if check and check not in allowed:
        facts.complain(f"check is {check!r}. Choose one of {', '.join(allowed)}.", "check")
    return check


def _read_point(facts: Facts, id: str) -> RubricPoint:
    facts.label = f"question {id}, a point"
    point = RubricPoint(
        facts.text("says"), facts.whole("weight", 1, 10), facts.texts("phrases"), facts.flag("polarity")
    )
    facts.label = f"question {id}, point {point.says!r}"
    for phrase in point.phrases:
        if not all(part.strip() for part in phrase.split("&")):
            facts.complain(f"phrase {phrase!r} has nothing on one side of &. Give both words.", "phrases")
    facts.done()
    return point


def _read_misconception(facts: Facts, id: str) -> Misconception:
    facts.label = f"question {id}, a misconception"
    misconception = Misconception(facts.text("claim"), facts.text("why"))
    facts.done()
    return misconception


def _read_extra(facts: Facts) -> Exact | None:
    """Read [question.exact], the extra exact part of a keypoints or self question."""
    extra = facts.table("exact")
    if extra is None:
        return None
    extra.label = f"{facts.label}, exact part"
    exact = _read_exact(extra, _choice(extra, EXACT_CHECKS), extra.text("ask"))
    extra.done()
    return exact


def _read_exact(facts: Facts, check: str, ask: str = "") -> Exact:
    if check == "numeric":
        return _read_numeric(facts, ask)
    if check == "symbolic":
        names = facts.texts("names")
        for name in names:
            if not name.isidentifier():
                facts.complain(f"{name!r} cannot stand in a formula. Use letters, digits and _.", "names")
        return Exact(
            check,
            ask,
            expression=facts.text("value"),
            names=names,
            between=_read_limits(facts, names),
            accepts=facts.texts("accepts", ()),
        )
    if check == "shape":
        return Exact(check, ask, accepts=facts.texts("accepts"))
    return _read_choice(facts, ask) if check == "choice" else Exact(check, ask)


def _read_limits(facts: Facts, names: tuple[str, ...]) -> tuple[tuple[str, float, float], ...]:
    """Read `between = { g = [0, 1] }`, the limits that the question gives to names of its formula."""
    table = facts.table("between")
    if table is None:
        return ()
    limits = [(name, table.numbers(name)) for name in names if table.has(name)]
    table.done()
    for name, found in limits:
        if len(found) != 2 or found[0] >= found[1]:
            facts.complain(f"between gives {name} {list(found)}. Give the lower and the upper limit.", "between")
    return tuple((name, found[0], found[-1]) for name, found in limits)


def _read_numeric(facts: Facts, ask: str) -> Exact:
    tolerance = facts.numbers("tolerance", 1e-9)
    if len(tolerance) != 1 or tolerance[0] <= 0:
        facts.complain("tolerance must be one number above 0: the largest difference that still counts.", "tolerance")
    return Exact("numeric", ask, value=facts.numbers("value"), tolerance=tolerance[0], unit=facts.text("unit", ""))


def _read_choice(facts: Facts, ask: str) -> Exact:
    options, correct = facts.texts("options"), facts.numbers("correct")
    if len(options) < 2 or len(set(options)) < len(options) or any("\n" in one for one in options):
        facts.complain("options must be at least two, all different, one line each.", "options")
    elif len(set(correct)) < len(correct) or not all(one in range(len(options)) for one in correct):
        last = len(options) - 1
        facts.complain(f"correct must hold different indices from 0 to {last}. Count the options from 0.", "correct")
    elif len(correct) == len(options):
        facts.complain("every option is correct, so there is nothing to choose. Add a wrong one.", "correct")
    return Exact("choice", ask, options=options, correct=tuple(int(one) for one in correct))


SEEN = "its answer was seen"  # given after the question had been answered, and so revealed, in another window
# "4.q5~drill": a drill of 4.q5
SIDE_PARTS = {"exact": "exact part", "drill": "drill", "ladder": "derivation", "seen": SEEN}


def main_question(id: str) -> str:
    """Return the question that an attempt's question id belongs to.

    >>> main_question("4.q5~drill")
    '4.q5'
    """
    return id.partition("~")[0]


def side_part(id: str) -> str:
    """Return what an attempt answered beside the question itself: "exact part", "drill", or nothing.

    >>> side_part("4.q5~drill"), side_part("4.q5")
    ('drill', '')
    """
    return SIDE_PARTS.get(id.partition("~")[2], "")
