"""The linter: a clean topic passes, every rule fires on its own sabotage, and the command says what to do next."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.content.__main__ import main
from engine.content.check import check_topic, circles, silent_parts, twins
from engine.content.formulas import formula_problems
from engine.content.read import load_topic

WORKED = {"days": 12, "height": 31.25}
CHOICE = (
    '\n[[question]]\nid = "1.q{n}"\nsection = "1"\ncheck = "choice"\nask = "Which, {n}?"\nanswer = "That."\n'
    'hint = "Look."\nlevel = 1\noptions = {options}\ncorrect = [{correct}]\n'
)


def change(root: Path, file: str, old: str, new: str) -> None:
    path = root / "garden" / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{file} does not hold {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems_of(root: Path) -> list[str]:
    return [str(problem) for problem in check_topic("beans", root, worked=lambda slug: WORKED)]


def test_the_small_topic_is_clean(root: Path) -> None:
    assert problems_of(root) == []


T, L = "beans.toml", "beans.md"
RULES = [
    # a word for the rule, file, what stands there, what an author wrote instead, what the linter says
    ("few words", L, "Beans feed people and soil alike every single year.\n" * 80, "", "beans.md: the lesson has"),
    ("many words", L, "Peas.", "pea " * 1000, "Cut what the reader can do without"),
    ("heading missing", L, "## Why it matters", "## Harvest", "Add ## Why it matters."),
    ("heading order", L, "## Intuition", "## Connections, first", "Add ## Intuition."),
    ("no place", L, "::: experiment water\n", "", "Write ::: experiment water where it is needed"),
    ("lesson formula", L, "after $t$ days", "after $t days", "beans.md:13: the formula $t days. is never closed"),
    ("lesson braces", L, "\\frac{a}{1", "\\frac{a{1", "beans.md:9: the formula $$"),
    ("unknown number", L, "<<days>>", "<<weeks>>", "beans.md:22: <<weeks>> names no number"),
    ("number format", L, "<<height:.1f>>", "<<height:.1z>>", "<<height:.1z>> cannot be printed"),
    ("title", T, 'title = "Growing beans"', 'title = "Beans"', "calls the topic 'Growing beans'"),
    (
        "long short",
        T,
        'title = "Growing beans"',
        'title = "Growing beans"\nshort = "Growing beans in an old tub"',
        "beans.toml:3: topic: 'Growing beans in an old tub' has 27 characters. Write short = with at most 26",
    ),
    ("summary formula", T, "in $n$ days", "in $n days", "beans.toml:3: topic: the formula $n days. is never"),
    ("claim formula", T, "than $2$", "than $2", "beans.toml:13: experiment water: the formula"),
    ("why formula", T, "Roots need air.", "Roots {need} $air.", "experiment water, predict: the formula"),
    ("ask formula", T, "Why does a bean", "Why $does a bean", "question 1.q1: the formula"),
    ("point formula", T, "sugar is burnt", "sugar $ is burnt", "question 1.q1: the formula"),
    ("belief formula", T, "They also breathe", "They $ also breathe", "question 1.q1: the formula"),
    ("option formula", T, '"chlorophyll"', '"$O_{2$"', "has a { that is never closed"),
    ("term formula", T, "A seed that climbs", "A seed $ that climbs", "term: the formula"),
    ("slip formula", T, "says that a pea", "says that $ a pea", "slip: the formula"),
    ("longest option", T, '["oxygen",', '["oxygen, which they need to burn sugar",', "by far the longest"),
    ("longest prediction", T, '"it drowns"', '"it drowns, because its roots get no air"', "by far the longest"),
    ("model answer", T, "to burn sugar", "to live", "the model answer misses its own point 'sugar is burnt'"),
    ("echo", T, '"breathe", "oxygen"', '"breathe", "oxygen", "air & root"', "repeating the question shows"),
    ("drill", T, "value = 12", 'value = 12\ndrills = ["count_beans"]', "no drill is called 'count_beans'"),
    ("own answer", T, 'check = "numeric"\n', 'check = "symbolic"\nnames = ["n"]\n', "own answer '2*m' is not taken"),
    ("own shape", T, 'check = "numeric"\n', 'check = "shape"\naccepts = ["twelve beans"]\n', "is not taken"),
]


@pytest.mark.parametrize(("file", "old", "new", "says"), [row[1:] for row in RULES], ids=[row[0] for row in RULES])
def test_rule_fires(root: Path, file: str, old: str, new: str, says: str) -> None:
    change(root, file, old, new)
    if "symbolic" in new:
        change(root, file, "value = 12", 'value = "2*m"')
    if "shape" in new:
        change(root, file, "value = 12\n", "")
    problems = problems_of(root)
    assert any(says in problem for problem in problems), problems
    assert all(problem.startswith("content/garden/beans.") for problem in problems)


def test_right_option_always_longest_is_noticed(root: Path) -> None:
    with (root / "garden" / "beans.toml").open("a", encoding="utf-8") as file:
        for n in range(3, 6):
            file.write(CHOICE.format(n=n, options='["no", "yes!", "so"]', correct=1))
    change(root, "beans.toml", '"chlorophyll"', '"no"')
    change(root, "beans.toml", '"light"', '"sun"')
    assert [problem for problem in problems_of(root) if "longest in every choice" in problem]
    change(root, "beans.toml", '"no", "yes!", "so"', '"no!!!", "yes!", "so"')
    assert problems_of(root) == []


def test_right_option_always_first_is_noticed(root: Path) -> None:
    with (root / "garden" / "beans.toml").open("a", encoding="utf-8") as file:
        for n in range(3, 5):
            file.write(CHOICE.format(n=n, options='["yes", "no no", "so so"]', correct=0))
    assert [problem for problem in problems_of(root) if "at the same place in all 4 choices" in problem]
    old, new = '["yes", "no no", "so so"]\ncorrect = [0]', '["no", "yes"]\ncorrect = [1]'
    change(root, "beans.toml", old, new)
    assert problems_of(root) == []


def test_numbers_without_worked_are_noticed(root: Path) -> None:
    problems = [str(problem) for problem in check_topic("beans", root)]
    assert any("Write worked() in engine/experiments/beans/worked.py" in problem for problem in problems), problems


def test_what_the_loader_refuses_is_all_that_is_said(root: Path) -> None:
    change(root, "beans.toml", "level = 2", "level = 7")
    change(root, "beans.md", "## Why it matters", "## Harvest")
    assert problems_of(root) == [
        "content/garden/beans.toml:30: question 1.q1: level must be a whole number from 1 to 3, got 7."
    ]


@pytest.mark.parametrize(
    "text",
    [
        "no formula at all",
        "$a$ and $$b$$ and \\$5",
        "$a$$b$ side by side",
        "$$\na\n\nb\n$$",
        "$\\{a\\}$ and $\\left( x \\right)$ and $\\leftarrow$",
        "$$\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}$$",
        "`$x` and ``a ` $ b``",
        "```\n$x {\n```",
        "$a\nb$",
    ],
)
def test_sound_formulas_pass(text: str) -> None:
    assert list(formula_problems(text)) == []


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("$a", 0, "the formula $a is never closed"),
        ("x\n$$a", 1, "the formula $$a is never closed"),
        ("$a\n\nb$", 0, "the formula $a is never closed"),
        ("$$a$ b", 0, "holds a single $"),
        ("x\n\n${a$", 2, "has a { that is never closed"),
        ("$a}{$", 0, "has a } that nothing opened"),
        ("$$ $$", 0, "is empty"),
        ("$\\left( a$", 0, "has a \\left without its \\right"),
        ("$\\begin{a} x \\end{b}$", 0, "has a \\begin without its \\end"),
        ("$\\frac{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}{b$", 0, "aaa…$ has a {"),
    ],
)
def test_broken_formulas_are_found(text: str, line: int, says: str) -> None:
    problems = list(formula_problems(text))
    assert any(place == line and says in problem for place, problem in problems), problems


def test_command_is_silent_about_sound_content(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(root, "beans.md", "After <<days>> days the bean is <<height:.1f>> cm high.", "It grows.")
    assert main([], root) == 0
    assert main(["beans"], root) == 0
    assert main(["--part", "garden"], root) == 0
    assert capsys.readouterr().out == "Nothing to do: 1 topic checked (beans).\n" * 3
    assert main(["--part", "kitchen"], root) == 0
    assert capsys.readouterr().out == "Nothing to do: 0 topics checked (none is written).\n"


def test_command_prints_problems_and_what_to_do(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], root) == 1
    said = capsys.readouterr().out
    assert "content/garden/beans.md: <<...>> needs numbers. Write worked()" in said
    assert said.endswith("1 to do in 1 file. Start with the first, then run this again.\n")
    assert main(["pea_soup"], root) == 1
    assert "Write the facts of pea_soup" in capsys.readouterr().out


QUESTIONS_ONLY = """
[topic]
title = "Pea soup"
summary = "How to cook one."

