"""Drills of the part Computer Vision: each answer computed again, by torch or by counting, from the printed numbers."""

from __future__ import annotations

import re

import numpy as np
import pytest
from scipy import integrate, optimize, special, stats
from sklearn import metrics

from engine.quiz.drills.computer_vision import DRILLS
from engine.quiz.drills.drill import Drill
from engine.torch_one_thread import torch
from tests.quiz.drill_helpers import Oracle, check, numbers

F = torch.nn.functional


def _matrices(drill: Drill) -> list[torch.Tensor]:
    """Return the printed matrices, each of shape (1, 1, rows, columns)."""
    texts = re.findall(r"\\begin\{pmatrix\}(.*?)\\end\{pmatrix\}", drill.ask)
    rows = [[numbers(row) for row in text.split("\\\\")] for text in texts]
    return [torch.tensor(one, dtype=torch.float64)[None, None] for one in rows]


def side(n: list[float], drill: Drill) -> object:
    size, _, k, _, padding, stride = (int(v) for v in n)
    starts = range(-padding, size + padding - k + 1, stride)
    return len(starts)


def feature_map(n: list[float], drill: Drill) -> object:
    kernel, image = _matrices(drill)
    return F.conv2d(image, kernel)


def parameters(n: list[float], drill: Drill) -> object:
    filters, k, _, channels = (int(v) for v in n)
    return sum(p.numel() for p in torch.nn.Conv2d(channels, filters, k).parameters())


def field(n: list[float], drill: Drill) -> object:
    layers = [(int(k), int(s)) for k, s in re.findall(r"\$(\d+)\\times\d+\$ with stride (\d)", drill.ask)]
    image = torch.zeros(1, 1, 200, requires_grad=True)  # one side is enough
    out = image
    for k, s in layers:
        out = F.conv1d(out, torch.ones(1, 1, k), stride=s)
    out[0, 0, 3].backward()
    assert image.grad is not None
    return int((image.grad != 0).sum())


def flattened(n: list[float], drill: Drill) -> object:
    size, _, filters, k, _ = (int(v) for v in n[:5])
    with torch.device("meta"):  # shapes without numbers
        layers = torch.nn.Sequential(torch.nn.Conv2d(1, filters, k), torch.nn.MaxPool2d(2), torch.nn.Flatten())
        return layers(torch.zeros(1, 1, size, size)).shape[1]


def image_vector(n: list[float], drill: Drill) -> object:
    high, wide, units = (int(v) for v in n)
    length = np.zeros((high, wide, 3)).ravel().size
    with torch.device("meta"):
        return length, sum(p.numel() for p in torch.nn.Linear(length, units).parameters())


def pairs(n: list[float], drill: Drill) -> object:
    images, views = (int(v) for v in n)
    batch = [image for image in range(images) for _ in range(views)]
    return len(batch), sum(image != batch[0] for image in batch)


def contrastive(n: list[float], drill: Drill) -> object:
    *similar, heat = n
    return F.cross_entropy(torch.tensor([similar], dtype=torch.float64) / heat, torch.tensor([0]))


def head(n: list[float], drill: Drill) -> object:
    _, features, classes = (int(v) for v in n)
    return sum(p.numel() for p in torch.nn.Linear(features, classes).parameters())


def superpixels(n: list[float], drill: Drill) -> object:
    wide, high, parts = n
    return wide * high / parts, (wide * high) ** 2 / parts**2


def masks(n: list[float], drill: Drill) -> object:
    truth, found = (one.ravel().numpy() for one in _matrices(drill))
    return metrics.jaccard_score(truth, found), metrics.f1_score(truth, found)  # F1 of pixels is Dice


def boxes(n: list[float], drill: Drill) -> object:
    first, second = np.zeros((2, 20, 20), dtype=bool)
    corners = [int(v) for v in re.findall(r"\d+", drill.ask.partition("boxes")[2].partition(" (opposite")[0])]
    for grid, (x0, y0, x1, y1) in zip((first, second), (corners[:4], corners[4:]), strict=True):
        grid[y0:y1, x0:x1] = True
    return (first & second).sum() / (first | second).sum()


def discriminator(n: list[float], drill: Drill) -> object:
    p, q = n  # the best output maximises p ln D + q ln(1 - D): its slope crosses 0
    return optimize.brentq(lambda d: p / d - q / (1 - d), 1e-9, 1 - 1e-9, xtol=1e-12)


def divergence(n: list[float], drill: Drill) -> object:
    one, other = stats.norm(*n[:2]), stats.norm()
    x = np.linspace(one.ppf(1e-13), one.isf(1e-13), 4001)
    return integrate.simpson(one.pdf(x) * (one.logpdf(x) - other.logpdf(x)), x=x)


def tokens(n: list[float], drill: Drill) -> object:
    high, wide, patch = int(n[0]), int(n[1]), int(n[2])
    cut = F.unfold(torch.zeros(1, 3, high, wide), patch, stride=patch)  # (1, numbers of a patch, patches)
    return cut.shape[2] + 1, cut.shape[1]


def glimpse(n: list[float], drill: Drill) -> object:
    return np.average(np.reshape(n[3:9], (3, 2)), axis=0, weights=special.softmax(n[:3]))


ORACLES: dict[str, Oracle] = {
    "conv_output_side": side,
    "conv_value": feature_map,
    "max_pooling": lambda n, d: F.max_pool2d(_matrices(d)[0], 2),
    "average_pooling": lambda n, d: F.avg_pool2d(_matrices(d)[0], 2),
    "conv_parameters": parameters,
    "receptive_field": field,
    "flattened_length": flattened,
    "image_vector_length": image_vector,
    "contrastive_pairs": pairs,
    "contrastive_loss": contrastive,
    "new_head": head,
    "superpixels": superpixels,
    "mask_overlap": masks,
    "box_iou": boxes,
    "best_discriminator": discriminator,
    "gaussian_kl": divergence,
    "patch_tokens": tokens,
    "attention_glimpse": glimpse,
}


def test_every_drill_of_the_part_has_an_oracle() -> None:
    assert set(ORACLES) == set(DRILLS)


@pytest.mark.parametrize("name", ORACLES)
def test_the_answer_is_that_of_the_printed_numbers(name: str) -> None:
    check(name, ORACLES[name])
