"""Copy as Python: a script that runs an experiment against the engine and gives the same outcome."""

from __future__ import annotations

import csv
import io
from dataclasses import fields

from engine.data import Image, Table, Text
from engine.experiment import Experiment
from engine.settings import Settings

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
    own = {key: value for key, value in said.items() if isinstance(value, (Table, Text, Image))}
    lines += sorted({reader_of(value) for value in own.values()})
    lines += ["from engine.experiment import experiments_of", f"from engine.experiments.{topic} import {name}", ""]
    lines += [f"{key} = {source_of(value)}" for key, value in own.items()]
    lines.append(f"settings = {name}(")
    lines += [f"    {key}={key if key in own else repr(value)}," for key, value in said.items()]
    lines += [
        ")",
        f'run = experiments_of("{topic}")["{experiment.id}"].perform(settings)',
        "for snapshot in run.snapshots[:5]:",
        "    print(snapshot)",
        "print(run.end)",
    ]
    return "\n".join(lines) + "\n"


def reader_of(value: Table | Text | Image) -> str:
    """Return the import that the expression of `source_of` needs."""
    kind = {Table: "table", Text: "text", Image: "image"}[type(value)]
    return f"from engine.own_{kind} import read_{kind}" + ("\nfrom engine.data import Image" if kind == "image" else "")


def source_of(value: Table | Text | Image) -> str:
    """Return an expression that gives the reader's own data: written out where they are small, else from their file."""
    if isinstance(value, Table):
        return table_source(value)
    if isinstance(value, Text):
        small = len(value.characters) <= MOST_INLINE
        return f"read_text({value.characters!r})" if small else 'read_text(open("your-text.txt", "rb").read())'
    small = value.pixels.size <= MOST_INLINE
    return f"Image({value.pixels.tolist()})" if small else 'read_image(open("your-image.png", "rb").read())'


def table_source(table: Table) -> str:
    """Return an expression that reads the table: its own text where it is small, else the reader's file."""
    if table.values.size > MOST_INLINE:
        return 'read_table(open("your-table.csv", "rb").read())'
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.names)
    writer.writerows([[repr(float(value)) for value in row] for row in table.values])
    return f"read_table({text.getvalue()!r})"
