"""Q-functions and deep Q-learning."""

from __future__ import annotations

from pages.reinforcement_learning.deep_q_learning import futures, gamma, max
from pages.reinforcement_learning.deep_q_learning.dqn import moving_dqn, still_dqn
from pages.reinforcement_learning.deep_q_learning.shared import TOPIC
from pages.widgets.lesson import topic
from pages.widgets.plate import live
from pages.widgets.plate.seats import Pictures

topic.show(
    TOPIC,
    {
        "futures": Pictures(futures.view),
        "gamma": Pictures(gamma.view),
        "max": Pictures(max.view),
        "dqn": live.Views(moving=moving_dqn, still=still_dqn, pace=10.0),
    },
)
