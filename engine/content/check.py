"""The linter behind `python -m engine.content`: what a reader would stumble over, and what its author does next.

A page can live with what is noted here; what it cannot live with is refused by engine.content itself."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from engine.content.curriculum import ROOT, curriculum
from engine.content.formulas import formula_problems
from engine.content.read import read_topic
from engine.content.topic import Topic
from engine.errors import AnswerRefused, ContentError
from engine.facts import Facts, Source, file_name, parse_facts, read_source
from engine.lesson import Block, fill, numbers_in, words_in
from engine.prerequisites import circle
from engine.quiz.bank import Exact, Question

FEWEST_WORDS, MOST_WORDS = 900, 1_600
LONGEST_SHORT = 26  # characters that stand on one line of the sidebar
HEADINGS = ("Intuition", "The mathematics", "Worked example", "Why it matters", "Connections")
Worked = Callable[[str], Mapping[str, float | int | str] | None]


def worked_by_engine(slug: str) -> Mapping[str, float | int | str] | None:
    """Return the numbers of a topic's worked example, or None where the engine has none."""
    name = f"engine.experiments.{slug}.worked"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in (name, name.removesuffix(".worked")):
            raise
        return None
    numbers: Mapping[str, float | int | str] = module.worked()
    return numbers


def check_topic(slug: str, root: Path = ROOT, worked: Worked = worked_by_engine) -> list[ContentError]:
    """Return everything that is wrong with a topic's files, in the order of the files.

    Args:
        slug: the topic.
        root: the folder that holds curriculum.toml.
        worked: returns the numbers of a topic's worked example by name, or None where there are none.

    Raises:
        engine.errors.ContentError: if curriculum.toml breaks a rule.
    """
    topic, problems = read_topic(slug, root)
    if topic is None:
        return list(problems)
    lesson = root / topic.part / f"{slug}.md"
    said = read_source(lesson.with_suffix(".toml"), root, "")
    text = read_source(lesson, root, "") if topic.lesson else Source(said.file, [])
    facts = parse_facts(said)
    assert facts is not None  # read_topic has just parsed it
    for source in (text, said) if topic.lesson else (said,):
        for number, line in enumerate(source.lines, 1):
            if "TODO" in line:
                source.complain("TODO stands here, and readers would see it. Write what is missing.", number)
    if topic.lesson:
        _check_lesson(topic, text, worked)
    _check_head(topic, facts, root)
    for number, experiment in enumerate(facts.tables("experiment")):
        _check_experiment(topic, number, experiment)
    for number, table in enumerate(facts.tables("question")):
        table.label = f"question {topic.questions[number].id}"
        _check_question(topic.questions[number], table)
    return sorted((*text.problems, *said.problems), key=lambda one: (one.file, one.line or 0))


def _check_lesson(topic: Topic, text: Source, worked: Worked) -> None:
    blocks = [block for section in topic.lesson for block in section.blocks]
    words = sum(words_in(block.text) for block in blocks if block.kind == "text")
    if not FEWEST_WORDS <= words <= MOST_WORDS:
        what = "Say more of what the reader needs" if words < FEWEST_WORDS else "Cut what the reader can do without"
        text.complain(f"the lesson has {words:,} words; between {FEWEST_WORDS} and {MOST_WORDS:,} are asked. {what}.")
    found = [section.heading for section in topic.lesson if section.heading in HEADINGS]
    if found != list(HEADINGS):
        missing = [heading for heading in HEADINGS if heading not in found]
        what = f"Add ## {', ## '.join(missing)}" if missing else "Put them in this order"
        text.complain(f"a lesson has the headings {', '.join(HEADINGS)}. {what}.")
    placed = {block.text for block in blocks if block.kind == "experiment"}
    for id in topic.experiments:
        if id not in placed:
            text.complain(f"experiment {id} has no place in the lesson. Write ::: experiment {id} where it is needed.")
    wanted = any(numbers_in(block.text) for block in blocks if block.kind == "text")
    numbers = worked(topic.slug) if wanted else None
    if wanted and numbers is None:
        text.complain(f"<<...>> needs numbers. Write worked() in engine/experiments/{topic.slug}/worked.py.")
    for block in blocks:
        if block.kind == "text":
            for line, problem in formula_problems(block.text):
                text.complain(problem, block.line + line)
            if numbers is not None:
                _check_numbers(block, numbers, text)


