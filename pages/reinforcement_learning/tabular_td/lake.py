"""Pictures of the experiment tabular_td.lake."""

from __future__ import annotations

import numpy as np

from engine.experiment import Run
from engine.experiments.tabular_td.lake import EXPLORING_STARTS, FIRST, MOST_JUDGED, LakeOutcome, LakeSettings
from engine.experiments.tabular_td.shared import LEARNING
from pages.reinforcement_learning.tabular_td.shared import board
from pages.widgets.canvas.scene import Scene
from pages.widgets.canvas.view import Metrics, Part, Picture, Row, Text
from pages.widgets.figures.grids import GOAL, HOLE, grid_scene, stroll
from pages.widgets.figures.lines import lines
from pages.widgets.figures.numbers import decimal
from pages.widgets.shell.letters import plural


def view(settings: LakeSettings, run: Run[LakeOutcome]) -> list[Part]:
    """The first agent on the ice, and beside it how often all of them succeed."""
    outcome = run.outcome
    starts = "While learning an episode begins anywhere. " if settings.learner == EXPLORING_STARTS else ""
    judged = f"the first {MOST_JUDGED} agents" if settings.agents > MOST_JUDGED else "the agents"
    return [
        Row(
            [
                Picture(replay(settings, outcome), height=290, at=-1),
                [
                    Picture(success(settings, outcome), height=280),
                    measures(settings, outcome),
                ],
            ]
        ),
        Text(
            "Dark discs: holes, S: start, G: goal. Numbers: the value of the best move; no arrow where all moves are "
            f"equal. {starts}Greedy: the exact chance without random moves, from the start, averaged over {judged}. "
            f"Best: the highest chance that any policy has within {plural(outcome.world.limit, 'step')}."
        ),
    ]


def replay(settings: LakeSettings, outcome: LakeOutcome) -> Scene:
    """Return the first agent's last episode, or its table as it was learned."""
    world, tables, path = outcome.world, outcome.tables, outcome.episode.states.tolist()
    first = settings.ties == FIRST
    if settings.replay == LEARNING:
        moments = [[board(world, table, first=first)] for table in tables]
        says = [f"After {plural(count, 'episode')}: values, and the best moves by them" for count in outcome.until]
    else:
        walked = stroll(path, len(path) - 1)
        moments = [[board(world, tables[-1], path=one, group=1, first=first)] for one in walked]
        ends = {HOLE: "falls into a hole", GOAL: "reaches the goal"}
        end = ends.get("".join(world.map)[path[-1]], "is still on the ice")
        says = [*(f"Step {k}" for k in range(len(path) - 1)), f"Step {len(path) - 1}: the agent {end}"]
    return grid_scene(moments, says, low=0.0, write=hundredths)


def hundredths(value: float) -> str:
    """Write a cell's value with two decimals, nothing where it is nothing."""
    return f"{value:.2f}" if abs(value) >= 0.005 else ""


def success(settings: LakeSettings, outcome: LakeOutcome) -> Scene:
    """Return the success in each block of episodes, the exact chance of what is known, and the best chance of all."""
    learning = "from anywhere" if settings.learner == EXPLORING_STARTS else "while learning"
    return lines(
        outcome.until,
        {learning: 100 * outcome.success, "greedy": 100 * outcome.known},
        f"episode, in blocks of {outcome.until[0]}",
        "successes (%)",
        levels={f"best {decimal(100 * outcome.best, 1)}%": 100 * outcome.best},
        y_range=(0.0, 112.0),
        says=f"Success by blocks of episodes: at the end {outcome.success[-1]:.0%} {learning}, "
        f"{outcome.known[-1]:.0%} greedily; at best {outcome.best:.0%}.",
        title="Agents that reach the goal",
    )


def measures(settings: LakeSettings, outcome: LakeOutcome) -> Metrics:
    """Return how many agents reached the goal while learning, when, and how likely they do greedily at the end."""
    reached = outcome.first_success[outcome.first_success > 0]
    return Metrics(
        {
            "Reached the goal": f"{len(reached)} of {settings.agents}",
            "half by episode": f"{np.median(reached):.0f}" if len(reached) else "–",
            "greedy": f"{outcome.known[-1]:.0%}",
        }
    )
