"""Monte Carlo, TD, SARSA and Q-learning."""

from __future__ import annotations

from pages.reinforcement_learning.tabular_td.cliff import draw_cliff
from pages.reinforcement_learning.tabular_td.lake import draw_lake
from pages.reinforcement_learning.tabular_td.offpolicy import draw_offpolicy
from pages.reinforcement_learning.tabular_td.shared import TOPIC
from pages.reinforcement_learning.tabular_td.walk import draw_walk
from pages.widgets.lesson import topic

topic.show(TOPIC, {"walk": draw_walk, "cliff": draw_cliff, "lake": draw_lake, "offpolicy": draw_offpolicy})