def _check_numbers(block: Block, numbers: Mapping[str, float | int | str], text: Source) -> None:
    for name, how in numbers_in(block.text):
        mark = f"<<{name}:{how}>>" if how else f"<<{name}>>"
        try:
            fill(mark, numbers)
        except ContentError as error:
            text.complain(error.problem, block.line + block.text[: block.text.find(mark)].count("\n"))


def _check_head(topic: Topic, facts: Facts, root: Path) -> None:
    head = facts.table("topic")
    assert head is not None
    title = next(one.title for part in curriculum(root) for one in part.topics if one.slug == topic.slug)
    if topic.title != title:
        head.complain(f"curriculum.toml calls the topic {title!r}. Give both the same title.", "title")
    if len(topic.short) > LONGEST_SHORT:
        todo = f"Write short = with at most {LONGEST_SHORT} characters: the sidebar has one line for it."
        head.complain(f"{topic.short!r} has {len(topic.short)} characters. {todo}", "short")
    for key, texts in (("summary", (topic.summary,)), ("goals", topic.goals)):
        _check_formulas(head, key, *texts)
    for term, table in zip(topic.terms, facts.tables("term"), strict=True):
        _check_formulas(table, "says", term.says)
    for slip, table in zip(topic.slips, facts.tables("slip"), strict=True):
        _check_formulas(table, "book", slip.book)
        _check_formulas(table, "right", slip.right)
    exacts = [question.exact for question in topic.questions if question.exact and question.exact.options]
    choices = [(one.options, one.correct) for one in exacts]
    choices += [(one.predict.options, (one.predict.right,)) for one in topic.experiments.values()]
    if len(choices) >= 4 and all(_lead(*choice) > 0 for choice in choices):
        head.complain("the right option is the longest in every choice of this topic. Shorten it in some of them.")
    if len(choices) >= 4 and len({choice[1] for choice in choices}) == 1:
        head.complain(f"the right option stands at the same place in all {len(choices)} choices. Move some.")


def _check_experiment(topic: Topic, number: int, facts: Facts) -> None:
    text = list(topic.experiments.values())[number]
    facts.label = f"experiment {text.id}"
    for key in ("title", "claim", "do", "see"):
        _check_formulas(facts, key, getattr(text, key))
    predict = facts.table("predict")
    assert predict is not None
    predict.label = f"{facts.label}, predict"
    for key in ("ask", "why"):
        _check_formulas(predict, key, getattr(text.predict, key))
    _check_options(predict, text.predict.options, (text.predict.right,))


def _check_question(question: Question, facts: Facts) -> None:
    for key in ("ask", "answer", "hint"):
        _check_formulas(facts, key, getattr(question, key))
    for table, point in zip(facts.tables("point"), question.points, strict=True):
        table.label = facts.label
        _check_formulas(table, "says", point.says)
    for table, belief in zip(facts.tables("misconception"), question.misconceptions, strict=True):
        table.label = facts.label
        _check_formulas(table, "why", belief.claim, belief.why)
    _check_rubric(question, facts)
    _check_drills(question, facts)
    if question.exact:
        extra = facts.table("exact") or facts
        extra.label = facts.label
        _check_formulas(extra, "ask", question.exact.ask)
        _check_options(extra, question.exact.options, question.exact.correct)
        _check_own_answers(question.exact, extra)


def _check_formulas(facts: Facts, key: str | None, *texts: str) -> None:
    for text in texts:
        for _, problem in formula_problems(text):
            facts.complain(problem, key)


def _check_rubric(question: Question, facts: Facts) -> None:
    """Grade the model answer, which must show every point, and the question itself, which must show none."""
    from engine.quiz.grading import grade

    free = replace(question, check="keypoints", exact=None)
    says = [repr(point.says) for point in question.points]
    for mark in grade(free, question.answer).points:
        if mark.state != "present":
            todo = "Say it there, or add its wording to the phrases."
            facts.complain(f"the model answer misses its own point {says[mark.point]} ({mark.state}). {todo}", "answer")
    unaware = replace(free, ask="?")  # the grader leaves out what is copied from the question: here, everything
    for mark in grade(unaware, question.ask).points:
        if mark.state == "present":
            todo = "Let the phrases ask for words that the question does not use."
            facts.complain(f"repeating the question shows the point {says[mark.point]}: {mark.span!r}. {todo}", "ask")


