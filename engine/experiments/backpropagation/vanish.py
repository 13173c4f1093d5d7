"""The experiment vanish: how far gradients reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from engine.deep_learning import deep_stack
from engine.experiment import Experiment, Sabotage, Verdict
from engine.settings import Choice, Settings, Whole

STACK_ACTIVATIONS, STARTS = tuple(deep_stack.ACTIVATIONS), tuple(deep_stack.INITIALISATIONS)


@dataclass(frozen=True)
class VanishSettings(Settings):
    """Two stacks of the same size, each with an activation and an initialisation."""

    main: ClassVar = ("depth", "width", "first", "second")

    depth: Annotated[int, Whole(2, 50, says="Layers")] = 20
    width: Annotated[int, Whole(4, 128, step=4, says="Units in each layer")] = 64
    first: Annotated[str, Choice(STACK_ACTIVATIONS, says="Stack A: activation")] = "sigmoid"
    first_start: Annotated[str, Choice(STARTS, says="Stack A: initialisation")] = "Xavier"
    second: Annotated[str, Choice(STACK_ACTIVATIONS, says="Stack B: activation")] = "ReLU"
    second_start: Annotated[str, Choice(STARTS, says="Stack B: initialisation")] = "He"
    seed: Annotated[int, Whole(0, 9_999, says="Seed")] = 1


@dataclass(frozen=True)
class VanishOutcome:
    """Both stacks."""

    stacks: tuple[deep_stack.Stack, deep_stack.Stack]


def run_vanish(settings: VanishSettings) -> VanishOutcome:
    """Send the gradient of a squared error back through both stacks."""
    kinds = ((settings.first, settings.first_start), (settings.second, settings.second_start))
    first, second = (deep_stack.measure(settings.seed, settings.depth, settings.width, *kind) for kind in kinds)
    return VanishOutcome((first, second))


def claim_vanish(seed: int, activation: str = "sigmoid", start: str = "Xavier") -> Verdict:
    """Compare the first and the last layer's gradient in two stacks of twenty layers of 64 units."""
    first, second = deep_stack.measure(seed, 20, 64, activation, start), deep_stack.measure(seed, 20, 64, "ReLU", "He")
    most = max(first.share, first.share_of_weights)
    least = min(second.share, second.share_of_weights)
    return Verdict(
        most < 1e-6 and least > 0.05,
        {
            "share that reaches the sums, first stack": first.share,
            "second stack": second.share,
            "share that reaches the weights, first stack": first.share_of_weights,
            "the same, second stack": second.share_of_weights,
        },
        f"First over last layer, of ∂L/∂z and ∂L/∂W: {first.share:.1e} and {first.share_of_weights:.1e} in the stack "
        f"{first.name}; {second.share:.2f} and {second.share_of_weights:.2f} in {second.name}.",
    )


EXPERIMENT = Experiment(
    "vanish",
    VanishSettings,
    run_vanish,
    claim_vanish,
    Sabotage("ReLU in both stacks", lambda seed: claim_vanish(seed, "ReLU", "He")),
    shows=(deep_stack.backpropagate, deep_stack.draw_weights),
)
