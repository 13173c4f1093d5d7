"""A small transformer that learns to predict the next character: the model, its optimiser, one training step.

Letters: B texts of T characters, d the width, h the heads, k = d / h, V the characters. A block is attention and a
feed-forward network, each behind a norm and added to what came in. Positions turn queries and keys (RoPE); matrices
that write to the stream start at zero, so an untrained model gives every character the same probability.

Sources: Vaswani et al., 2017; Radford et al., GPT-2, 2019 (norm first); Zhang and Sennrich, 2019 (RMS norm); Su et al.,
2021 (RoPE); the primer, section 33.2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from engine.language_modeling.attention import phases
from engine.language_modeling.generation import TINY, Plan
from engine.torch_one_thread import torch

Tensor = torch.Tensor
Parameters = dict[str, Tensor]
Linear = Callable[[Tensor, Tensor], Tensor]

DECAY = 0.01  # share of a matrix that a step takes away, for each unit of the rate
LONGEST_GRADIENT = 1.0


# --- the model -------------------------------------------------------------------------------------------------


def untrained(rng: np.random.Generator, plan: Plan, characters: int) -> dict[str, NDArray[np.float32]]:
    """Return matrices to begin with; "embed" and "head" (V, d), "l.attend" (4, d, d), "l.feed" (2, 4d, d).

    Where residual paths are left out, a block that gives nothing would leave nothing, so its output matrices are drawn.
    """
    d, out = plan.width, 0.0 if plan.without != "residual paths" else 0.5

    def drawn(share: float, *shape: int) -> NDArray[np.float32]:
        return (share / math.sqrt(d) * rng.standard_normal(shape)).astype(np.float32)

    weights = {"embed": drawn(1.0, characters, d), "head": np.zeros((characters, d), np.float32)}
    for layer in range(plan.layers):
        weights[f"{layer}.attend"] = np.stack([*drawn(0.5, 3, d, d), drawn(out, d, d)])
        if plan.without != "feed-forward blocks":
            weights[f"{layer}.feed"] = np.stack([drawn(0.5, 4 * d, d), drawn(out / 2, 4 * d, d)])
    return weights


def logits(
    plan: Plan, weights: Mapping[str, Tensor], codes: Tensor, linear: Linear, dropout: Tensor | None = None
) -> Tensor:
    """Return the scores of the next character after every position.

    Args:
        codes: (B, T) whole numbers below V.
        linear: computes x Wᵀ: `torch.nn.functional.linear`, or `half_linear`, whose results stay in half precision
            until they join the stream.
        dropout: (2 · layers, B, T, d), what each block's output is multiplied by.

    Returns:
        (B, T, V); position t has seen the codes 0 ... t and no later ones.
    """
    T, k = codes.shape[1], plan.width // plan.heads
    x = normed(weights["embed"][codes], plan)  # (B, T, d)
    turn = torch.from_numpy(phases(np.arange(T), k)).to(x.dtype.to_complex())  # (T, k / 2)
    mask = torch.full((T, T), -math.inf, dtype=x.dtype).triu(1)
    for layer in range(plan.layers):
        found = attention(plan, weights[f"{layer}.attend"], normed(x, plan), turn, mask, linear)
        x = add(plan, x, found, dropout, 2 * layer)
        if plan.without != "feed-forward blocks":
            up, down = weights[f"{layer}.feed"]
            hidden = torch.relu(linear(normed(x, plan), up))  # (B, T, 4d)
            x = add(plan, x, linear(hidden, down.T), dropout, 2 * layer + 1)
    return linear(normed(x, plan), weights["head"]).to(x.dtype)  # (B, T, V)


def attention(plan: Plan, W: Tensor, x: Tensor, turn: Tensor, mask: Tensor, linear: Linear) -> Tensor:
    """Let every position of x, shape (B, T, d), look back; W (4, d, d) makes queries, keys, values, output."""
    B, T, d = x.shape
    qkv = linear(x, W[:3].reshape(3 * d, d)).to(x.dtype).view(B, T, 3, plan.heads, -1)
    qkv = qkv.permute(2, 0, 3, 1, 4)  # (3, B, h, T, k)
    qk, v = qkv[:2], qkv[2]
    if plan.without != "positions":  # pairs of numbers are complex numbers, turned by their position's angle
        pairs = torch.view_as_complex(qk.reshape(*qk.shape[:-1], -1, 2))  # (2, B, h, T, k / 2)
        qk = torch.view_as_real(pairs * turn).flatten(-2)
    q, k = qk
    scores = q * plan.scale @ k.mT  # (B, h, T, T)
    if plan.without != "causal mask":
        scores = scores + mask
    mixed = scores.softmax(-1) @ v  # (B, h, T, k)
    return linear(mixed.transpose(1, 2).reshape(B, T, d), W[3])  # (B, T, d)


def normed(x: Tensor, plan: Plan) -> Tensor:
    """Bring each position of x, shape (..., d), to mean square 1; layer norm takes the mean away first."""
    if plan.norm == "none":
        return x
    norm = torch.nn.functional.layer_norm if plan.norm == "layer norm" else torch.nn.functional.rms_norm
    return norm(x, (plan.width,), eps=TINY)


def add(plan: Plan, x: Tensor, found: Tensor, dropout: Tensor | None, block: int) -> Tensor:
    """Add a block's output to the stream x, shape (B, T, d), or put it in its place where residual paths are off."""
    if dropout is not None:
        found = found * dropout[block]
    return found.to(x.dtype) if plan.without == "residual paths" else x + found


