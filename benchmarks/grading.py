"""How good the machine's advice on free text is: `python -m benchmarks.grading`.

Answers of learners, written by hand and marked by hand before the machine saw them (tests/quiz/answers), against what
the machine says. Rules were chosen on the questions of "dev"; "held-out", and "fresh", which was written after the
rules, are what the README may quote. Then the guards: answers with all the right words that say nothing or the
opposite, over every free-text question of the bank.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from engine.content import ROOT
from engine.quiz.bank import Question
from engine.quiz.grading import MOST_CHARACTERS, grade
from tests.quiz.answer_set import (
    HONEST,
    SPLITS,
    STATES,
    TRUTHS,
    Figures,
    Judged,
    answer_set,
    bank,
    confusion,
    figures,
    free_text,
    judged,
)
from tests.quiz.hostile_answers import GUARDS, TRANSLATED, passes, swapped_opposites


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as lines: the first column to the left, the others to the right."""
    rows = [list(row) for row in rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ([cell.rjust(width) for cell, width in zip(row, widths, strict=True)] for row in rows)
    return "\n".join("  ".join([row[0].ljust(widths[0]), *line[1:]]) for row, line in zip(rows, lines, strict=True))


def percent(share: float) -> str:
    return "-" if share != share else f"{100 * share:.1f} %"


HEAD = (
    *("", "points", "right of present/absent", "no words", "cannot tell"),
    *("precision", "recall", "false absent", "denied passed"),
)


def row(name: str, one: Figures) -> tuple[str, ...]:
    shares = (one.accuracy, one.no_words, one.abstained, one.precision, one.recall, one.false_absent, one.denied_passed)
    return (name, f"{one.points:,}", *map(percent, shares))


def show_split(split: str, marks: Sequence[Judged]) -> None:
    """Print the figures of one half of the questions: all, state by state, and for each kind of answer."""
    questions, answers = {mark.asked.id for mark in marks}, {(mark.asked.id, mark.answer.text) for mark in marks}
    print(f"\n## {split}: {len(questions)} questions, {len(answers)} answers, {len(marks):,} rubric points\n")
    by_part = sorted({mark.asked.part for mark in marks})
    kinds = list(dict.fromkeys(mark.answer.kind for mark in marks))
    honest = [mark for mark in marks if mark.answer.kind in HONEST]
    rows = [HEAD, row("all", figures(marks)), row("honest ones", figures(honest))]
    rows += [row(part, figures(mark for mark in marks if mark.asked.part == part)) for part in by_part]
    rows += [row(kind, figures(mark for mark in marks if mark.answer.kind == kind)) for kind in kinds]
    print(table(rows))
    counts = confusion(marks)
    states = [(truth, *(str(counts[truth, state]) for state in STATES)) for truth in TRUTHS.values()]
    print(f"\n{table([('truth / machine', *STATES), *states])}")


def show_guards(questions: dict[str, Question]) -> None:
    """Print for each hostile answer how many questions it passes: every point present and no warning."""
    asked = free_text(questions.values())
    rows: list[tuple[str, ...]] = [("guard", "questions", "passed")]

    def add(name: str, texts: Iterable[tuple[Question, str]]) -> None:
        texts = list(texts)
        rows.append((name, str(len(texts)), str(sum(passes(grade(question, text)) for question, text in texts))))

    for name, make in GUARDS.items():
        add(name, ((question, make(question)) for question in asked))
    translated = ((questions[id], text) for id, texts in TRANSLATED.items() if id in questions for text in texts)
    add("German and French", translated)
    swapped = ((question, swapped_opposites(question.answer)) for question in asked)
    add("opposites swapped", ((question, text) for question, text in swapped if text != question.answer))
    print(f"\n## Guards: all points present without a warning, which must be 0\n\n{table(rows)}")


def milliseconds(job: Callable[[], object], runs: int = 5) -> float:
    """Return the shortest time of some runs, ms."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        job()
        times.append(time.perf_counter() - began)
    return 1e3 * min(times)


def show_speed(questions: dict[str, Question]) -> None:
    """Print how long an answer takes, and the longest one that is allowed."""
    asked = free_text(questions.values())
    usual = milliseconds(lambda: [grade(question, question.answer) for question in asked]) / len(asked)
    phrases = GUARDS["20,000 characters: phrases"]
    longest = max(milliseconds(lambda q=one: grade(q, phrases(q)), 3) for one in asked[::10])  # type: ignore[misc]
    print(f"\n{usual:.1f} ms an answer (goal 5); {MOST_CHARACTERS:,} characters: {longest:.0f} ms at most (goal 200)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--content", type=Path, default=ROOT, help="another folder of topics")
    parser.add_argument("--dev", action="store_true", help="only the questions that rules may be chosen on")
    options = parser.parse_args()
    questions = bank(options.content)
    marks = judged(answer_set(), questions)
    for split in SPLITS[: 1 if options.dev else None]:
        show_split(split, [mark for mark in marks if mark.asked.split == split])
    show_guards(questions)
    show_speed(questions)


if __name__ == "__main__":
    main()
