"""Measure the small transformer beside n-gram models and beside nanoGPT's published configuration, one thread.

    python benchmarks/language_modeling.py [--quick] [--only loss|training|generation]

The text is the Python manual that comes with every Python (pydoc_data.topics): its paragraphs, each once, the first
300,000 characters; the last tenth is held out. Losses are nats a character, over all that is held out. The n-gram
models count the same nine tenths, each with the better of two smoothings (engine/language_modeling/ngram.py).

nanoGPT is written anew here after its README: blocks of GPT-2 (layer norm, learned positions, GELU, biases, one matrix
for embedding and head), `scaled_dot_product_attention`, AdamW, float32, no compiler. Its published configuration for
a processor is 4 layers, 4 heads, width 128, context 64, batch 12, rate 1e-3, no dropout. Speeds are medians of rounds
that take turns, ours and the peer's, in one process.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"  # before numpy

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from pydoc_data.topics import topics

import numpy as np

sys.path.pop(0)  # this folder, where `engine` would be this file
sys.path.insert(0, str(Path(__file__).parents[1]))

from engine.experiments.transformers.training import WARM_UP, packed
from engine.language_modeling.generation import Plan, Transformer
from engine.language_modeling.material import Material
from engine.language_modeling.ngram import KNESER_NEY, WITTEN_BELL, NGram
from engine.language_modeling.transformer import Training, lead, untrained
from engine.torch_one_thread import torch

nn, F = torch.nn, torch.nn.functional
OURS = Plan(layers=2, heads=2, width=64, context=64)
DEEPER = Plan(layers=4, heads=4, width=64, context=128)
PUBLISHED = Plan(layers=4, heads=4, width=128, context=64)


@dataclass(frozen=True)
class Goal:
    """After `seconds` the held-out loss is to lie below the n-gram of `order`, by so much; and how it is trained."""

    seconds: float
    order: int
    by: float
    plan: Plan
    batch: int
    rate: float
    dropout: float


GOALS = (
    Goal(15, 3, 0.25, OURS, 12, 0.01, 0.0),
    Goal(30, 4, 0.0, OURS, 12, 0.01, 0.0),
    Goal(60, 5, 0.0, DEEPER, 6, 0.015, 0.05),
)


def manual() -> Material:
    """Return 300,000 characters of the Python manual."""
    paragraphs = (paragraph for name in sorted(topics) for paragraph in topics[name].split("\n\n"))
    return Material.of("\n".join(dict.fromkeys(paragraphs))[:300_000])


def our_training(material: Material, plan: Plan, batch: int, muon: bool = True) -> Training:
    rng = np.random.default_rng(0)
    start = untrained(rng, plan, len(material.characters))
    return Training(plan, start, material.codes[: material.cut], batch, muon, rng)


# --- nanoGPT, written anew -------------------------------------------------------------------------------------


class Block(nn.Module):
    def __init__(self, d: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.before, self.between = nn.LayerNorm(d), nn.LayerNorm(d)
        self.qkv, self.mix = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.up, self.down = nn.Linear(d, 4 * d), nn.Linear(4 * d, d)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        B, T, d = x.shape
        q, k, v = (one.view(B, T, self.heads, -1).transpose(1, 2) for one in self.qkv(self.before(x)).split(d, dim=2))
        found = F.scaled_dot_product_attention(q, k, v, is_causal=True)  # (B, h, T, d / h)
        x = x + self.mix(found.transpose(1, 2).reshape(B, T, d))
        return x + self.down(F.gelu(self.up(self.between(x))))


class NanoGPT(nn.Module):
    def __init__(self, plan: Plan, characters: int) -> None:
        super().__init__()
        self.context = plan.context
        self.tokens, self.places = nn.Embedding(characters, plan.width), nn.Embedding(plan.context, plan.width)
        self.blocks = nn.ModuleList(Block(plan.width, plan.heads) for _ in range(plan.layers))
        self.last = nn.LayerNorm(plan.width)
        for name, one in self.named_parameters():
            if one.dim() == 2:
                deep = name.endswith(("mix.weight", "down.weight"))
                nn.init.normal_(one, std=0.02 / ((2 * plan.layers) ** 0.5 if deep else 1))
            elif name.endswith("bias"):
                nn.init.zeros_(one)

    def forward(self, codes: torch.Tensor) -> torch.Tensor:
        x = self.tokens(codes) + self.places.weight[: codes.shape[1]]
        for block in self.blocks:
            x = block(x)
        return F.linear(self.last(x), self.tokens.weight)

    @torch.no_grad()
    def generate(self, codes: torch.Tensor, length: int) -> torch.Tensor:
        for _ in range(length):
            scores = self(codes[:, -self.context :])[:, -1]
            codes = torch.cat((codes, torch.multinomial(scores.softmax(-1), 1)), dim=1)
        return codes


class NanoTraining:
    def __init__(self, material: Material, plan: Plan, batch: int) -> None:
        torch.manual_seed(0)
        self.model, self.batch, self.context = NanoGPT(plan, len(material.characters)), batch, plan.context
        self.text = torch.from_numpy(material.codes[: material.cut])
        self.adam = torch.optim.AdamW(self.model.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=0.1)

    def step(self, rate: float) -> None:
        starts = torch.randint(len(self.text) - self.context, (self.batch,))
        drawn = torch.stack([self.text[start : start + self.context + 1] for start in starts])
        self.adam.param_groups[0]["lr"] = rate
        scores = self.model(drawn[:, :-1])
        F.cross_entropy(scores.flatten(0, 1), drawn[:, 1:].flatten()).backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.adam.step()
        self.adam.zero_grad(set_to_none=True)

    @torch.no_grad()
    def loss(self, codes: np.ndarray, seen: int) -> float:
        starts = torch.arange(0, len(codes) - self.context, self.context - seen)
        drawn = torch.from_numpy(codes)[starts[:, None] + torch.arange(self.context + 1)]
        total = 0.0
        for some in drawn.split(64):
            scores = self.model(some[:, :-1])[:, seen:]
            total += F.cross_entropy(scores.flatten(0, 1), some[:, seen + 1 :].flatten(), reduction="sum").item()
        return total / drawn[:, seen + 1 :].numel()


# --- the three measurements ------------------------------------------------------------------------------------


def learned(step: Callable[[float], object], seconds: float, rate: float) -> int:
    """Train for so many seconds, the rate falling to zero, and return the number of steps."""
    steps, begun = 0, time.perf_counter()
    while (share := (time.perf_counter() - begun) / seconds) < 1:
        steps += 1
        step(rate * (1 - share) * min(1.0, steps / WARM_UP))
    return steps


def losses(quick: bool) -> None:
    material = manual()
    train, held_out = material.text[: material.cut], material.text[material.cut :]
    trees = NGram(5, smoothing=KNESER_NEY).fit(train, material.characters)
    both = [NGram(5, smoothing=one).fit(trees.tree).cross_entropies(held_out) for one in (KNESER_NEY, WITTEN_BELL)]
    grams = {order: min(pair) for order, pair in enumerate(zip(*both, strict=True), start=1)}
    print(f"\nheld-out loss on {len(held_out):,} characters of the Python manual, nats a character")
    print("  " + "  ".join(f"{order}-gram {level:.3f}" for order, level in grams.items()))
    for goal in GOALS:
        spent = goal.seconds / 10 if quick else goal.seconds
        ours = our_training(material, goal.plan, goal.batch)
        steps = learned(lambda rate: ours.step(rate, goal.dropout), spent, goal.rate)  # noqa: B023
        loss = ours.loss(material.codes[material.cut - lead(goal.plan) :])
        peer = NanoTraining(material, PUBLISHED, 12)
        peer_steps = learned(peer.step, spent, 1e-3)
        peers = peer.loss(material.codes[material.cut - lead(PUBLISHED) :], lead(PUBLISHED) - 1)
        ahead = grams[goal.order] - loss
        print(
            f"  {spent:>4g} s, {goal.plan.layers} layers of width {goal.plan.width}, context {goal.plan.context}: "
            f"{loss:.3f} after {steps:,} steps (nanoGPT as published {peers:.3f} after {peer_steps:,});"
        )
        print(
            f"         below the {goal.order}-gram by {ahead:+.3f}, goal {goal.by:+.2f}: "
            f"{'met' if ahead >= goal.by else 'missed'}"
        )


def race(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return the medians of both in seconds; they take turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 2):
        for one, kept in zip((ours, theirs), times, strict=True):
            begun = time.perf_counter()
            one()
            if number >= 2:  # the first rounds warm up
                kept.append(time.perf_counter() - begun)
    return statistics.median(times[0]), statistics.median(times[1])


def training(quick: bool) -> None:
    material, rounds = manual(), 10 if quick else 60
    print("\ntraining, characters a second (goal: at least 1.0 of nanoGPT at equal size)")
    for plan, batch in ((Plan(2, 4, 64, 48), 24), (OURS, 12), (PUBLISHED, 12)):
        theirs, done = NanoTraining(material, plan, batch), batch * plan.context
        print(f"  {plan.layers} layers, {plan.heads} heads, width {plan.width}, context {plan.context}, batch {batch}:")
        for muon in (True, False):
            ours = our_training(material, plan, batch, muon)
            mine, peers = race(lambda: ours.step(1e-3), lambda: theirs.step(1e-3), rounds)  # noqa: B023
            print(
                f"    ours with {'Muon' if muon else 'AdamW'} {done / mine:,.0f}, nanoGPT {done / peers:,.0f}, "
                f"ratio {peers / mine:.2f}"
            )


def generation(quick: bool) -> None:
    material, length = manual(), 200 if quick else 1_000
    print(f"\nwriting {length} characters, a second (goals: 2,000; the cache at least 3 times as fast at context 64)")
    for plan in (OURS, Plan(2, 4, 64, 64), PUBLISHED):
        weights = packed(our_training(material, plan, 1).arrays(), plan, material.characters)
        model, peer = Transformer.of(weights), NanoGPT(plan, len(material.characters))
        start = torch.zeros((1, 1), dtype=torch.int64)

        def ours(cache: bool, model: Transformer = model) -> str:
            return "".join(model.write(np.random.default_rng(0), "a", length, cache=cache))

        kept, peers = race(lambda: ours(True), lambda: peer.generate(start, length), 3 if quick else 7)  # noqa: B023
        kept_too, anew = race(lambda: ours(True), lambda: ours(False), 3 if quick else 5)
        size = f"{plan.layers} layers, {plan.heads} heads, width {plan.width}, context {plan.context}"
        print(
            f"  {size}: with the cache {length / kept:,.0f}, "
            f"ours without {length / anew:,.0f} ({anew / kept_too:.1f}x), "
            f"nanoGPT.generate {length / peers:,.0f} ({peers / kept:.1f}x)"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the time")
    parser.add_argument("--only", choices=("loss", "training", "generation"))
    args = parser.parse_args()
    for name, measure in (("training", training), ("generation", generation), ("loss", losses)):
        if args.only in (None, name):
            measure(args.quick)


if __name__ == "__main__":
    main()
