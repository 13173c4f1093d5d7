"""What a fresh machine relies on, how large things may grow, and one name for one thing."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.content import curriculum

ROOT = Path(__file__).parents[1]
PYTHON = sorted(path for room in ("engine", "pages", "tests", "benchmarks") for path in (ROOT / room).rglob("*.py"))
PARTS = [part.id for part in curriculum()]

LONGEST_FILE, LONGEST_DRAWING, LONGEST_FUNCTION = 400, 150, 50  # lines; a drawing is pages/<part>/<topic>/*.py
TOO_LONG = {  # what is longer all the same, with its lines. This list only gets shorter, and so do its numbers.
    "engine/quiz/store/carry/merge.py": 410,
    "engine/quiz/store/store.py": 408,
    "pages/computer_vision/cnn_pipeline/digits.py": 288,
    "pages/deep_learning/network_structure/playground.py": 263,
    "pages/language_modeling/transformers/tiny.py": 198,
    "pages/reinforcement_learning/deep_q_learning/dqn.py": 241,
    "pages/reinforcement_learning/deep_q_learning/dqn.py:five_seeds": 54,
    "pages/widgets/canvas/board/board.py:board": 70,
}

ONE_NAME = {  # a second name -> the name that the house has for it, in files and in code
    "content_check": "content",
    "contents": "on_this_page",
    "demo": "experiment",
    "derivation": "ladder",
    "keeping": "your_data",
    "manager": "what it does",
    "param": "setting",
    "params": "settings",
    "pupil": "learner",
    "student": "learner",
    "toc": "on_this_page",
    "util": "what it does",
    "utils": "what it does",
}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned(name: str) -> None:
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith(("#", "-r "))]
    assert lines
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.]*", line) for line in lines)


def test_torch_is_the_build_that_installs_here() -> None:
    assert "torch==2.13.0" in (ROOT / "requirements.txt").read_text().splitlines()


def test_the_settings_that_decide_everything() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert settings["runner"]["postScriptGC"] is False
    assert settings["server"]["address"] == "127.0.0.1"
    assert settings["server"]["showEmailPrompt"] is False  # else the very first start waits for an answer
    assert settings["browser"]["gatherUsageStats"] is False


def test_the_readme_names_both_commands() -> None:
    readme = (ROOT / "README.md").read_text()
    assert "pip install -r requirements.txt && streamlit run app.py" in readme
    assert "pip install -r requirements-dev.txt && pytest" in readme
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", readme):
        assert (ROOT / link).exists(), link


def test_the_top_level_is_the_one_asked_for() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    top = {line.split("/")[0] for line in listed.splitlines()}
    folders = {name for name in top if (ROOT / name).is_dir() and not name.startswith(".")}
    assert folders <= {"pages", "engine", "content", "tests", "benchmarks"}


def sizes(path: Path) -> Iterator[tuple[str, int, int]]:
    """Yield (name, lines, allowed lines) of a file and of each of its functions."""
    text, name = path.read_text("utf-8"), path.relative_to(ROOT).as_posix()
    is_drawing = name.startswith("pages/") and path.parents[1].name in PARTS
    yield name, len(text.splitlines()), LONGEST_DRAWING if is_drawing else LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield f"{name}:{node.name}", (node.end_lineno or 0) - node.lineno + 1, LONGEST_FUNCTION


def test_files_and_functions_stay_small() -> None:
    rooms = [path for path in PYTHON if path.relative_to(ROOT).parts[0] in ("engine", "pages")]
    long = {name: lines for path in rooms for name, lines, allowed in sizes(path) if lines > allowed}
    grown = {name: lines for name, lines in long.items() if lines > TOO_LONG.get(name, 0)}
    assert grown == {}, "Take them apart: two ideas live there."
    assert long == TOO_LONG, "Smaller than the list says: write the smaller numbers into TOO_LONG, or take them out."


def test_sizes_are_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    drawing = tmp_path / "pages" / PARTS[0] / "beans" / "grow.py"
    drawing.parent.mkdir(parents=True)
    drawing.write_text("def f():\n    return [\n        1,\n    ]\n\nx = 1\n")
    name = f"pages/{PARTS[0]}/beans/grow.py"
    assert list(sizes(drawing)) == [(name, 6, LONGEST_DRAWING), (f"{name}:f", 4, LONGEST_FUNCTION)]


def unformatted(text: str) -> Iterator[int]:
    """Yield each line on which the formatter is told to skip something that is no table of numbers."""
    tables = {
        node.end_lineno: [one for one in ast.walk(node) if isinstance(one, ast.Constant)]
        for node in reversed(list(ast.walk(ast.parse(text))))  # the outermost of those that end on a line comes last
        if isinstance(node, (ast.Tuple, ast.List, ast.Dict))
    }
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(r"#\s*fmt:", line):
            cells = tables.get(number, [])
            numbers = [cell for cell in cells if isinstance(cell.value, int | float)]
            if "fmt: skip" not in line or 2 * len(numbers) < len(cells) or len(numbers) < 4:
                yield number


def test_the_formatter_skips_tables_of_numbers_only() -> None:
    own = Path(__file__)
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in PYTHON
        if path != own and "fmt:" in path.read_text("utf-8")
        for line in unformatted(path.read_text("utf-8"))
    ]
    assert found == []


def test_other_skips_are_seen() -> None:
    table = "x = {'a': 1, 'b': 2, 'c': 3, 'd': (4, 5)}  # fmt: skip\n"
    words = "y = ['a', 'b', 'c', 'd', 'e', 1]  # fmt: skip\nf(1,2,3,4)  # fmt: skip\n# fmt: off\n"
    assert list(unformatted(table + words)) == [2, 3, 4]


def names(path: Path) -> Iterator[str]:
    """Yield the public names that a file gives: its own, and those of its functions, classes, arguments, constants."""
    yield path.stem
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
    for target in (one for node in tree.body if isinstance(node, ast.Assign) for one in node.targets):
        if isinstance(target, ast.Name):
            yield target.id


def words_of(name: str) -> list[str]:
    """Take a name apart: ChooseKSettings -> choose, k, settings."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def second_names(path: Path) -> list[str]:
    """Return the second names that a file gives to something, with the one to write."""
    return [
        f"{path.name}: {name}: say {ONE_NAME[word]}"
        for name in names(path)
        if not name.startswith(("_", "test_"))
        for word in {*words_of(name), name}
        if word in ONE_NAME
    ]


def test_one_thing_has_one_name() -> None:
    assert [one for path in PYTHON for one in second_names(path)] == []


def test_a_second_name_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "demo.py"
    path.write_text("KEEPING = 1\nclass ParamPanel:\n    def f(self, params): ...\ncontent = demonstrate = 2\n")
    assert len(second_names(path)) == 4
