"""Pictures of the experiment cnn_pipeline.residual."""

from __future__ import annotations

import numpy as np

from engine.data import Floats
from engine.experiment import Run
from engine.experiments.cnn_pipeline.residual import PLAIN, RESIDUAL_TRAIN, SKIPS, ResidualSettings, ResidualSnapshot
from engine.experiments.cnn_pipeline.worked import CLASSES, COUNT
from pages.widgets.canvas.scene import Scene
from pages.widgets.canvas.view import Part, Picture, Row, Table, written
from pages.widgets.figures.lines import ends, lines
from pages.widgets.shell.letters import plural

FAINTEST = 1e-24  # of a gradient, on the logarithmic axis
GROUPS = {PLAIN: 1, SKIPS: 0}  # without skips dashed


def view(settings: ResidualSettings, run: Run[ResidualSnapshot]) -> list[Part]:
    """Loss over the epochs, and the gradient norm of every layer, at the start and at the end."""
    snapshot = run.outcome
    epochs = plural(snapshot.epoch, "epoch")
    held_out = COUNT - RESIDUAL_TRAIN
    rows = [
        (
            one.name,
            f"{one.accuracy[-1]:.1%} of {held_out}",
            short(one.gradients[0][0]),
            short(one.gradients[0][-1]),
        )
        for one in snapshot.stacks
    ]
    return [
        Picture(losses(settings, snapshot), 170),
        Row(
            [
                Picture(gradients(snapshot, 0, "before training"), 170),
                Picture(gradients(snapshot, -1, f"after {epochs}"), 170),
            ]
        ),
        Table(
            ("layers", f"held-out digits read after {epochs}", "first layer's gradient at the start", "last layer's"),
            rows,
        ),
    ]


def losses(settings: ResidualSettings, snapshot: ResidualSnapshot) -> Scene:
    """Draw each stack's loss after every epoch, and the loss of guessing."""
    said = "; ".join(f"{one.name} from {one.losses[0]:.3g} to {one.losses[-1]:.3g}" for one in snapshot.stacks)
    guess = float(np.log(CLASSES))
    return lines(
        np.arange(snapshot.epoch + 1),
        {one.name: one.losses for one in snapshot.stacks},
        "epoch",
        f"training loss, logarithmic (the line: guessing, ln 10 = {guess:.2f})",
        levels={"": guess},
        groups=[GROUPS[one.name] for one in snapshot.stacks],
        x_marks="whole",
        y_marks="log",
        says=f"Training loss over {plural(settings.epochs, 'epoch')}: {said}.",
    )


def gradients(snapshot: ResidualSnapshot, epoch: int, when: str) -> Scene:
    """Draw the norm of every layer's gradient at one moment, on the axis of both moments."""
    everything = np.concatenate([seen(one.gradients[row]) for one in snapshot.stacks for row in (0, -1)])
    said = "; ".join(
        f"{one.name} {short(norms[0])} in the first layer and {short(norms[-1])} in the last"
        for one, norms in ((one, one.gradients[epoch]) for one in snapshot.stacks)
    )
    return lines(
        np.arange(1, snapshot.stacks[0].gradients.shape[1] + 1),
        {one.name: seen(one.gradients[epoch]) for one in snapshot.stacks},
        "layer, from the image",
        "gradient norm, logarithmic",
        groups=[GROUPS[one.name] for one in snapshot.stacks],
        x_marks="whole",
        y_marks="log",
        y_range=ends(np.log10(everything)),
        says=f"Gradient norms {when}: {said}.",
        title=f"Gradients {when}",
    )


def seen(norms: Floats) -> Floats:
    """Return norms that a logarithmic axis can show."""
    return np.maximum(norms, FAINTEST)


def short(value: float) -> str:
    return written(float(f"{value:.2g}"))
