"""Who may import whom: the house of CONTRIBUTING.md, read from the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ENGINE = sorted((ROOT / "engine").rglob("*.py"))
PAGES = sorted((ROOT / "pages").rglob("*.py"))
PARTS = sorted(path.name for path in (ROOT / "content").iterdir() if path.is_dir())


def module_of(path: Path) -> str:
    """Return the dotted name of a file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path, at_once: bool = False) -> Iterator[str]:
    """Yield every module that a file imports, wherever the import stands; `at_once`, only what its own import runs."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in run_at_once(tree.body) if at_once else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def run_at_once(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run when a module is imported: none inside functions or under TYPE_CHECKING."""
    for node in body:
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With)) and "TYPE_CHECKING" not in ast.dump(
            getattr(node, "test", node)
        ):
            yield from run_at_once([one for one in ast.iter_child_nodes(node) if isinstance(one, ast.stmt)])


def breaches(paths: list[Path], forbidden: tuple[str, ...], allowed: tuple[str, ...] = ()) -> list[str]:
    """Name every import in `paths` of something forbidden."""
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in paths
        for name in imports(path)
        if any(name == one or name.startswith(f"{one}.") for one in forbidden)
        and not any(name == one or name.startswith(f"{one}.") for one in allowed)
    ]


def below(*folders: str) -> list[Path]:
    """Return the files below some folders, of which each must hold one."""
    found = [sorted((ROOT / folder).rglob("*.py")) for folder in folders]
    assert all(found), folders
    return [path for paths in found for path in paths]


def test_the_engine_draws_nothing() -> None:
    assert breaches(ENGINE, ("streamlit", "altair", "pandas", "pages", "app")) == []


def test_an_algorithm_knows_no_contract_no_experiment_no_content_and_no_quiz() -> None:
    # It may say how it ended (engine.ends). language_modeling.corpus reads our lessons, as text to train on.
    rooms = ("engine.experiment", "engine.settings", "engine.experiments", "engine.quiz", "engine.content")
    assert breaches(below(*(f"engine/{part}" for part in PARTS)), rooms) == []


def test_an_experiment_knows_no_other_topic_and_no_quiz() -> None:
    for topic in {path.parent for path in (ROOT / "engine" / "experiments").glob("*/__init__.py")}:
        rooms = ("engine.experiments", "engine.quiz", "engine.content")
        assert breaches(sorted(topic.rglob("*.py")), rooms, allowed=(module_of(topic / "__init__.py"), rooms[0])) == []


def test_a_topics_page_imports_widgets_and_its_own_topic_only() -> None:
    for part in PARTS:
        for page in (ROOT / "pages" / part).glob("*/page.py"):
            own = module_of(page).removesuffix(".page")
            paths = sorted(page.parent.rglob("*.py"))
            assert breaches(paths, ("pages",), allowed=("pages.widgets", own, own.rpartition(".")[0], "pages")) == []
            families = tuple(f"engine.{part}" for part in PARTS)
            assert breaches(paths, families) == [], "a page draws what the experiment hands it"


def test_a_place_imports_widgets_and_itself_only() -> None:
    for page in (ROOT / "pages" / "places").glob("*/page.py"):
        own = f"pages.places.{page.parent.name}"
        assert breaches(sorted(page.parent.rglob("*.py")), ("pages",), ("pages.widgets", own, "pages.places")) == []


def test_widgets_import_no_page() -> None:
    assert breaches(below("pages/widgets"), ("pages",), allowed=("pages.widgets",)) == []


def test_a_figure_knows_no_control_no_topic_and_no_experiment() -> None:
    forbidden = ("pages.widgets.plate", "pages.widgets.lesson", "pages.widgets.cards", "pages.widgets.shell")
    allowed = ("pages.widgets.shell.letters",)
    assert breaches(below("pages/widgets/figures"), (*forbidden, "engine.experiments"), allowed) == []


def test_a_canvas_knows_no_control_no_topic_and_no_experiment() -> None:
    forbidden = ("pages.widgets.plate", "pages.widgets.lesson", "pages.widgets.cards", "engine.experiments")
    assert breaches(below("pages/widgets/canvas"), forbidden) == []


