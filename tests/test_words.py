"""Counts and their nouns: no page says "1 confident errors"."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "pages").rglob("*.py"))

# What stands behind a count and ends in an s: a noun of several, perhaps behind an adjective.
NOUN = re.compile(
    r"\W{0,2} (?:(?:more|earlier|different|open|new|test|training|gradient|learned|held-out|judged|repeated|confident|"
    r"standard) )?([a-z]+s)\b"
)
NO_NOUN = (
    "across always as class does drives has is its less looks loss names needs plus reads takes this thus us was writes"
)

# Counts that are never 1, by file: constants, limits of a control, sums of several, and "n of N".
NEVER_ONE = {
    "computer_vision/cnn_pipeline/digits.py": ("table.sum()", "test", "total"),
    "computer_vision/convolution_pooling/pool.py": ("values.shape[1]",),
    "computer_vision/convolution_pooling/size.py": ("n + 2 * p",),
    "computer_vision/convolution_pooling/slide.py": ("rows",),
    "deep_learning/backpropagation/graph.py": ("len(outcome.paths)", "outcome.operations"),
    "deep_learning/network_structure/init.py": ("settings.depth",),
    "deep_learning/network_structure/playground.py": (
        "' – '.join(map(str, sizes))",
        "len(points.target) - train",
        "now.snapshot.step",
        "train",
    ),
    "deep_learning/network_structure/sums.py": ("written(weight)",),
    "language_modeling/sequence_modeling/fox.py": ("found.long_nats", "settings.times"),
    "language_modeling/sequence_modeling/mask.py": ("found.tested",),
    "language_modeling/sequence_modeling/ngram.py": ("found.learned",),
    "language_modeling/transformers/scale.py": ("settings.keys",),
    "language_modeling/transformers/tiny.py": ("plan.layers",),
    "machine_learning/clustering/inits.py": ("kind",),
    "machine_learning/clustering/median.py": ("name",),
    "places/review/wishes.py": ("schedule.EXAM_DAYS",),
    "places/your_data/page.py": ("count",),
    "reinforcement_learning/deep_q_learning/dqn.py": ("best.max()", "edge.max()", "one.solved", "one.transitions"),
    "reinforcement_learning/deep_q_learning/futures.py": ("len(many)", "len(paths)", "seen"),
    "reinforcement_learning/deep_q_learning/gamma.py": ("outcome.left.size",),
    "widgets/canvas/cart_pole/cart_pole.py": ("inputs",),
    "widgets/canvas/scene.py": ("len(layer.texts)", "self._length(at)"),
    "widgets/cards/answers.py": ("len(part.value)",),
    "widgets/plate/own_image.py": ("height",),
    "widgets/plate/own_text.py": ("len(found.characters)",),
}


def counted(path: Path) -> Iterator[tuple[str, str]]:
    """Yield what a file counts in a text without `plural`: the count, and the noun behind it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.JoinedStr):
            continue
        before = ""
        for one, behind in zip(node.values, node.values[1:], strict=False):
            if isinstance(one, ast.FormattedValue) and isinstance(behind, ast.Constant):
                said, noun = ast.unparse(one.value), NOUN.match(str(behind.value))
                fits = said.startswith(("plural(", "words.plural(")) or said.isupper()
                if (
                    noun and noun[1] not in NO_NOUN.split() and not fits and not before.endswith(" of ")
                ):  # "1 of 1 questions"
                    yield said, noun[1]
            before = str(one.value) if isinstance(one, ast.Constant) else ""


def test_every_count_of_a_page_fits_its_noun() -> None:
    found = {
        (path.relative_to(ROOT / "pages").as_posix(), said): noun for path in PAGES for said, noun in counted(path)
    }
    wrong = {f"{file}: {said} {noun}" for (file, said), noun in found.items() if said not in NEVER_ONE.get(file, ())}
    assert wrong == set(), "Say it with plural of pages.widgets.shell.letters; what is never 1 goes into NEVER_ONE."
    gone = {f"{file}: {said}" for file, ones in NEVER_ONE.items() for said in ones if (file, said) not in found}
    assert gone == set(), "These stand in NEVER_ONE and in no page any more."


def test_a_count_without_its_noun_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.py"
    page.write_text(
        'st.caption(f"{n} rows, {m:,} confident errors of {k} questions, {x} takes {MOST} points")\n'
        "st.text(f\"{plural(n, 'row')} there; {len(a)} {b} cases; **{done}** steps\")\n"
    )
    assert list(counted(page)) == [("n", "rows"), ("m", "errors"), ("b", "cases"), ("done", "steps")]