def _check_drills(question: Question, facts: Facts) -> None:
    from engine.quiz.drills import DRILLS
    from engine.quiz.ladders import LADDERS

    for drill in question.drills:
        if drill not in DRILLS:
            facts.complain(f"no drill is called {drill!r}. Drills: {', '.join(sorted(DRILLS))}.", "drills")
    if question.ladder and question.ladder not in LADDERS:
        facts.complain(f"no ladder is called {question.ladder!r}. Ladders: {', '.join(LADDERS)}.", "ladder")


def _check_own_answers(exact: Exact, facts: Facts) -> None:
    """Grade the answers that the file itself calls right."""
    from engine.quiz.grading import grade_exact

    if exact.check == "numeric":
        answers = [", ".join(map(repr, exact.value))]
    elif exact.check == "choice":
        answers = ["\n".join(exact.options[one] for one in exact.correct)]
    else:
        answers = [*([exact.expression] if exact.expression else ()), *exact.accepts]
    for answer in answers:
        try:
            grade = grade_exact(exact, answer)
            verdict = "" if grade.correct is True else grade.says or "marked wrong"
        except AnswerRefused as error:
            verdict = str(error)
        if verdict:
            facts.complain(f"its own answer {answer!r} is not taken as right: {verdict} Correct one of the two.")


def _check_options(facts: Facts, options: tuple[str, ...], correct: tuple[int, ...]) -> None:
    if options and _lead(options, correct) >= 12 and _lead(options, correct) > 0.3 * max(map(len, options)):
        facts.complain("the right option is by far the longest, which gives it away. Shorten it.", "options")
    for option in options:
        _check_formulas(facts, "options", option)


def _lead(options: tuple[str, ...], correct: tuple[int, ...]) -> int:
    """Return by how many characters every right option is longer than every wrong one; at most 0 where one is not."""
    right = min(len(option) for number, option in enumerate(options) if number in correct)
    return right - max(len(option) for number, option in enumerate(options) if number not in correct)


SMALL_BOOK = Path("language_modeling", "small_book.txt")  # a text that experiments learn from, and no topic's


def strays(root: Path) -> Iterator[ContentError]:
    """Yield a problem for each file that belongs to no topic."""
    parts = curriculum(root)
    known = {(entry.part, entry.slug): entry for part in parts for entry in part.topics}
    for path in sorted(root.glob("*/*")):
        if path == root / SMALL_BOOK:
            continue
        entry = known.get((path.parent.name, path.stem))
        if path.suffix not in (".md", ".toml") or entry is None:
            problem = "no topic of curriculum.toml reads this file. Rename or remove it."
            yield ContentError(file_name(path, root), problem)


def twins(root: Path) -> Iterator[ContentError]:
    """Yield a problem for each question whose id another topic has: the log of answers knows questions by their id."""
    owner: dict[str, str] = {}
    for entry in (entry for part in curriculum(root) for entry in part.topics if entry.asked):
        topic, _ = read_topic(entry.slug, root)
        for question in topic.questions if topic else ():
            first = owner.setdefault(question.id, entry.slug)
            if first != entry.slug:
                problem = f"question {question.id}: topic {first} has a question of this id. Give this one its own."
                yield ContentError(file_name(root / entry.part / f"{entry.slug}.toml", root), problem)


def silent_parts(root: Path) -> Iterator[ContentError]:
    """Yield a problem for each part that does not say what it is about."""
    for part in curriculum(root):
        if not part.about:
            problem = f"part {part.id} does not say what it is about. Write about = in two sentences."
            yield ContentError(file_name(root / "curriculum.toml", root), problem)


def circles(root: Path) -> Iterator[ContentError]:
    """Yield a problem where topics need each other in a circle, so that none of them can be the first."""
    topics = [read_topic(entry.slug, root)[0] for part in curriculum(root) for entry in part.topics if entry.asked]
    known = {topic.slug: topic for topic in topics if topic}
    if needed := circle({slug: topic.needs for slug, topic in known.items()}):
        problem = f"needs run in a circle: {' needs '.join(needed)}. Take one of them out."
        yield ContentError(file_name(root / known[needed[0]].part / f"{needed[0]}.toml", root), problem)


OF_THE_WHOLE = (strays, twins, silent_parts, circles)
