"""What more than one of the topic's experiments use."""

from __future__ import annotations

from collections.abc import Sequence

TOPIC = "tabular_td"
MC, TD, SARSA, Q = "Monte Carlo", "TD(0)", "SARSA", "Q-learning"
LINES = ("Q-learning to the best", "weighted to the best", "SARSA to the best", "SARSA to the walker's")
COLOUR = {
    MC: 0,
    TD: 1,
    SARSA: 1,
    Q: 2,
    "while learning": 0,
    "from anywhere": 0,
    "greedy": 1,
    LINES[0]: 2,
    LINES[1]: 4,
    LINES[2]: 1,
    LINES[3]: 3,
}
GREY = "#8F8F8F"  # stands out on both themes
Path = Sequence[int]
