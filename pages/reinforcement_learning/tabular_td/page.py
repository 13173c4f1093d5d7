"""Monte Carlo, TD, SARSA and Q-learning."""

from __future__ import annotations

from pages.reinforcement_learning.tabular_td import cliff, lake, offpolicy, walk
from pages.widgets.lesson import topic
from pages.widgets.plate.seats import Pictures

topic.show(
    "tabular_td",
    {
        "walk": Pictures(walk.view),
        "cliff": Pictures(cliff.view),
        "lake": Pictures(lake.view),
        "offpolicy": Pictures(offpolicy.view),
    },
)
