"""Pictures of the experiment clustering.choose_k."""

from __future__ import annotations

import numpy as np

from engine.experiment import Run
from engine.experiments.clustering.choose_k import ChooseKOutcome, ChooseKSettings
from pages.machine_learning.clustering.shared import drawn_rows
from pages.widgets.canvas.scene import Bars, Frame, Lines, Scene, Words
from pages.widgets.canvas.view import Metrics, Part, Picture, Row, Text, written
from pages.widgets.figures.lines import lines
from pages.widgets.shell.letters import plural


def view(settings: ChooseKSettings, run: Run[ChooseKOutcome]) -> list[Part]:
    """Elbow and silhouette side by side, and every point's silhouette at one k."""
    outcome = run.outcome
    made = f" The data were made with {plural(settings.blobs, 'blob')}." if settings.data == "blobs" else ""
    measures = {
        f"SSE at k = {outcome.k}": written(float(outcome.sse[outcome.k - 1])),
        f"Mean silhouette at k = {outcome.k}": f"{outcome.widths.mean():.3f}".replace("-", "−"),
        "Silhouette peaks at": f"k = {outcome.best_k}",
    }
    return [
        Metrics(measures),
        Row([elbow(outcome), silhouette(outcome)]),
        every_point(outcome),
        Text(f"{drawn_rows(settings, len(outcome.points))}{made}"),
    ]


def elbow(outcome: ChooseKOutcome) -> Picture:
    """Return the SSE against k."""
    sse, last = outcome.sse, outcome.ks[-1]
    says = (
        f"SSE against k: {written(float(sse[0]))} at k = 1, {written(float(sse[outcome.k - 1]))} at "
        f"k = {outcome.k}, {written(float(sse[-1]))} at k = {last}."
    )
    scene = lines(outcome.ks, {"SSE": sse}, "k", "SSE", here=outcome.k, x_marks="whole", says=says)
    return Picture(scene, height=205)


def silhouette(outcome: ChooseKOutcome) -> Picture:
    """Return the mean silhouette against k."""
    means, last = outcome.silhouette, outcome.ks[-1]
    says = (
        f"Mean silhouette against k from 2 to {last}: highest, {means[outcome.best_k - 1]:.3f}, at "
        f"k = {outcome.best_k}; {means[outcome.k - 1]:.3f} at k = {outcome.k}."
    )
    label = "mean silhouette"
    scene = lines(outcome.ks, {label: means}, "k", label, here=outcome.k, x_marks="whole", says=says)
    return Picture(scene, height=205)


def every_point(outcome: ChooseKOutcome) -> Picture:
    """Return each point's silhouette as a bar: cluster by cluster, in each from high to low, and their mean."""
    order = np.lexsort((-outcome.widths, outcome.labels))
    widths, labels = outcome.widths[order], outcome.labels[order]
    count, mean = len(order), float(widths.mean())
    left = np.arange(count) + max(1.0, count / 60) * labels  # clusters stand apart
    low, right = min(-0.2, float(widths.min()) - 0.05), float(left[-1]) + 1.0
    clusters = np.unique(labels)
    middles = [float(left[labels == one].mean()) + 0.5 for one in clusters]
    negative = int((widths < 0).sum())
    layers = (
        Bars(left, np.zeros(count), left + 0.9, widths, group=labels),
        Lines([0.0], [0.0], [right], [0.0], width=1.0),
        Lines([0.0], [mean], [right], [mean], width=1.0),
        Words([right - 0.03 * right], [mean + 0.08], ["mean"]),
        Words(middles, [-0.1] * len(clusters), [str(one + 1) for one in clusters.tolist()]),
    )
    says = (
        f"{plural(count, 'point')} in {plural(outcome.k, 'cluster')}, silhouettes from {widths.min():.2f} to "
        f"{widths.max():.2f}, mean {mean:.3f}; {plural(negative, 'is', 'are')} negative."
    )
    scene = Scene(
        [Frame(layers, says.replace("-", "−"))],
        x_label="points, by cluster",
        y_label="silhouette",
        x_range=(0.0, right),
        y_range=(low, 1.0),
        x_marks=[],
        title=f"Every point's silhouette at k = {outcome.k}",
    )
    return Picture(scene, height=190)
