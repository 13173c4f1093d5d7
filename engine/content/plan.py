"""What the curriculum plans for a topic: its rows in topics.yaml, which stands beside the checkout."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ContentError


@dataclass(frozen=True)
class PlannedExperiment:
    """An experiment as it is planned: what the reader sets and sees, the claim, its measure and what must break it."""

    id: str
    title: str
    manipulates: str
    sees: str
    claim: str
    measure: str
    sabotage: str


@dataclass(frozen=True)
class Plan:
    """A topic as it is planned: needs are slugs, questions are ids of the primer, terms are what it has to explain."""

    needs: tuple[str, ...]
    sections: tuple[str, ...]
    questions: tuple[str, ...]
    terms: tuple[str, ...]
    experiments: tuple[PlannedExperiment, ...]


def plan_of(slug: str, folder: Path) -> Plan:
    """Read the plan of a topic.

    Args:
        slug: the topic, with _ as in curriculum.toml.
        folder: holds topics.yaml.

    Raises:
        engine.errors.ContentError: if the file is not there or has no row for the topic.
    """
    import yaml  # an author's tool: nobody else needs it

    path = folder / "topics.yaml"
    if not path.is_file():
        raise ContentError(str(path), "it is not there. Say which folder holds topics.yaml: --curriculum FOLDER.")
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["topics"]
    row = next((row for row in rows if _name(row["slug"]) == slug), None)
    if row is None:
        raise ContentError(str(path), f"it has no topic {slug}. Add its row, or correct the name.")
    return Plan(
        tuple(map(_name, row.get("needs") or ())),
        tuple(map(str, row["grimoire_sections"])),
        tuple(map(str, row["questions"])),
        tuple(row["systems"]),
        tuple(map(_experiment, row["demos"])),
    )


def _experiment(row: dict[str, Any]) -> PlannedExperiment:
    id = _name(row["id"].rpartition(".")[2])
    return PlannedExperiment(
        id, *(row[key] for key in ("title", "manipulates", "sees", "claim", "measure", "sabotage"))
    )


def _name(text: str) -> str:
    return text.replace("-", "_")
