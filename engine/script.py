"""Copy as Python: a script that runs an experiment against the engine and gives the same outcome."""

from __future__ import annotations

import csv
import io
from dataclasses import fields

from engine.data import Table
from engine.experiment import Experiment, Settings

MOST_INLINE = 2_000  # cells of a table written into the script; a larger one is read from the reader's file


def as_python(topic: str, experiment: Experiment, settings: Settings) -> str:
    """Return a script that rebuilds `settings` and runs them, ending with the outcome in `run.outcome`.

    Every setting that differs from its default is written out, and so is the seed.
    """
    name = type(settings).__name__
    said = settings.changed()
    if "seed" in {one.name for one in fields(settings)}:
        said.setdefault("seed", settings.seed)  # type: ignore[attr-defined]
    lines = ["# Run this in the project's folder."]
    table = said.get("table")
    if isinstance(table, Table):
        lines.append("from engine.own_table import read_table")
    lines += ["from engine.experiment import experiments_of", f"from engine.experiments.{topic} import {name}", ""]
    if isinstance(table, Table):
        lines.append(f"table = {table_source(table)}")
    lines.append(f"settings = {name}(")
    lines += [f"    {key}={'table' if isinstance(value, Table) else repr(value)}," for key, value in said.items()]
    lines += [
        ")",
        f'run = experiments_of("{topic}")["{experiment.id}"].perform(settings)',
        "for snapshot in run.snapshots[:5]:",
        "    print(snapshot)",
        "print(run.end)",
    ]
    return "\n".join(lines) + "\n"


def table_source(table: Table) -> str:
    """Return an expression that reads the table: its own text where it is small, else the reader's file."""
    if table.values.size > MOST_INLINE:
        return 'read_table(open("your-table.csv", "rb").read())'
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.names)
    writer.writerows([[repr(float(value)) for value in row] for row in table.values])
    return f"read_table({text.getvalue()!r})"
