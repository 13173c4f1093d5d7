"""A topic that was begun: in every room, in the house's form, and full of holes that are refused."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.content.__main__ import main
from engine.content.check import check_topic

HOUSE = Path(__file__).parents[2]
PLANS = """\
topics:
- slug: pea-soup
  needs: [beans]
  grimoire_sections: ['2', '2.1']
  questions: [2.1.q1, 3.q1]
  systems: [Soup, Spoon]
  demos:
  - {id: pea-soup.long-boil, title: Boil it long, manipulates: "minutes, \\"heat\\"", sees: the pot,
     claim: 'An hour of boiling \\ softens every pea.', measure: '100 peas', sabotage: cold water}
  - {id: pea-soup.salt, title: Salt, manipulates: salt, sees: taste, claim: Salt is tasted., measure: a spoon,
     sabotage: no salt}
"""
ROOMS = [
    "content/garden/pea_soup.md",
    "content/garden/pea_soup.toml",
    "engine/experiments/pea_soup/__init__.py",
    "engine/experiments/pea_soup/long_boil.py",
    "engine/experiments/pea_soup/salt.py",
    "engine/experiments/pea_soup/worked.py",
    "pages/garden/pea_soup/long_boil.py",
    "pages/garden/pea_soup/page.py",
    "pages/garden/pea_soup/salt.py",
    "pages/garden/pea_soup/shared.py",
    "tests/experiments/test_pea_soup.py",
]


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """Return a folder that holds the plan of pea soup."""
    folder = tmp_path / "shared" / "curriculum"
    folder.mkdir(parents=True)
    (folder / "topics.yaml").write_text(PLANS, encoding="utf-8")
    return folder


def new(root: Path, plans: Path, slug: str = "pea_soup") -> int:
    return main(["new", slug, "--curriculum", str(plans)], root)


def texts(house: Path) -> dict[str, str]:
    files = [path for path in house.rglob("*") if path.is_file() and path.suffix in (".py", ".md", ".toml")]
    return {path.relative_to(house).as_posix(): path.read_text("utf-8") for path in files}


def test_every_room_gets_its_files_and_they_are_named(
    root: Path, plans: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = set(texts(root.parent))
    assert new(root, plans) == 0
    said = capsys.readouterr().out
    assert sorted(set(texts(root.parent)) - before) == ROOMS
    assert all(room in said for room in ROOMS)


def test_the_linter_finds_nothing_but_holes_and_too_few_words(root: Path, plans: Path) -> None:
    new(root, plans)
    problems = [str(problem) for problem in check_topic("pea_soup", root)]
    assert sum("TODO stands here" in problem for problem in problems) > 10
    assert {problem.partition(":")[0].rpartition("/")[2] for problem in problems} == {"pea_soup.md", "pea_soup.toml"}
    others = [problem for problem in problems if "TODO" not in problem]
    assert len(others) == 1
    assert "words" in others[0]


def test_what_stands_is_never_overwritten(root: Path, plans: Path) -> None:
    new(root, plans)
    house = root.parent
    for room in ROOMS:
        (house / room).write_text((house / room).read_text("utf-8").replace("TODO", "DONE"), encoding="utf-8")
    (house / ROOMS[-1]).unlink()
    before = texts(house)
    assert new(root, plans) == 0
    after = texts(house)
    assert [name for name in after if after[name] != before.get(name)] == [ROOMS[-1]]


def test_questions_that_stand_stay_and_what_is_missing_is_added(root: Path, plans: Path) -> None:
    facts = root / "garden" / "pea_soup.toml"
    question = '[[question]]\nid = "2.1.q1"\nsection = "2.1"\ncheck = "numeric"\nask = "2 + 2?"\nanswer = "4"\n'
    question += 'hint = "Count."\nlevel = 1\nvalue = 4\n'
    mine = '[topic]\ntitle = "Pea soup"\nsummary = "Mine."  # said so\nsections = ["2.1", "3"]\n'
    facts.write_text(f"{mine}\n\n{question}", encoding="utf-8")
    page = root.parent / "pages" / "garden" / "pea_soup" / "page.py"
    page.parent.mkdir(parents=True)
    page.write_text('from pages.widgets.lesson import topic\n\ntopic.show("pea_soup", {})\n', encoding="utf-8")
    new(root, plans)
    text = facts.read_text("utf-8")
    assert text.startswith(f'{mine}minutes = 45  # TODO: how long a reader takes\ngoals = ["TODO')
    assert question in text
    assert 'needs = ["beans"]' in text
    assert text.count('id = "3.q1"') == text.count('id = "2.1.q1"') == text.count('id = "long_boil"') == 1
    assert '{"long_boil": draw_long_boil, "salt": draw_salt}' in page.read_text("utf-8")


def test_a_page_of_ones_own_stays(root: Path, plans: Path) -> None:
    page = root.parent / "pages" / "garden" / "pea_soup" / "page.py"
    page.parent.mkdir(parents=True)
    page.write_text("mine = 1\n", encoding="utf-8")
    new(root, plans)
    assert page.read_text("utf-8") == "mine = 1\n"


@pytest.mark.parametrize(
    ("slug", "folder", "says"),
    [
        ("pea_soup", "nowhere", "Say which folder holds topics.yaml: --curriculum FOLDER."),
        ("stew", "shared/curriculum", "it has no topic stew. Add its row, or correct the name."),
        ("cake", "shared/curriculum", "it has no topic cake. Add it to a part first."),
    ],
)
def test_what_is_missing_is_said(
    root: Path, plans: Path, slug: str, folder: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = texts(root.parent)
    assert new(root, root.parent / folder, slug) == 1
    assert says in capsys.readouterr().out
    assert texts(root.parent) == before


def test_facts_that_are_no_toml_are_left_alone(root: Path, plans: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = root / "garden" / "pea_soup.toml"
    facts.write_text("[topic\n", encoding="utf-8")
    assert new(root, plans) == 1
    assert "it is no TOML" in capsys.readouterr().out
    assert facts.read_text("utf-8") == "[topic\n"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a copy of what a new topic needs of this house: no other topic's experiments."""
    for room in ("engine", "content", "tests/experiments"):
        shutil.copytree(HOUSE / room, tmp_path / "house" / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.rmtree(tmp_path / "house" / "engine" / "experiments")
    shutil.copy(HOUSE / "pyproject.toml", tmp_path / "house")
    return tmp_path / "house"


def run(house: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *command], cwd=house, capture_output=True, text=True, check=False)


