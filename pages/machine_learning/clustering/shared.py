"""What more than one of the topic's pictures use."""

from __future__ import annotations

from engine.experiments.clustering.choose_k import ChooseKSettings
from engine.experiments.clustering.inits import InitsSettings
from engine.experiments.clustering.shared import OWN, REAL, real_table
from pages.widgets.shell.letters import plural


def drawn_rows(settings: InitsSettings | ChooseKSettings, points: int) -> str:
    """Say how many points were clustered, and that they are a random draw where there were more."""
    if settings.data in (*REAL, OWN):
        rows = len(real_table(settings.data, settings.table).values)
        if rows > points:
            return f"{plural(points, 'point')}, drawn at random from {plural(rows, 'row')}."
    return f"{plural(points, 'point')}."
