"""Pictures of the experiment backpropagation.graph."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise

from engine.experiment import Run
from engine.experiments.backpropagation.graph import GIVEN, GraphOutcome, GraphSettings, Node
from pages.deep_learning.backpropagation.boxes import DEEP, DONE, arrows, boxes, number, places, uses, values, way
from pages.widgets.canvas.scene import Frame, Scene
from pages.widgets.canvas.view import Part, Picture, Press, Sheet, Table, Tabs, Text, written
from pages.widgets.figures.numbers import subscript

PATHS = 300  # pixels: the boxes of this picture hold one number each
BEGIN = (
    "The forward pass, downwards: each box holds a number's value. The backward pass adds the derivative ∂L/∂ of it "
    "below, and thick arrows show where it comes from."
)


def view(settings: GraphSettings, run: Run[GraphOutcome]) -> list[Part]:
    """The backward pass to replay, the paths to one number, every derivative beside torch's; the numbers to type."""
    outcome = run.outcome
    steps = steps_said(settings)
    numbers = settings.numbers()
    return [
        Tabs(
            {
                "Backward pass": [Picture(replayed(settings, outcome), height=DEEP), *([Text(steps)] if steps else [])],
                "Paths": [Picture(along(settings, outcome), height=PATHS), *listed(outcome)],
                "Three ways to the derivatives": compared(outcome),
            }
        ),
        Sheet(
            "weights",
            tuple((value,) for value in numbers.values()),
            ("number",),
            [subscript(name) for name in numbers],
            also={"start": GIVEN},
            grows=False,
            title="Edit the weights and biases",
        ),
        Press("Back to this network's own numbers", {"weights": [], "start": GIVEN}),
    ]


def replayed(settings: GraphSettings, outcome: GraphOutcome) -> Scene:
    """Draw the forward pass, and then a frame for each derivative that is completed."""
    network, nodes, at = settings.network, outcome.nodes, places(settings.network, settings.activation)
    forth = uses(nodes, network)
    frames = [Frame([*arrows(forth, at), *boxes(nodes, at, 0)], f"{BEGIN} Here L = {number(nodes[0].value)}.")]
    for done, node in enumerate(nodes, start=1):
        back = uses([node], network)
        thick = arrows([one[::-1] for one in back], at, 3.0, DONE)
        thin = arrows(forth, at, over=back)
        frames.append(Frame([*thin, *thick, *boxes(nodes, at, done)], sentence(node)))
    return graph(frames)


def along(settings: GraphSettings, outcome: GraphOutcome) -> Scene:
    """Draw every path from the loss back to the number that is watched, each in its colour and dashes."""
    at = places(settings.network, settings.activation)
    paths = [[way(source, user, settings.network) for user, source in pairwise(path.names)] for path in outcome.paths]
    layers = arrows(uses(outcome.nodes, settings.network), at, over=list(chain(*paths)))
    for group, back in enumerate(paths):
        layers += arrows([one[::-1] for one in back], at, 3.0, group)
    layers += values(outcome.nodes, at, set(chain(*(path.names for path in outcome.paths))))
    products = ", ".join(number(path.product) for path in outcome.paths)
    says = f"{counted(outcome)} from L to {subscript(outcome.watched)}, with the products {products}."
    return graph([Frame(layers, says)], [f"path {k}" for k in range(1, len(outcome.paths) + 1)])


def graph(frames: list[Frame], legend: Sequence[str] = ()) -> Scene:
    """Return a scene of the graph."""
    return Scene(frames, x_label="", y_label="", x_range=(0, 1), y_range=(DEEP, 0), axes=False, legend=legend)


def steps_said(settings: GraphSettings) -> str:
    """Say what is computed in the one neuron, where every operation has a box."""
    if settings.network != "one neuron":
        return ""
    steps = " n = −z, e = exp(n), q = 1 + e, ŷ = 1/q," if settings.activation == "sigmoid" else ""
    return f"p₁ = w₁x₁, p₂ = w₂x₂, s = p₁ + p₂, z = s + b,{steps} d = ŷ − y, L = d²."


def sentence(node: Node) -> str:
    """Say how a derivative comes about, with its numbers."""
    name = f"∂L/∂{subscript(node.name)}"
    if not node.terms:
        return f"{name} = 1: here the backward pass begins"
    users = [subscript(term.user) for term in node.terms]
    symbols = " + ".join(f"∂L/∂{user} · ∂{user}/∂{subscript(node.name)}" for user in users)
    numbers = " + ".join(factors((term.arriving, term.local)) for term in node.terms)
    return f"{name} = {symbols} = {numbers} = {number(node.derivative)}"


def factors(values: tuple[float, ...]) -> str:
    """Write a product; a negative factor stands in parentheses."""
    return " · ".join(f"({number(value)})" if value < 0 else number(value) for value in values)


def counted(outcome: GraphOutcome) -> str:
    return f"{len(outcome.paths)} paths" if len(outcome.paths) > 1 else "One path"


def listed(outcome: GraphOutcome) -> list[Part]:
    """List the paths with their local derivatives, and say that the products add up to the derivative."""
    rows = [
        (str(k), " → ".join(map(subscript, path.names)), factors(path.slopes), number(path.product))
        for k, path in enumerate(outcome.paths, start=1)
    ]
    watched = subscript(outcome.watched)
    title = f"{counted(outcome)} from L to {watched}, local derivatives multiplied along each"
    total = number(sum(path.product for path in outcome.paths))
    return [
        Table(("path", "by way of", "local derivatives", "product"), rows, title),
        Text(f"The sum of the products is {total} = ∂L/∂{watched}."),
    ]


def compared(outcome: GraphOutcome) -> list[Part]:
    """Put every derivative beside torch's and a central difference."""
    rows = [
        (subscript(node.name), node.value, node.derivative, node.by_torch, node.by_difference) for node in outcome.nodes
    ]
    columns = ("number", "its value", "∂L/∂ by our autograd", "by torch", "by a central difference")
    off = "none" if outcome.from_torch == 0 else f"{written(float(f'{outcome.from_torch:.0e}'))} at most"
    return [
        Table(columns, rows, "The derivative of the loss by every number, found in three ways"),
        Text(
            f"Difference from torch: {off}. Our autograd recorded {outcome.operations} operations. The last column is "
            "a central difference, (L(θ + h) − L(θ − h))/2h with h = 10⁻⁶, for what is given and not computed."
        ),
    ]
