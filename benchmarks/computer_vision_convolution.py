"""Measure our convolution and pooling beside torch and scipy, one thread, and reading an own image beside bare Pillow.

    python benchmarks/computer_vision_convolution.py [--quick]

Before the clock starts both results are compared. PERFORMANCE.md sets no goal for these; these are ours.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"  # before numpy

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from scipy import ndimage

sys.path.pop(0)  # this folder, where `engine` would be benchmarks/engine.py
sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.engine import Race, measure
from engine.computer_vision import convolution, images
from engine.data import Floats, Image
from engine.own_image import read_image
from engine.torch_one_thread import torch

nn = torch.nn.functional


def same(ours: Floats, theirs: Floats) -> str | None:
    """Say by how much two maps differ, or None."""
    gap = float(np.abs(ours - theirs).max())
    return None if gap <= 1e-3 else f"maps differ by {gap:.0e}"


def convolutions() -> Iterator[Race]:
    """Convolve the photograph and a picture of 4 megapixels, in full resolution."""
    china = images.grey(images.photograph("china"))
    large = np.random.default_rng(0).integers(0, 256, (2_048, 2_048)).astype(float)
    sobel = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    for name, X, F, times in (
        ("china, Sobel", china, sobel, 50),
        ("4 MP, Sobel", large, sobel, 9),
        ("4 MP, Gaussian 7 × 7", large, convolution.binomial(7) / 4**6, 9),
    ):
        p = len(F) // 2
        for kind in ("float64", "float32"):
            there, kernel = (torch.tensor(one, dtype=getattr(torch, kind))[None, None] for one in (X, F))
            yield Race(
                name,
                f"torch conv2d, {kind}",
                1.0,
                lambda X=X, F=F, p=p: convolution.conv2d(X, F, padding=p),
                lambda there=there, kernel=kernel, p=p: nn.conv2d(there, kernel, padding=p)[0, 0].numpy(),
                same,
                times,
            )
        yield Race(
            name,
            "scipy.ndimage.correlate",
            1.0,
            lambda X=X, F=F, p=p: convolution.conv2d(X, F, padding=p),
            lambda X=X, F=F: ndimage.correlate(X, F, mode="constant"),
            same,
            times,
        )


def pooling() -> Iterator[Race]:
    """Pool a map of 4 megapixels."""
    Z = np.random.default_rng(1).normal(size=(2_048, 2_048))
    there = torch.tensor(Z)[None, None]
    for kind, peer in (("max", nn.max_pool2d), ("average", nn.avg_pool2d)):
        yield Race(
            f"4 MP, {kind} of 2 × 2",
            f"torch {peer.__name__}",
            1.0,
            lambda kind=kind: convolution.pool2d(Z, 2, kind=kind),
            lambda peer=peer: peer(there, 2)[0, 0].numpy(),
            same,
            9,
        )


def reading() -> Iterator[Race]:
    """Read a photograph of 4 megapixels with all checks, and with Pillow alone."""
    photograph = Pillow.fromarray(images.photograph("china")).resize((2_400, 1_700))

    def equal(ours: Image, theirs: Floats) -> str | None:
        return None if np.array_equal(ours.pixels, theirs) else "pixels differ"

    for form in ("PNG", "JPEG"):
        file = io.BytesIO()
        photograph.save(file, form, quality=90)
        content = file.getvalue()
        yield Race(
            f"{form} of 4 MP, {len(content) / 1e6:.1f} MB",
            "np.asarray(Pillow.open)",
            2.0,
            lambda content=content: read_image(content),
            lambda content=content: np.asarray(Pillow.open(io.BytesIO(content))),
            equal,
            9,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="three runs a row: enough to see that all of it works")
    arguments = parser.parse_args()
    print(f"{'what':38}  {'peer':26}  {'ours ms':>10}  {'peer ms':>10}  {'ratio':>6}  {'goal ≤':>6}")
    for family in (convolutions, pooling, reading):
        for race in family():
            print(measure(race, min(race.times, 3) if arguments.quick else race.times), flush=True)


if __name__ == "__main__":
    main()