def half_linear(x: Tensor, W: Tensor) -> Tensor:
    """Compute x Wᵀ in bfloat16, twice as fast on processors that are built for it."""
    return torch.nn.functional.linear(x.bfloat16(), W.bfloat16())


def fastest_linear() -> Linear:
    """Return `half_linear` where the processor multiplies bfloat16, else the plain one."""
    can = torch.cpu.get_capabilities()
    return half_linear if can.get("avx512_bf16") or can.get("amx_bf16") else torch.nn.functional.linear


# --- training --------------------------------------------------------------------------------------------------


class Training:
    """A model in training: `step` learns from one batch, `loss` examines, `arrays` copies the matrices out.

    Args:
        plan: what the model is built of.
        weights: matrices to begin with; copied.
        codes: the text to learn from, shape (n,), n > plan.context.
        batch: texts in a batch, B.
        muon: train the blocks' matrices with Muon; AdamW trains the rest, or everything.
        rng: draws the batches and the dropout.
        linear: as in `logits`.
    """

    def __init__(
        self,
        plan: Plan,
        weights: Mapping[str, NDArray[np.float32]],
        codes: NDArray[np.int64],
        batch: int,
        muon: bool,
        rng: np.random.Generator,
        linear: Linear | None = None,
    ) -> None:
        self.plan, self.batch, self.rng = plan, batch, rng
        self.linear = linear or fastest_linear()
        self.text = torch.from_numpy(codes)
        self.parameters = {name: torch.tensor(one, requires_grad=True) for name, one in weights.items()}
        blocks = {name for name in self.parameters if "." in name} if muon else set()
        half = self.linear is half_linear
        self.muon = Muon([self.parameters[name] for name in sorted(blocks)], torch.bfloat16 if half else torch.float32)
        rest = [one for name, one in self.parameters.items() if name not in blocks]
        self.adam = torch.optim.AdamW(rest, betas=(0.9, 0.98), weight_decay=DECAY, fused=True)

    def step(self, rate: float, dropout: float = 0.0) -> float:
        """Learn from one batch drawn at random.

        Returns:
            Mean cross-entropy in nats for each character. Where it or its gradient is not finite the matrices stay.
        """
        T = self.plan.context
        starts = torch.from_numpy(self.rng.integers(0, len(self.text) - T, self.batch))  # (B,)
        drawn = self.text[starts[:, None] + torch.arange(T + 1)]  # (B, T + 1)
        loss = cross_entropy(
            logits(self.plan, self.parameters, drawn[:, :-1], self.linear, self._dropout(dropout)), drawn[:, 1:]
        )
        loss.backward()  # type: ignore[no-untyped-call]
        length = torch.nn.utils.clip_grad_norm_(self.parameters.values(), LONGEST_GRADIENT)
        if not torch.isfinite(loss + length):
            return math.nan
        self.adam.param_groups[0]["lr"] = rate
        self.adam.step()
        self.muon.step(rate)
        for one in self.parameters.values():
            one.grad = None
        return loss.item()

    def _dropout(self, share: float) -> Tensor | None:
        if not share:
            return None
        shape = (2 * self.plan.layers, self.batch, self.plan.context, self.plan.width)
        return torch.from_numpy(self.rng.random(shape, dtype=np.float32) >= share) / (1 - share)

    @torch.no_grad()
    def loss(self, codes: NDArray[np.int64]) -> float:
        """Return the mean cross-entropy in nats of the characters that follow `lead(plan)` others in codes, shape (n,).

        Windows of one context overlap by half, and each counts its second half: every character is predicted from at
        least half a context. What does not fill a half window at the end is left out.
        """
        T, seen = self.plan.context, lead(self.plan) - 1
        starts = torch.arange(0, len(codes) - T, T - seen)  # (B,)
        drawn = torch.from_numpy(codes)[starts[:, None] + torch.arange(T + 1)]  # (B, T + 1)
        total = 0.0
        for some in torch.split(drawn, 64):
            scores = logits(self.plan, self.parameters, some[:, :-1], self.linear)
            total += float(cross_entropy(scores[:, seen:], some[:, seen + 1 :])) * len(some)
        return total / len(drawn)

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return copies of the matrices by name."""
        return {name: one.detach().numpy().copy() for name, one in self.parameters.items()}


def lead(plan: Plan) -> int:
    """Return how many characters stand before those that `Training.loss` counts."""
    return plan.context // 2 + 1


def cross_entropy(scores: Tensor, codes: Tensor) -> Tensor:
    """Return the mean of −log softmax(scores)[code]; scores (B, T, V), codes (B, T)."""
    return torch.nn.functional.cross_entropy(scores.flatten(0, 1), codes.flatten())


class Muon:
    """Momentum whose every matrix is made orthogonal before it is subtracted, so that no direction is left behind.

    Args:
        stacks: parameters of shape (s, r, c), r ≥ c: s matrices each.
        precision: what matrices are made orthogonal in.

    Source: Jordan, 2024; the scale of a step, 0.2 √r, which makes it as long as one of Adam's: Liu et al., 2025.
    """

    def __init__(self, stacks: list[Tensor], precision: torch.dtype = torch.float32, momentum: float = 0.95) -> None:
        shapes = dict.fromkeys(one.shape[1:] for one in stacks)  # matrices of one shape go through together
        self.groups = [[one for one in stacks if one.shape[1:] == shape] for shape in shapes]
        self.averages = [torch.zeros_like(torch.cat(group)) for group in self.groups]
        self.precision, self.momentum = precision, momentum

    @torch.no_grad()
    def step(self, rate: float) -> None:
        for group, average in zip(self.groups, self.averages, strict=True):
            gradient = torch.cat([one.grad for one in group if one.grad is not None])  # (s, r, c)
            average.lerp_(gradient, 1 - self.momentum)
            ahead = orthogonal(gradient.lerp(average, self.momentum).to(self.precision))
            length = 0.2 * math.sqrt(ahead.shape[1]) * rate
            for one, step in zip(group, torch.split(ahead, [len(one) for one in group]), strict=True):
                one.mul_(1 - rate * DECAY).sub_(step, alpha=length)


def orthogonal(G: Tensor) -> Tensor:
    """Return matrices, shape (s, r, c), with the singular vectors of G and all singular values near 1.

    Five Newton-Schulz steps bring every singular value to between about 0.7 and 1.2; its zeros stay zeros.
    """
    X: Tensor = G / (torch.linalg.matrix_norm(G, keepdim=True) + 1e-7)
    for _ in range(5):
        gram = X.mT @ X  # (s, c, c)
        X = torch.baddbmm(X, X, torch.baddbmm(gram, gram, gram, beta=-4.7750, alpha=2.0315), beta=3.4445)
    return X
