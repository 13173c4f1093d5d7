"""Pictures of the experiment tabular_td.cliff."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.experiment import Run
from engine.experiments.tabular_td.cliff import CliffOutcome, CliffSettings, Walkers
from engine.experiments.tabular_td.shared import EXPLORING, LEARNING, GridWorld
from pages.reinforcement_learning.tabular_td.shared import GROUPS, SARSA, Path, Q, board
from pages.widgets.canvas.scene import Scene
from pages.widgets.canvas.view import Part, Picture, Row, Table, Text
from pages.widgets.figures.grids import GOAL, grid_scene, stroll
from pages.widgets.figures.lines import lines
from pages.widgets.figures.numbers import decimal, signed
from pages.widgets.shell.letters import plural


def view(settings: CliffSettings, run: Run[CliffOutcome]) -> list[Part]:
    """Both first agents above one another, and beside them the returns of all."""
    outcome = run.outcome
    agents = {SARSA: outcome.sarsa, Q: outcome.q_learning}
    scene = learning(outcome, agents) if settings.replay == LEARNING else walking(settings, outcome, agents)
    last = max(1, settings.episodes // 5)
    return [
        Row(
            [
                Picture(scene, height=310, at=-1),
                [Picture(returns(settings, agents), height=230), table(agents, last)],
            ],
            shares=(9, 1),
        ),
        Text(
            "Striped: the cliff, S: start, G: goal. Numbers: the value of the best move, bluer where it is higher. "
            f"Greedy paths go without random moves; steps: the median of those that arrive, {outcome.best} at best."
        ),
    ]


def learning(outcome: CliffOutcome, agents: Mapping[str, Walkers]) -> Scene:
    """Return a replay of both tables as they were learned."""
    after = outcome.sarsa.after.tolist()
    moments = [[board(outcome.world, one.tables[k], name) for name, one in agents.items()] for k in range(len(after))]
    says = [f"After {plural(count, 'episode')}: values, and the best moves by them" for count in after]
    return grid_scene(moments, says, write=whole)


def walking(settings: CliffSettings, outcome: CliffOutcome, agents: Mapping[str, Walkers]) -> Scene:
    """Return a replay of both agents on their paths."""
    paths = {name: path_of(one, settings.replay) for name, one in agents.items()}
    walks = {name: stroll(path, max(map(len, paths.values())) - 1) for name, path in paths.items()}
    moments = [
        [board(outcome.world, one.tables[-1], name, walks[name][k], GROUPS[name]) for name, one in agents.items()]
        for k in range(len(walks[Q]))
    ]
    says = [
        f"Step {k}. " + " ".join(f"{name} {whereabouts(outcome.world, path, k)}." for name, path in paths.items())
        for k in range(len(moments))
    ]
    return grid_scene(moments, says, write=whole)


def path_of(agent: Walkers, replay: str) -> list[int]:
    """Return the states that the replay passes."""
    path: list[int] = (agent.exploring.states if replay == EXPLORING else agent.path).tolist()
    return path


def whereabouts(world: GridWorld, path: Path, step: int) -> str:
    """Say what an agent does at a step of its path."""
    cells, start = "".join(world.map), "".join(world.map).index("S")
    here = path[min(step, len(path) - 1)]
    if cells[here] == GOAL:
        return f"has reached the goal in {plural(len(path) - 1, 'step')}"
    if step >= len(path) - 1:
        return "goes round for ever" if here in path[:-1] else "is still on its way"
    if step and here == start and path[step - 1] not in (start, start - len(world.map[0])):
        return "falls, and is back at the start"
    return "walks"


def whole(value: float) -> str:
    """Write a cell's value in whole numbers."""
    return decimal(value, 0)


def returns(settings: CliffSettings, agents: Mapping[str, Walkers]) -> Scene:
    """Return the mean return of each episode, smoothed."""
    window = max(1, settings.episodes // 25)
    smooth = {
        name: np.convolve(one.returns.mean(axis=0), np.ones(window) / window, "valid") for name, one in agents.items()
    }
    episodes = np.arange(window, settings.episodes + 1)
    later = np.concatenate([one[episodes > settings.episodes / 2] for one in smooth.values()])
    low = min(-60.0, 1.1 * float(later.min()))  # not the first falls
    last = ", ".join(f"{name} {signed(f'{one[-1]:.1f}')}" for name, one in smooth.items())
    return lines(
        episodes,
        smooth,
        "episode",
        f"return, mean of {plural(window, 'episode')}",
        groups=[GROUPS[name] for name in smooth],
        y_range=(low, 0.0),
        says=f"Smoothed returns while learning; at the end {last}.",
        title="Returns while learning",
    )


def table(agents: Mapping[str, Walkers], last: int) -> Table:
    """Return what both kinds of agents earn, and how long their greedy paths are."""
    cells = [[f"mean return, last {last}"], ["greedy path, steps"], ["arrive"]]
    for one in agents.values():
        arrive = int(np.isfinite(one.lengths).sum())
        cells[0].append(signed(f"{one.returns[:, -last:].mean():.1f}"))
        cells[1].append(f"{np.nanmedian(one.lengths):g}" if arrive else "endless")
        cells[2].append(f"{arrive} of {len(one.lengths)}")
    return Table(("", *(name.replace("-", "\u2011") for name in agents)), cells)  # a hyphen that does not break
