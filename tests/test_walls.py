"""Who may import whom: the house of DESIGN.md, read from the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENGINE = sorted((ROOT / "engine").rglob("*.py"))
PAGES = sorted((ROOT / "pages").rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, wherever the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def breaches(paths: list[Path], forbidden: tuple[str, ...], allowed: tuple[str, ...] = ()) -> list[str]:
    """Name every import in `paths` of something forbidden."""
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in paths
        for name in imports(path)
        if any(name == one or name.startswith(f"{one}.") for one in forbidden)
        and not any(name == one or name.startswith(f"{one}.") for one in allowed)
    ]


def test_the_engine_draws_nothing() -> None:
    assert breaches(ENGINE, ("streamlit", "altair", "pandas", "pages", "app")) == []


def test_an_algorithm_knows_no_experiment_and_no_quiz() -> None:
    families = [path for path in ENGINE if path.relative_to(ROOT).parts[1] not in (path.name, "experiments", "quiz")]
    assert families
    assert breaches(families, ("engine.experiments", "engine.quiz", "engine.content")) == []


def test_an_experiment_knows_no_other_topic_and_no_quiz() -> None:
    paths = [path for path in ENGINE if path.parent.name == "experiments"]
    assert paths
    assert breaches(paths, ("engine.experiments", "engine.quiz", "engine.content")) == []


def test_pages_do_not_import_each_other() -> None:
    paths = [path for path in PAGES if path.parent.name != "widgets"]
    assert paths
    assert breaches(paths, ("pages",), allowed=("pages.widgets", "pages")) == []
    assert breaches([p for p in PAGES if p.parent.name == "widgets"], ("pages",), allowed=("pages.widgets",)) == []


def test_a_page_computes_nothing_itself() -> None:
    topics = [path for path in PAGES if path.parent.name not in ("widgets", "places", "pages")]
    families = tuple(f"engine.{path.name}" for path in (ROOT / "engine").iterdir() if path.is_dir())
    assert breaches(topics, families, allowed=("engine.experiments",)) == []


def test_only_the_store_opens_the_database() -> None:
    others = [
        path for path in [*ENGINE, *PAGES, ROOT / "app.py"] if path.parent.name != "quiz" or "store" not in path.name
    ]
    assert breaches(others, ("sqlite3", "sqlite_utils")) == []


def test_only_pages_and_the_entry_import_streamlit() -> None:
    rest = [
        path for path in ROOT.rglob("*.py") if path.relative_to(ROOT).parts[0] in ("content", "engine", "benchmarks")
    ]
    assert breaches(rest, ("streamlit",), allowed=("streamlit.proto",)) == []  # what a browser says, for a benchmark


def test_content_holds_no_code() -> None:
    kinds = {path.suffix for path in (ROOT / "content").rglob("*") if path.is_file()}
    assert kinds <= {".md", ".toml", ".txt"}


def test_each_topic_is_one_word_in_five_rooms() -> None:
    for lesson in (ROOT / "content").glob("*/*.md"):
        part, slug = lesson.parent.name, lesson.stem
        for room in (f"content/{part}/{slug}.toml", f"engine/experiments/{slug}.py", f"pages/{part}/{slug}.py",
                     f"tests/experiments/test_{slug}.py"):  # fmt: skip
            assert (ROOT / room).is_file(), f"{slug} has no {room}"


def test_the_wall_can_fall() -> None:
    assert breaches([ROOT / "pages" / "widgets" / "charts.py"], ("altair",)), "the reader of imports sees nothing"
