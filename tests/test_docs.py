"""Docs that fail when they lag: every path in them is there, and their tables say what stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.content import curriculum, load_topic
from tests.test_house import names

ROOT = Path(__file__).parents[1]


def paths_named_in(text: str) -> set[str]:
    """Return the paths and modules of this house that stand in back-ticks, with * for <slug> and the like."""
    tops = "app|benchmarks|content|engine|pages|tests"
    marked = re.findall(r"`([^`\n]+)`", re.sub(r"<[a-z]+>|…|ID", "*", text))
    modules = {one.replace(".", "/") for one in marked if re.fullmatch(rf"({tops})(\.(?!py$)[a-z_]+)+", one)}
    files = {one for one in marked if re.fullmatch(r"\.?[\w./*-]+(/[\w.*-]*|\w\.(py|js|md|toml|txt|css|yaml))", one)}
    return {one.rstrip("/") for one in files | modules}


def stands(name: str) -> bool:
    """Tell whether there is such a file, folder or module; a bare name may stand anywhere."""
    start, *rest = name.split("/")
    listed = "" if rest or (ROOT / start).exists() else "**/"
    return any(any(ROOT.glob(f"{listed}{name}{ending}")) for ending in ("", ".py")) or _is_attribute(name)


def _is_attribute(name: str) -> bool:
    module, _, attribute = name.rpartition("/")
    return (ROOT / f"{module}.py").is_file() and attribute in set(names(ROOT / f"{module}.py"))


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "README.md"])
def test_every_path_of_the_docs_is_there(name: str) -> None:
    found = paths_named_in((ROOT / name).read_text("utf-8"))
    assert found
    outside = {one for one in found if one.startswith(("../", "~", "/"))} | {"models"}  # beside the house
    assert sorted(one for one in found - outside if not stands(one)) == []


def test_a_path_that_is_gone_is_seen() -> None:
    text = "`engine/nowhere.py`, `engine.content.read`, `engine.data.nothing`, `pages/<part>/`, `x + y`, `gone.js`"
    assert {one for one in paths_named_in(text) if not stands(one)} == {
        "engine/nowhere.py",
        "engine/data/nothing",
        "gone.js",
    }


def rows_of(heading: str) -> list[list[str]]:
    """Return the cells of the README's table whose heading begins so."""
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {heading}"))
    table = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table


def test_the_readmes_table_of_topics_is_what_stands() -> None:
    written = [
        [part.title, " · ".join(load_topic(entry.slug).short for entry in part.topics if entry.written)]
        for part in curriculum()
    ]
    assert [row[:2] for row in rows_of("part")] == written


def test_the_readmes_table_of_benchmarks_is_what_stands() -> None:
    told = re.findall(r"`(?:python -m benchmarks\.)?(\w+)(?:\.py)?`", " ".join(row[0] for row in rows_of("command")))
    assert sorted(told) == sorted(path.stem for path in (ROOT / "benchmarks").glob("*.py"))


def test_every_word_of_the_makefile_is_explained() -> None:
    words = re.findall(r"^([a-z]+):(.*)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert {word for word, rest in words if "## " in rest} == {word for word, _ in words} - {"given"}
    contributing = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert [word for word, _ in words if f"make {word}" not in contributing and word not in ("words", "given")] == []
