"""Pictures of the experiment sequence_modeling.ngram."""

from __future__ import annotations

import numpy as np

from engine.experiment import Run
from engine.experiments.sequence_modeling.ngram import NGramOutcome, NGramSettings
from pages.widgets.canvas.scene import Scene
from pages.widgets.canvas.view import Metrics, Part, Picture, Row, Text
from pages.widgets.figures.bars import bars
from pages.widgets.figures.lines import lines
from pages.widgets.shell.letters import plain


def view(settings: NGramSettings, run: Run[NGramOutcome]) -> list[Part]:
    """Perplexity of every order on both parts of the text, the share of new contexts, and what the model writes."""
    found = run.outcome
    return [
        Row([Picture(perplexity(settings, found), height=190), Picture(unseen(found), height=214)], shares=(3, 2)),
        Metrics(
            {
                "Lowest held-out perplexity": f"{found.held.min():.2f}, at order {found.best}",
                "Learned from": f"{found.learned:,} characters",
                "Tested on": f"the last {found.held_out:,}",
                "Kinds of character": f"{found.symbols}",
            }
        ),
        Text(f"Order {settings.order} writes: “{plain(found.written).strip()}”"),
        Text(f"The longest passage of it that it has read (characters: {len(found.copied)}): “{plain(found.copied)}”"),
    ]


def perplexity(settings: NGramSettings, found: NGramOutcome) -> Scene:
    """Picture the perplexity of every order; the one that writes is marked."""
    held, training = (", ".join(f"{one:.2f}" for one in values) for values in (found.held, found.training))
    return lines(
        np.arange(len(found.orders)),
        {"held out": found.held, "learned from": found.training},
        "order n",
        "perplexity per character",
        here=settings.order - 1,
        x_marks=[f"{order}" for order in found.orders],
        y_marks="log",
        says=f"Perplexity on held-out text for orders 1 to 7: {held}; lowest, {found.held.min():.2f}, at order "
        f"{found.best}. On the text learned from: {training}.",
    )


def unseen(found: NGramOutcome) -> Scene:
    """Picture the share of the held-out places whose context was never seen."""
    percents = 100 * found.unseen
    return bars(
        [f"{order}" for order in found.orders],
        {"new contexts": percents},
        "contexts never seen, % of held-out places",
        x_label="order n",
        y_range=(0.0, 115.0),
        numbers=".0f",
        groups=(7,),
        says="Share of held-out places whose context was never seen, orders 1 to 7: "
        f"{', '.join(f'{one:.0f} %' for one in percents)}.",
    )
