"""A topic is read into its dataclasses, and every broken rule that a page relies on is refused with its place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.content.curriculum import curriculum
from engine.content.read import load_topic, read_topic
from engine.errors import ContentError
from engine.quiz.bank import Exact, RubricPoint, gists


def change(root: Path, file: str, old: str, new: str) -> None:
    """Replace one passage of a content file, which must be there."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{file} does not hold {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_curriculum_keeps_the_order_and_says_what_is_written(root: Path) -> None:
    parts = curriculum(root)
    assert [(part.id, part.title) for part in parts] == [("garden", "The garden"), ("kitchen", "The kitchen")]
    assert [(part.url, part.about) for part in parts][1] == ("kitchen", "What is cooked. And how.")
    entries = [(entry.slug, entry.part, entry.written, entry.url) for part in parts for entry in part.topics]
    assert entries == [
        ("beans", "garden", True, "beans"),
        ("pea_soup", "garden", False, "pea-soup"),
        ("stew", "kitchen", False, "stew"),
    ]


def test_questions_and_exercises_are_counted_each_by_themselves() -> None:
    titles = [one.title for one in load_topic("linear_regression").questions]
    assert titles == ["Question 1 of 6", "Exercise 1 of 1", *(f"Question {number} of 6" for number in range(2, 7))]


def test_what_a_question_asks_fits_a_line_and_tells_it_from_the_others() -> None:
    for entry in (entry for part in curriculum() for entry in part.topics if entry.asked):
        questions = load_topic(entry.slug).questions
        lines = gists(questions)
        assert len(set(lines.values())) == len(questions), entry.slug
        for line in lines.values():
            assert line
            assert "\n" not in line
            assert line.count("$") % 2 == 0, line  # no formula is cut
            assert line.count("`") % 2 == 0, line


def test_topic_holds_what_its_files_say(root: Path) -> None:
    topic = load_topic("beans", root)
    assert (topic.slug, topic.part, topic.title, topic.minutes) == ("beans", "garden", "Growing beans", 20)
    assert topic.sections == ("1", "1.1")
    assert topic.figures == {"7": "experiment:water"}
    assert topic.needs == ("pea_soup",)
    assert topic.experiments["water"].predict.options[topic.experiments["water"].predict.right] == "it drowns"
    assert [(term.name, term.shown) for term in topic.terms] == [
        ("Bean", "experiment:water"),
        ("Pod", "lesson:Worked example"),
    ]
    assert topic.slips[0].shown == "water"
    headings = [section.heading for section in topic.lesson]
    assert headings == ["Intuition", "The mathematics", "Worked example", "Why it matters", "Connections"]


def test_a_short_title_is_the_title_where_nothing_else_is_said(root: Path) -> None:
    assert load_topic("beans", root).short == "Growing beans"
    change(root, "garden/beans.toml", 'summary = "How', 'short = "Beans"\nsummary = "How')
    assert load_topic("beans", root).short == "Beans"


def test_question_holds_rubric_and_exact_part(root: Path) -> None:
    free, numeric = load_topic("beans", root).questions
    assert (free.id, free.topic, free.section, free.level, free.settles) == ("1.q1", "beans", "1", 2, "water")
    assert free.points[1] == RubricPoint("sugar is burnt", 1, ("burn & sugar",), polarity=True)
    assert free.misconceptions[0].claim == "Roots drink only"
    assert free.exact == Exact(
        "choice", "Which of these do roots take in?", options=("oxygen", "chlorophyll", "light"), correct=(0,)
    )
    assert numeric.exact == Exact("numeric", value=(12.0,))
    assert free.fingerprint != numeric.fingerprint


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            'check = "symbolic"\nvalue = "2*n"\nnames = ["n"]\naccepts = ["n+n"]',
            Exact("symbolic", expression="2*n", names=("n",), accepts=("n+n",)),
        ),
        ('check = "shape"\naccepts = ["m x n", "(m, n)"]', Exact("shape", accepts=("m x n", "(m, n)"))),
        (
            'check = "numeric"\nvalue = [4, 0.5]\ntolerance = 0.1\nunit = "cm"',
            Exact("numeric", value=(4.0, 0.5), tolerance=0.1, unit="cm"),
        ),
        (
            'check = "choice"\noptions = ["a", "b", "c"]\ncorrect = [0, 2]',
            Exact("choice", options=("a", "b", "c"), correct=(0, 2)),
        ),
    ],
)
def test_every_exact_check_is_read_from_the_question_itself(root: Path, lines: str, expected: Exact) -> None:
    change(root, "garden/beans.toml", 'check = "numeric"', lines)
    change(root, "garden/beans.toml", "value = 12\n", "")
    assert load_topic("beans", root).questions[1].exact == expected


def test_an_edit_is_seen_and_a_bad_file_poisons_nothing(root: Path) -> None:
    first = load_topic("beans", root)
    assert load_topic("beans", root) is first
    path = root / "garden" / "beans.toml"
    good = path.read_text(encoding="utf-8")
    path.write_text(good + "[[question", encoding="utf-8")
    with pytest.raises(ContentError):
        load_topic("beans", root)
    assert curriculum(root)[0].topics[0].written
    path.write_text(good.replace("minutes = 20", "minutes = 25"), encoding="utf-8")
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))  # same size: a clock tick later, as an editor saves
    assert load_topic("beans", root).minutes == 25


