"""`python -m engine.content new <slug>`: begin a topic. Every hole is a TODO, which linter and contract test refuse.

What stands is never overwritten: a second call writes what is missing."""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from engine.content import skeletons
from engine.content.curriculum import ROOT, curriculum
from engine.content.plan import Plan, PlannedExperiment, plan_of
from engine.content.topic import Entry
from engine.errors import ContentError


def main(argv: list[str], root: Path = ROOT) -> int:
    """Begin a topic and say which files were written.

    Args:
        argv: the slug, and options.
        root: the content folder of the house that is written to.

    Returns:
        0 where the topic was begun, 1 where its plan or its line in curriculum.toml is missing.
    """
    parser = argparse.ArgumentParser(prog="python -m engine.content new", description="Begin a topic from its plan.")
    parser.add_argument("topic", help="a slug of content/curriculum.toml, for example ridge_lasso")
    beside = root.parent.parent / "shared" / "curriculum"
    parser.add_argument("--curriculum", type=Path, default=beside, help="the folder that holds topics.yaml")
    args = parser.parse_args(argv)
    try:
        written = begin(args.topic, args.curriculum, root)
    except ContentError as error:
        print(error)
        return 1
    print("\n".join(str(path.relative_to(root.parent)) for path in written) or "Nothing is missing.")
    print(f"\nEvery TODO is yours. `python -m engine.content {args.topic}` says what to do next.")
    return 0


def begin(slug: str, plans: Path, root: Path = ROOT) -> list[Path]:
    """Write what is missing of a topic in all five rooms, and return the files that were written or grew.

    Raises:
        engine.errors.ContentError: if curriculum.toml or the plans have no such topic, or its facts are no TOML.
    """
    entry = next((entry for part in curriculum(root) for entry in part.topics if entry.slug == slug), None)
    if entry is None:
        raise ContentError(str(root / "curriculum.toml"), f"it has no topic {slug}. Add it to a part first.")
    plan = plan_of(slug, plans)
    facts = root / entry.part / f"{slug}.toml"
    had = facts.read_text(encoding="utf-8") if facts.is_file() else ""
    has = with_plan(had, entry, plan)
    files = {facts: has, **_files(entry, plan, root.parent)}
    written = [path for path in files if (has != had if path == facts else _is_free(path, entry))]
    for path in written:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], encoding="utf-8")
    return written


def _files(entry: Entry, plan: Plan, house: Path) -> dict[Path, str]:
    """Return the text of every file but the facts."""
    slug, ids = entry.slug, [one.id for one in plan.experiments]
    engine = house / "engine" / "experiments" / slug
    pages = house / "pages" / entry.part / slug
    return {
        house / "content" / entry.part / f"{slug}.md": lesson(ids),
        engine / "__init__.py": skeletons.package(entry, ids),
        **{engine / f"{one.id}.py": skeletons.experiment(one) for one in plan.experiments},
        engine / "worked.py": skeletons.worked(),
        pages / "shared.py": skeletons.page_shared(slug, ids),
        **{pages / f"{one.id}.py": skeletons.drawing(slug, one) for one in plan.experiments},
        pages / "page.py": skeletons.page(entry, ids),
        house / "tests" / "experiments" / f"test_{slug}.py": skeletons.test(entry),
    }


def _is_free(path: Path, entry: Entry) -> bool:
    """Tell whether a file may be written: none is there, or a page of one line that shows questions only."""
    if not path.exists():
        return True
    return path.name == "page.py" and path.read_text("utf-8").rstrip().endswith(f'topic.show("{entry.slug}", {{}})')


def lesson(ids: list[str]) -> str:
    """Return the lesson with its five headings and a place for each experiment."""
    places = [f"::: experiment {id}\n" for id in ids]
    return "\n".join(
        [
            "## Intuition\n\nTODO: a concrete case, then the idea in plain words.\n",
            *places[:1],
            "## The mathematics\n\nTODO: each formula, and what every letter of it is, with its shape.\n",
            *places[1:],
            "## Worked example\n\nTODO: a case small enough to redo by hand; its numbers come from worked.py.\n",
            "## Why it matters\n\nTODO: where it is used, and where it fails.\n",
            "## Connections\n\nTODO: what it rests on, and what rests on it, with links to other topics.\n",
        ]
    )


def with_plan(text: str, entry: Entry, plan: Plan) -> str:
    """Add to the facts of a topic what its plan has and they have not; what stands stays as it is.

    Raises:
        engine.errors.ContentError: if the text is no TOML.
    """
    try:
        facts = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContentError(f"{entry.part}/{entry.slug}.toml", f"it is no TOML: {error}. Mend it first.") from error
    experiments, terms, questions = (
        {table.get(key) for table in facts.get(kind, ())}
        for kind, key in (("experiment", "id"), ("term", "name"), ("question", "id"))
    )
    added = [
        *(_experiment(one) for one in plan.experiments if one.id not in experiments),
        *(_term(name) for name in plan.terms if name not in terms),
    ]
    sections = facts.get("topic", {}).get("sections") or list(plan.sections)
    asked = [_question(id, sections) for id in plan.questions if id not in questions]
    lines = text.splitlines() if "topic" in facts else ["[topic]", *text.splitlines()]
    end = next((i for i, line in enumerate(lines) if i and line.startswith("[") and "[topic]" in lines[:i]), len(lines))
    above, below = "\n".join(lines[:end]).rstrip(), "\n".join(lines[end:]).strip()
    head = "\n".join([above, *_head(facts.get("topic", {}), entry, plan)])
    return head + "\n\n" + "\n\n".join(one for one in (*added, below, *asked) if one) + "\n"


def _head(has: dict[str, object], entry: Entry, plan: Plan) -> Iterator[str]:
    """Yield the lines that the table [topic] lacks."""
    wanted = {
        "title": _quoted(entry.title),
        "summary": '"TODO: the topic in one sentence."',
        "sections": json.dumps(plan.sections),
        "minutes": "45  # TODO: how long a reader takes",
        "goals": '["TODO: what the reader can do afterwards"]',
        "needs": json.dumps(plan.needs),
    }
    yield from (f"{key} = {value}" for key, value in wanted.items() if key not in has)


def _experiment(one: PlannedExperiment) -> str:
    return f"""[[experiment]]
id = "{one.id}"
title = {_quoted(one.title)}
claim = {_quoted(one.claim)}
do = {_quoted(f"TODO: invite the reader to play. Planned to be set: {one.manipulates}.")}
see = {_quoted(f"TODO: explain what there was to see: {one.sees}.")}

[experiment.predict]
ask = "TODO: what will happen?"
options = ["TODO: what happens", "TODO: what many believe"]
right = 0
why = "TODO: why it happens, and why the others are believed.\""""


def _term(name: str) -> str:
    return f"""[[term]]
name = {_quoted(name)}
says = "TODO: what it is, in a sentence."
shown = "lesson:Intuition"  # TODO: "experiment:ID" where one shows it"""


def _question(id: str, sections: list[str]) -> str:
    section = id.rpartition(".")[0]
    return f"""[[question]]
id = "{id}"
section = "{section if section in sections else sections[0]}"  # TODO: where the primer answers it
check = "keypoints"
level = 1
ask = "TODO: the question in our words."
answer = "TODO: the model answer."
hint = "TODO: a sentence that helps."

[[question.point]]
says = "TODO: what an answer has to say"
weight = 1
phrases = ["TODO"]"""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