def test_outside_the_store_only_its_face_is_imported() -> None:
    others = [path for path in [*ENGINE, *PAGES, ROOT / "app.py"] if "quiz/store" not in path.as_posix()]
    inside = tuple(module_of(path) for path in below("engine/quiz/store") if path.name != "__init__.py")
    assert breaches(others, inside) == []


def test_only_the_store_opens_the_database() -> None:
    others = [path for path in [*ENGINE, *PAGES, ROOT / "app.py"] if "quiz/store" not in path.as_posix()]
    assert breaches(others, ("sqlite3", "sqlite_utils")) == []


def test_only_pages_and_the_entry_import_streamlit() -> None:
    rest = [
        path for path in ROOT.rglob("*.py") if path.relative_to(ROOT).parts[0] in ("content", "engine", "benchmarks")
    ]
    assert breaches(rest, ("streamlit",), allowed=("streamlit.proto",)) == []  # what a browser says, for a benchmark


def circles(paths: list[Path]) -> list[str]:
    """Return every circle of modules that import each other while they are imported, as "a -> b -> a".

    A module under TYPE_CHECKING or in a function comes later and makes no circle.
    """
    known = {module_of(path): path for path in paths}
    graph = {
        module: {name for name in imports(path, at_once=True) if name in known and name != module}
        for module, path in known.items()
    }
    # a package that imports its own modules is their face: what they import from each other goes past it
    graph = {a: {b for b in bs if not a.startswith(f"{b}.")} for a, bs in graph.items()}
    done: set[str] = set()
    found: list[str] = []

    def follow(module: str, path: list[str]) -> None:
        if module in path:
            found.append(" -> ".join([*path[path.index(module) :], module]))
        elif module not in done:
            for other in sorted(graph[module]):
                follow(other, [*path, module])
            done.add(module)

    for module in sorted(graph):
        follow(module, [])
    return found


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circles([*ENGINE, *PAGES]) == []


def test_a_circle_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"a": "from b import x", "b": "import c", "c": "def f():\n    import a\nfrom d import y", "d": "import b"}
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(text)
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    assert circles(sorted(tmp_path.glob("*.py"))) == ["b -> c -> d -> b"]


def test_content_holds_no_code() -> None:
    kinds = {path.suffix for path in (ROOT / "content").rglob("*") if path.is_file()}
    assert kinds <= {".md", ".toml", ".txt"}


def test_one_experiment_is_one_word_and_the_word_is_its_path() -> None:
    for lesson in (ROOT / "content").glob("*/*.md"):
        part, slug = lesson.parent.name, lesson.stem
        rooms = [
            f"content/{part}/{slug}.toml",
            f"engine/experiments/{slug}/__init__.py",
            f"pages/{part}/{slug}/page.py",
            f"tests/experiments/test_{slug}.py",
        ]
        marks = [
            line.split()[-1] for line in lesson.read_text("utf-8").splitlines() if line.startswith("::: experiment")
        ]
        assert marks
        rooms += [f"{room}/{slug}/{id}.py" for id in marks for room in ("engine/experiments", f"pages/{part}")]
        for room in rooms:
            assert (ROOT / room).is_file(), f"{slug} has no {room}"


def test_the_wall_can_fall() -> None:
    charts = ROOT / "pages" / "widgets" / "figures" / "charts.py"
    assert breaches([charts], ("altair",)), "the reader of imports sees nothing"


def test_a_drawing_and_what_answers_a_desk_know_no_streamlit() -> None:
    """Whatever they import: a picture is tested as a plain function, and drawn in a thread that no script runs in."""
    drawings = [path for part in PARTS for path in (ROOT / "pages" / part).glob("*/*.py")]
    views = [module_of(path) for path in drawings if "\ndef view(" in path.read_text(encoding="utf-8")]
    assert len(views) > 30
    blocked = "".join(f"sys.modules[{name!r}] = None; " for name in ("streamlit", "altair", "pandas"))
    modules = ", ".join([*views, "pages.widgets.plate.seats", "pages.widgets.plate.protocol"])
    found = subprocess.run(
        [sys.executable, "-c", f"import sys; {blocked}import {modules}"], cwd=ROOT, capture_output=True
    )
    assert found.returncode == 0, found.stderr.decode()
