"""Pictures of the experiment backpropagation.neuron."""

from __future__ import annotations

from engine.experiment import Run
from engine.experiments.backpropagation.neuron import Curve, NeuronOutcome, NeuronSettings, Weight
from pages.widgets.canvas.scene import Dots, Frame, Layer, Lines, Scene
from pages.widgets.canvas.view import Metrics, Part, Picture, Row, Table, Tabs, Text, written
from pages.widgets.figures.numbers import signed

TANGENT = 4  # its group: the four weights have those before
HELP = (
    "The dashed line is the tangent at the present weight; its slope is ∂L/∂w. The wrong updates repeat the notes' "
    "arithmetic: prediction rounded to two digits, sign turned, and then the step ten times as long."
)


def view(settings: NeuronSettings, run: Run[NeuronOutcome]) -> list[Part]:
    """The loss against the weight with its tangent and the updates, beside every number of the step."""
    outcome = run.outcome
    now, right = outcome.now, outcome.weights[1]
    figures = {"∂L/∂w": written(now.by_w), "New w": signed(f"{right.w:.5g}"), "New L": written(right.loss)}
    charts = {"Near the weight": outcome.near, "All weights": outcome.whole}
    updates = [(one.how, one.w, one.prediction, one.loss) for one in outcome.weights]
    pages = {name: [Picture(loss(curve, outcome.weights), height=296)] for name, curve in charts.items()}
    return [
        Metrics(figures),
        Row([Tabs(pages), [steps(outcome), Table(("weight", "w", "ŷ", "loss"), updates)]]),
        Text(HELP),
    ]


def steps(outcome: NeuronOutcome) -> Table:
    """Return every number of the forward pass, the backward pass and the update."""
    now = outcome.now
    rows = {
        "z = w·x + b": now.z,
        "ŷ = σ(z)": now.prediction,
        "L = ½(ŷ − y)²": now.loss,
        "∂L/∂ŷ = ŷ − y": now.by_prediction,
        "∂ŷ/∂z = ŷ(1 − ŷ)": now.prediction_by_z,
        "∂z/∂w = x": now.z_by_w,
        "∂L/∂w, the product": now.by_w,
        "∂L/∂b, with ∂z/∂b = 1": now.by_b,
        "w − η · ∂L/∂w": outcome.weights[1].w,
    }
    return Table(("step", "value"), list(rows.items()), "Every number of one step")


def loss(curve: Curve, weights: tuple[Weight, ...]) -> Scene:
    """Draw the loss against the weight, its tangent as far as it is seen, and the weights that lie there."""
    room = 0.15 * float(curve.loss.max() - curve.loss.min() or 0.1)
    low, high = float(curve.loss.min()) - room, float(curve.loss.max()) + room
    seen = (curve.tangent >= low) & (curve.tangent <= high)
    seen = seen[:-1] & seen[1:]
    left, right = curve.w[:-1], curve.w[1:]
    layers: list[Layer] = [
        Lines(left, curve.loss[:-1], right, curve.loss[1:], width=2),
        Lines(left[seen], curve.tangent[:-1][seen], right[seen], curve.tangent[1:][seen], TANGENT),
    ]
    there = [(group, one) for group, one in enumerate(weights) if curve.w[0] <= one.w <= curve.w[-1]]
    for group, one in reversed(there):  # the present weight lies on top
        layers.append(Dots([one.w], [one.loss], group, size=6))
    said = "; ".join(f"{one.how}: w {written(one.w)}, loss {written(one.loss)}" for one in weights)
    return Scene(
        [Frame(layers, f"Loss against weight. {said}.")],
        x_label="weight w",
        y_label="loss L",
        x_range=(float(curve.w[0]), float(curve.w[-1])),
        y_range=(low, high),
        legend=[*(one.how for one in weights), "tangent"],
    )