[[question]]
id = "ID"
check = "numeric"
ask = "Double 3 peas."
answer = "There are $2\\\\cdot3=6$."
hint = "Twice."
level = 1
value = 6
"""


def soup(root: Path, id: str, **changes: str) -> list[str]:
    """Write the questions of a topic without a lesson; return what the command's checks say."""
    text = QUESTIONS_ONLY.replace("ID", id)
    for old, new in changes.items():
        text = text.replace(old, new)
    (root / "garden" / "pea_soup.toml").write_text(text, encoding="utf-8")
    return [str(problem) for problem in (*check_topic("pea_soup", root), *twins(root))]


def test_a_topic_without_a_lesson_may_have_questions(root: Path) -> None:
    assert soup(root, "pea_soup.x1") == []
    topic = load_topic("pea_soup", root)
    assert topic.lesson == ()
    assert topic.questions[0].title == "Exercise 1 of 1"


def test_a_lesson_that_is_announced_must_be_there(root: Path) -> None:
    assert any("Write the lesson of pea_soup" in one for one in soup(root, "1.x1", summary="minutes = 5\nsummary"))


def test_two_topics_cannot_share_a_question(root: Path) -> None:
    assert soup(root, "1.q1") == [
        "content/garden/pea_soup.toml: question 1.q1: topic beans has a question of this id. Give this one its own."
    ]