T, L = "beans.toml", "beans.md"
BROKEN = [
    # a word for the rule, file, what stands there, what an author wrote instead, what the message says
    ("toml", T, "minutes = 20", "minutes = twenty", "beans.toml:6: this is not TOML"),
    ("no title", T, 'title = "Growing beans"\n', "", "beans.toml:1: topic: title is missing. Add it."),
    ("empty", T, 'says = "roots breathe"', 'says = " "', "says must be text that is not empty"),
    ("type", T, "minutes = 20", 'minutes = "20"', "beans.toml:6: topic: minutes must be a whole number"),
    ("true is no number", T, "value = 12", "value = true", "value must be a finite number"),
    ("nan", T, "value = 12", "value = nan", "value must be a finite number"),
    ("list", T, 'needs = ["pea_soup"]', 'needs = "pea_soup"', "beans.toml:8: topic: needs must be a list"),
    ("no goals", T, 'goals = ["tell a bean from a pea"]', "goals = []", "goals must be a list of texts"),
    ("flag", T, "polarity = true", "polarity = 1", "polarity must be true or false"),
    ("misspelt key", T, 'hint = "Multiply."', 'hnit = "Multiply."', "Did you mean 'hint'?"),
    ("strange key", T, 'hint = "Multiply."', 'hint = "Multiply."\nzebra = 1', "reads the key 'zebra'. Known"),
    ("strange table", T, "[[term]]", "[[terms]]", "nothing reads the key 'terms'"),
    ("table for tables", T, "[[slip]]", "[slip]", "write slip as [[slip]] tables"),
    ("tables for table", T, "[question.exact]", "[[question.exact]]", "as a [question.exact] table"),
    ("figures", T, '{ "7" = "experiment:water" }', "7", "figures must be a table of texts"),
    ("check", T, 'check = "keypoints"', 'check = "essay"', "Choose one of numeric, symbolic"),
    ("extra check", T, 'check = "choice"', 'check = "self"', "exact part: check is 'self'"),
    ("level", T, "level = 2", "level = 4", "beans.toml:30: question 1.q1: level must be a whole number from 1"),
    ("weight", T, "weight = 2", "weight = 0", "weight must be a whole number from 1"),
    ("no phrases", T, 'phrases = ["burn & sugar"]', "phrases = []", "phrases must be a list of texts"),
    ("half phrase", T, "burn & sugar", "burn &", "has nothing on one side of &"),
    ("no value", T, "value = 12\n", "", "question 1.1.q2: value is missing"),
    ("tolerance", T, "value = 12", "value = 12\ntolerance = 0", "tolerance must be one number above 0"),
    ("one option", T, '["oxygen", "chlorophyll", "light"]', '["oxygen"]', "options must be at least two"),
    ("same option", T, '"chlorophyll"', '"light"', "options must be at least two, all different"),
    ("correct", T, "correct = [0]", "correct = [3]", "correct must hold different indices from 0 to 2"),
    ("correct half", T, "correct = [0]", "correct = [0.5]", "correct must hold different indices"),
    ("all correct", T, "correct = [0]", "correct = [0, 1, 2]", "every option is correct"),
    ("no rubric", T, 'check = "numeric"\n', 'check = "self"\n', "Add at least one [[question.point]]"),
    ("names", T, 'check = "numeric"', 'check = "symbolic"\nnames = ["2n"]', "'2n' cannot stand in a formula"),
    ("no predict", T, "[experiment.predict]", "[experiment.guess]", "Add [experiment.predict]"),
    ("right", T, "right = 0", "right = 3", "predict: right must be a whole number from 0 to 2, got 3"),
    ("predict options", T, '"it grows"', '"nothing"', "predict: options must be at least two"),
    ("question twice", T, 'id = "1.1.q2"', 'id = "1.q1"', "question 1.q1: this id stands twice"),
    (
        "experiment twice",
        T,
        "[[question]]",
        '[[experiment]]\nid = "water"\ntitle = "t"\nclaim = "c"\ndo = "d"\nsee = "s"\n[experiment.predict]\n'
        'ask = "a"\noptions = ["b", "c"]\nright = 0\nwhy = "w"\n[[question]]',
        "experiment water: this id stands twice",
    ),
    ("term twice", T, 'name = "Pod"', 'name = "Bean"', "term 'Bean': this term stands twice"),
    ("section", T, 'section = "1"\n', 'section = "2"\n', "section 2 is none of topic.sections. They are"),
    ("settles", T, 'settles = "water"', 'settles = "sun"', "no experiment is called 'sun'. Experiments"),
    ("needs", T, 'needs = ["pea_soup"]', 'needs = ["peas"]', "needs names 'peas', which is no other topic"),
    ("needs itself", T, 'needs = ["pea_soup"]', 'needs = ["beans"]', "needs names 'beans'"),
    ("figure", T, '"7" = "experiment:water"', '"7" = "experiment:sun"', "figure 7 is shown by 'experiment:sun'"),
    ("term by experiment", T, 'shown = "experiment:water"', 'shown = "experiment:sun"', "the experiment 'sun'"),
    ("term by heading", T, "lesson:Worked example", "lesson:Harvest", "under 'Harvest', which is no heading"),
    ("term by nothing", T, "lesson:Worked example", "book", "shown is 'book'. Write"),
    ("slip section", T, 'section = "1.1"\nbook', 'section = "3"\nbook', "slip of section 3: it is none"),
    ("slip by experiment", T, 'shown = "water"', 'shown = "sun"', "slip of section 1.1: no experiment"),
    ("placed unknown", L, "::: experiment water", "::: experiment sun", "beans.md:5: no experiment is called 'sun'"),
    ("placed twice", L, "Peas.", "::: experiment water", "'water' stands in the lesson twice"),
    ("link", L, "topic:pea_soup", "topic:pea-soup", "beans.md:3: topic:pea-soup leads nowhere"),
    ("directive", L, "::: experiment water", "::: figure 7", "beans.md:5: this is no directive"),
    ("title in lesson", L, "## Intuition", "# Beans", "beans.md:1: the page prints the title itself"),
    ("no heading first", L, "## Intuition", "Hello.", "beans.md:1: a lesson starts with a heading"),
    ("heading twice", L, "## Connections", "## Intuition", "two headings are called 'Intuition'"),
    ("open fence", L, "nothing\n```", "nothing", "beans.md:15: the code fence opened here is never closed"),
]