def test_a_topic_just_begun_is_well_formed_and_refused_by_linter_and_contract(house: Path, tmp_path: Path) -> None:
    with (house / "content" / "curriculum.toml").open("a", encoding="utf-8") as book:
        book.write('\n[[part.topic]]\nslug = "pea_soup"\ntitle = "Pea soup"\n')
    (tmp_path / "topics.yaml").write_text(PLANS.replace("[beans]", "[]"), encoding="utf-8")
    begun = run(house, "engine.content", "new", "pea_soup", "--curriculum", str(tmp_path))
    assert begun.returncode == 0, begun.stderr
    files = [line for line in begun.stdout.splitlines() if line.endswith(".py")]
    assert len(files) == 9
    assert run(house, "ruff", "check", *files).stdout == "All checks passed!\n"
    assert run(house, "ruff", "format", "--check", *files).returncode == 0
    linter = run(house, "engine.content", "pea_soup")
    assert linter.returncode == 1
    assert "pea_soup.md:3: TODO stands here" in linter.stdout
    tests = ("-n", "0", "tests/experiments/test_contract.py", "-k", "pea_soup and (hole or claim or default)")
    contract = run(house, "pytest", *tests)
    assert contract.returncode == 1
    for hole in ("test_no_hole_is_left", "NotImplementedError: TODO: run salt", "TODO: measure the claim of long_boil"):
        assert hole in contract.stdout, hole