def test_what_is_left_to_write_is_found(root: Path) -> None:
    assert any("TODO stands here" in one for one in soup(root, "1.x1", Twice="TODO"))


def test_command_finds_files_that_nothing_reads(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("garden/notes.md", "kitchen/beans.toml", "garden/beans.py"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("x = 1\n", encoding="utf-8")
    assert main([], root) == 1
    said = capsys.readouterr().out
    for name in ("garden/notes.md", "kitchen/beans.toml", "garden/beans.py"):
        assert f"content/{name}: no topic of curriculum.toml reads this file" in said


def test_a_silent_part_and_needs_in_a_circle_are_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [*silent_parts(root), *circles(root)] == []
    curriculum = root / "curriculum.toml"
    curriculum.write_text(curriculum.read_text("utf-8").replace('about = "What grows. And how."\n', ""), "utf-8")
    soup = '[topic]\ntitle = "Pea soup"\nsummary = "Soup."\nneeds = ["beans"]\n'
    (root / "garden" / "pea_soup.toml").write_text(soup, encoding="utf-8")
    assert main([], root) == 1
    said = capsys.readouterr().out
    assert "content/curriculum.toml: part garden does not say what it is about" in said
    assert "content/garden/beans.toml: needs run in a circle: beans needs pea_soup needs beans." in said


@pytest.mark.parametrize("argv", [["tomatoes"], ["--part", "attic"]])
def test_command_refuses_unknown_names(root: Path, argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(argv, root)
    assert caught.value.code == 2
    assert f"curriculum.toml has no {'part' if '--part' in argv else 'topic'}" in capsys.readouterr().err


def test_command_prints_a_broken_curriculum(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "curriculum.toml").write_text("[[part", encoding="utf-8")
    assert main([], root) == 1
    assert "content/curriculum.toml:1: this is not TOML" in capsys.readouterr().out
