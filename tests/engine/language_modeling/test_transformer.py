"""The transformer in torch against plain loops and torch's own parts; its optimiser and its training."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.language_modeling.attention import phases
from engine.language_modeling.generation import Plan
from engine.language_modeling.transformer import (
    Muon,
    Training,
    attention,
    fastest_linear,
    half_linear,
    lead,
    logits,
    orthogonal,
    untrained,
)
from engine.torch_one_thread import torch
from tests.engine.language_modeling.slow_transformer import every_plan, slow_logits, some_weights

LETTERS = "abcdefg"
plain = torch.nn.functional.linear
plans = pytest.mark.parametrize("plan", every_plan(), ids=lambda plan: f"{plan.norm}, without {plan.without}")


def doubles(weights: dict[str, np.ndarray]) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(one).double() for name, one in weights.items() if one.dtype == np.float32}


def codes(rng: np.random.Generator, *shape: int) -> torch.Tensor:
    return torch.from_numpy(rng.integers(0, len(LETTERS), shape))


@plans
def test_the_model_is_what_plain_loops_compute(plan: Plan) -> None:
    weights, drawn = some_weights(plan, LETTERS), codes(np.random.default_rng(1), 2, 6)
    found = logits(plan, doubles(weights), drawn, plain)
    for text, scores in zip(drawn.tolist(), found.numpy(), strict=True):
        assert scores == pytest.approx(slow_logits(plan, weights, text), abs=1e-9)


def test_a_block_attends_as_torchs_own_functions_do() -> None:
    plan, (B, T) = Plan(heads=4, width=16, without="positions"), (3, 7)
    W, x = torch.randn(4, 16, 16, dtype=torch.float64), torch.randn(B, T, 16, dtype=torch.float64)
    turn = torch.from_numpy(phases(np.arange(T), 4))
    mask = torch.full((T, T), -math.inf, dtype=torch.float64).triu(1)
    ours = attention(plan, W, x, turn, mask, plain)
    q, k, v = (plain(x, one).view(B, T, 4, 4).transpose(1, 2) for one in W[:3])
    fused = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    torch.testing.assert_close(ours, plain(fused.transpose(1, 2).reshape(B, T, 16), W[3]))
    theirs = torch.nn.MultiheadAttention(16, 4, bias=False, batch_first=True, dtype=torch.float64)
    theirs.load_state_dict({"in_proj_weight": W[:3].reshape(48, 16), "out_proj.weight": W[3]})
    torch.testing.assert_close(ours, theirs(x, x, x, attn_mask=mask, need_weights=False)[0])


@plans
def test_a_later_character_changes_no_earlier_score(plan: Plan) -> None:
    weights, rng = doubles(some_weights(plan, LETTERS)), np.random.default_rng(2)
    drawn = codes(rng, 1, 10)
    for place in (1, 5, 9):
        other = drawn.clone()
        other[0, place] = (drawn[0, place] + 1) % len(LETTERS)
        before, after = (logits(plan, weights, one, plain)[0] for one in (drawn, other))
        leaks = not torch.equal(before[:place], after[:place])
        assert leaks == (plan.without == "causal mask")
        assert not torch.equal(before[place:], after[place:])


def test_gradients_are_those_of_finite_differences() -> None:
    plan = Plan(1, 2, 4, 5)
    weights = {name: one.requires_grad_() for name, one in doubles(some_weights(plan, LETTERS)).items()}
    drawn = codes(np.random.default_rng(3), 2, 5)
    names = [*weights]

    def loss(*matrices: torch.Tensor) -> torch.Tensor:
        return logits(plan, dict(zip(names, matrices, strict=True)), drawn, plain).logsumexp(-1).sum()

    assert torch.autograd.gradcheck(loss, [*weights.values()])


def test_half_precision_is_near_and_chosen_where_the_processor_has_it() -> None:
    x, W = torch.randn(50, 32), torch.randn(20, 32)
    torch.testing.assert_close(half_linear(x, W).float(), plain(x, W), atol=0.15, rtol=0.02)
    can = torch.cpu.get_capabilities()
    assert fastest_linear() is (half_linear if can.get("avx512_bf16") or can.get("amx_bf16") else plain)


# --- training --------------------------------------------------------------------------------------------------


def trainer(plan: Plan, text: np.ndarray, seed: int = 0, muon: bool = True) -> Training:
    rng = np.random.default_rng(seed)
    return Training(plan, untrained(rng, plan, len(LETTERS)), text, 8, muon, rng)


@plans
def test_an_untrained_model_finds_all_characters_equally_likely(plan: Plan) -> None:
    text = np.random.default_rng(5).integers(0, len(LETTERS), 300)
    assert trainer(plan, text).loss(text) == pytest.approx(math.log(len(LETTERS)), abs=1e-6)


@pytest.mark.parametrize("muon", [False, True])
def test_it_learns_a_text_that_repeats(muon: bool) -> None:
    text = np.tile([0, 1, 2, 1, 0, 0, 3, 4], 60)
    training = trainer(Plan(1, 2, 16, 16), text, muon=muon)
    losses = [training.step(0.02) for _ in range(120)]
    assert losses[0] == pytest.approx(math.log(len(LETTERS)), abs=1e-3)
    assert training.loss(text) < 0.05


def test_without_the_mask_it_learns_to_copy_and_nothing_else() -> None:
    text = np.random.default_rng(6).integers(0, len(LETTERS), 4_000)  # nothing can be predicted here
    honest, cheating = (trainer(Plan(1, 2, 16, 16, without=part), text) for part in ("nothing", "causal mask"))
    for _ in range(150):
        honest.step(0.02)
        cheating.step(0.02)
    assert honest.loss(text) > 1.8
    assert cheating.loss(text) < 1.0


def test_two_trainings_are_alike_to_the_last_bit() -> None:
    text = np.random.default_rng(7).integers(0, len(LETTERS), 500)
    first, second = (trainer(Plan(2, 2, 16, 8), text) for _ in range(2))
    assert [first.step(0.01, 0.1) for _ in range(5)] == [second.step(0.01, 0.1) for _ in range(5)]
    assert all(np.array_equal(one, second.arrays()[name]) for name, one in first.arrays().items())


def test_the_loss_counts_each_character_once_with_half_a_context_before_it() -> None:
    plan, text = Plan(1, 2, 8, 6), np.random.default_rng(8).integers(0, len(LETTERS), 4 + 3 * 7 + 2)
    weights = some_weights(plan, LETTERS)
    matrices = {name: one for name, one in weights.items() if one.dtype == np.float32}
    training = Training(plan, matrices, text, 1, False, np.random.default_rng(0), plain)
    total = []
    for start in range(0, len(text) - 6, 3):
        scores = slow_logits(plan, weights, text[start : start + 6].tolist())
        for t in (3, 4, 5):
            powers = np.exp(scores[t])
            total.append(-math.log(powers[text[start + t + 1]] / powers.sum()))
    assert lead(plan) == 4
    assert len(total) == 3 * 7
    assert training.loss(text) == pytest.approx(np.mean(total), rel=1e-5)


def test_what_is_not_finite_changes_nothing() -> None:
    plan, text = Plan(2, 2, 16, 8, norm="none"), np.random.default_rng(9).integers(0, len(LETTERS), 500)
    training = trainer(plan, text)
    with torch.no_grad():
        training.parameters["0.feed"].fill_(1e30)
    before = training.arrays()
    assert math.isnan(training.step(0.01))
    assert all(np.array_equal(one, training.arrays()[name]) for name, one in before.items())


def test_dropout_leaves_out_its_share_and_keeps_the_mean() -> None:
    training = trainer(Plan(2, 2, 64, 48), np.zeros(500, np.int64))
    mask = training._dropout(0.25)
    assert mask is not None
    assert sorted(mask.unique().tolist()) == pytest.approx([0, 4 / 3])
    assert float((mask == 0).float().mean()) == pytest.approx(0.25, abs=0.01)
    assert training._dropout(0.0) is None


# --- Muon ------------------------------------------------------------------------------------------------------


def test_orthogonal_keeps_singular_vectors_and_evens_out_singular_values() -> None:
    G = torch.randn(3, 24, 8, dtype=torch.float64)
    U, _, V = torch.linalg.svd(G, full_matrices=False)
    inside = U.mT @ orthogonal(G) @ V.mT  # diagonal where the singular vectors are the same
    values = torch.diagonal(inside, dim1=1, dim2=2)
    torch.testing.assert_close(inside, torch.diag_embed(values), atol=1e-9, rtol=0)
    assert float(values.min()) > 0.6
    assert float(values.max()) < 1.3


def test_muon_takes_torchs_own_steps() -> None:
    torch.manual_seed(0)
    ours = torch.randn(1, 24, 8, requires_grad=True)
    theirs = ours.detach()[0].clone().requires_grad_()
    muon = Muon([ours])
    peer = torch.optim.Muon([theirs], lr=0.1, weight_decay=0.01, momentum=0.95, adjust_lr_fn="match_rms_adamw")
    start = ours.detach().clone()
    for _ in range(3):
        gradient = torch.randn(24, 8)
        ours.grad, theirs.grad = gradient[None].clone(), gradient.clone()
        muon.step(0.1)
        peer.step()
    moved, gap = (start - ours).norm(), (ours[0] - theirs).norm()
    assert (gap / moved).item() < 0.02  # torch's own computes in bfloat16