@pytest.mark.parametrize(("file", "old", "new", "says"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_broken_rule_is_refused_with_its_place(root: Path, file: str, old: str, new: str, says: str) -> None:
    load_topic("beans", root)
    change(root, f"garden/{file}", old, new)
    _, problems = read_topic("beans", root)
    assert any(says in str(problem) for problem in problems), [str(problem) for problem in problems]
    assert all(str(problem).startswith("content/garden/beans.") for problem in problems)
    with pytest.raises(ContentError, match=r"content/garden/beans\."):
        load_topic("beans", root)


def test_all_problems_are_told_at_once_and_the_error_counts_them(root: Path) -> None:
    change(root, "garden/beans.toml", "level = 2", "level = 9")
    change(root, "garden/beans.toml", "weight = 2", "weight = 99")
    assert len(read_topic("beans", root)[1]) == 2
    with pytest.raises(ContentError, match=r"level .* \(1 more: run python -m engine\.content\)") as caught:
        load_topic("beans", root)
    assert caught.value.line == 30


@pytest.mark.parametrize(("file", "says"), [(T, "Write the facts of beans"), (L, "Write the lesson")])
def test_missing_file_says_what_to_write(root: Path, file: str, says: str) -> None:
    (root / "garden" / file).unlink()
    with pytest.raises(ContentError, match=says):
        load_topic("beans", root)


def test_unreadable_files_are_refused_in_words(root: Path) -> None:
    path = root / "garden" / "beans.md"
    path.write_bytes(b"## Intuition\n\xff")
    with pytest.raises(ContentError, match="byte 13 is not UTF-8"):
        load_topic("beans", root)
    path.unlink()
    path.mkdir()
    with pytest.raises(ContentError, match="cannot be read"):
        load_topic("beans", root)


def test_unknown_topic_is_refused(root: Path) -> None:
    with pytest.raises(ContentError, match=r"no topic is called '\.\./beans'"):
        load_topic("../beans", root)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('slug = "stew"', 'slug = "beans"', "slug 'beans' stands twice"),
        ('slug = "stew"', 'slug = "Stew!"', "use small letters, digits and _ only"),
        ('title = "Stew"', "", "title is missing"),
        ('id = "kitchen"', 'id = "garden"', "id 'garden' stands twice"),
        ('[[part]]\nid = "kitchen"', '[[parts]]\nid = "kitchen"', "nothing reads the key 'parts'"),
        ("[[part]]", "[[part", "this is not TOML"),
    ],
)
def test_broken_curriculum_is_refused(root: Path, old: str, new: str, says: str) -> None:
    change(root, "curriculum.toml", old, new)
    with pytest.raises(ContentError, match=r"content/curriculum\.toml:\d+: ") as caught:
        curriculum(root)
    assert says in str(caught.value)


def test_missing_curriculum_is_refused(root: Path) -> None:
    (root / "curriculum.toml").unlink()
    with pytest.raises(ContentError, match="Restore it"):
        curriculum(root)


@pytest.mark.parametrize(
    ("limits", "says"), [("x = [1, 0]", "lower and the upper"), ("z = [0, 1]", "nothing reads the key")]
)
def test_limits_of_a_formula_are_checked(root: Path, limits: str, says: str) -> None:
    path = root / "garden" / T
    old = 'check = "numeric"\nask = "How many beans are in 3 pods of 4?"'
    new = f'check = "symbolic"\nnames = ["x"]\nbetween = {{ {limits} }}\nask = "Double it."'
    text = path.read_text("utf-8").replace(old, new).replace("value = 12", 'value = "2*x"')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=says):
        load_topic("beans", root)
