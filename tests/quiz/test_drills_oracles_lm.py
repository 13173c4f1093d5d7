"""Drills of Language Modeling: every answer computed again from the printed numbers, by another route."""

import itertools
import math
import re
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
import scipy.spatial
import scipy.spatial.transform
import scipy.special
import scipy.stats
import torch
from torch.nn import functional

from engine.quiz.drills.language_modeling import DRILLS
from tests.quiz.drill_helpers import Oracle, check, of_text
from tests.quiz.drill_numbers import after, between, numbers, rows

Answer = float | list[float] | str


def _tensor(values: list[float]) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


# ---------------------------------------------------------------- tokens and word vectors


def next_merge(ask: str) -> Answer:
    """Write every word as often as it occurs and count its neighbours."""
    text = [word.split() for word, times in rows(ask) for _ in range(int(times))]
    pairs = Counter(pair for word in text for pair in itertools.pairwise(word))
    (best, most), (_, next_most) = pairs.most_common(2)
    assert most > next_most
    return " + ".join(best)


def merged_sizes(ask: str) -> Answer:
    """Merge by replacing in the written words, as in the code printed by Sennrich et al. (2016)."""
    words = {word: int(times) for word, times in rows(ask)}
    vocabulary = {letter for word in words for letter in word.split()}
    merges = re.search(r"merges are (\w+) \+ (\w+) and (\w+) \+ (\w+)\.", ask)
    assert merges
    for a, b in (merges.group(1, 2), merges.group(3, 4)):
        words = {re.sub(rf"(?<!\S){a} {b}(?!\S)", a + b, word): times for word, times in words.items()}
        vocabulary.add(a + b)
    return [len(vocabulary), sum(len(word.split()) * times for word, times in words.items())]


def token_counts(ask: str) -> Answer:
    text = re.search("“(.*)”", ask)
    assert text
    return [len(text[1].split(" ")), len(list(text[1]))]


def cosine_similarity(ask: str) -> Answer:
    x, y = between(ask, "vectors $(", ")"), between(ask, "and $(", ")")
    return 1 - float(scipy.spatial.distance.cosine(x, y))


def analogy(ask: str) -> Answer:
    vectors = {row[0]: np.array(numbers(row[1])) for row in rows(ask)}
    names = re.search(r"(\w+) is to (\w+) as (\w+) is to", ask)
    assert names
    a, b, c = names.groups()
    # the word whose step from c is most like the step from a to b
    step = vectors[b] - vectors[a]
    return min(vectors.keys() - {a, b, c}, key=lambda d: float(np.linalg.norm(vectors[d] - vectors[c] - step)))


def mutual_information(ask: str) -> Answer:
    total, x, y = after(ask, "In"), after(ask, "comes in"), after(ask, "another in")
    both = after(ask, "both together in")
    return math.log2(both / x) - math.log2(y / total)  # how much more often y comes beside x than anywhere


# ---------------------------------------------------------------- sequences, and the next token


def sequence_probability(ask: str) -> Answer:
    return math.exp(sum(map(math.log, between(ask, "probabilities $"))))


def sequence_nll(ask: str) -> Answer:
    logs = torch.log(_tensor(between(ask, "probabilities $")))[:, None]
    return functional.nll_loss(logs, torch.zeros(len(logs), dtype=torch.long), reduction="sum").item()


def perplexity(ask: str) -> Answer:
    return 1 / float(scipy.stats.gmean(between(ask, "probabilities $")))


def add_one(ask: str) -> Answer:
    text, after_, before = re.search("“(.*)”", ask), *re.findall(r"\\text\{(\w+)\}", ask)
    assert text
    words = text[1].split()
    urn = list(dict.fromkeys(words))  # each word once, and then what followed
    urn += [words[i + 1] for i in range(len(words) - 1) if words[i] == before]
    return float(Fraction(urn.count(after_), len(urn)))


def next_token_entropy(ask: str) -> Answer:
    seen, model = (_tensor([float(cell) for cell in row[1:]]) for row in rows(ask))
    return functional.cross_entropy(model.log(), seen).item()


def likelihood_ratio(ask: str) -> Answer:
    first, second = math.exp(after(ask, "log-probabilities")), math.exp(after(ask, "and"))
    return first / second


def temperature(ask: str) -> Answer:
    return torch.softmax(_tensor(between(ask, "the logits $")) / after(ask, "at temperature"), 0).tolist()


def top_k(ask: str) -> Answer:
    found = _tensor(between(ask, "the probabilities $"))
    kept = torch.topk(found, int(after(ask, "top-")))
    token = re.search(r"draw token (\w)", ask)
    assert token
    kept_at = kept.indices.tolist().index("abcde".index(token[1]))
    return torch.distributions.Categorical(kept.values).probs[kept_at].item()


def nucleus(ask: str) -> Answer:
    found = [Fraction(str(p)) for p in between(ask, "the probabilities $")]
    share = Fraction(str(after(ask, "p = ")))
    for size in range(1, len(found) + 1):  # the smallest set that holds enough
        best = max(sum(group) for group in itertools.combinations(found, size))
        if best >= share:
            return [size, float(max(found) / best)]
    raise AssertionError(ask)


def training_signals(ask: str) -> Answer:
    count, length = int(after(ask, "batch holds")), int(after(ask, "sequences of"))
    places = list(itertools.product(range(count), range(length)))
    masked = Fraction(int(after(ask, "BERT with")), 100)
    return [sum(place > 0 for _, place in places), float(len(places) * masked)]


# ---------------------------------------------------------------- recurrent cells


def _filled(cell: torch.nn.Module, **values: list[float]) -> torch.nn.Module:
    """Set the parameters of a cell by name, in float64; those not named are 0."""
    cell = cell.double()
    with torch.no_grad():
        for name, parameter in cell.named_parameters():
            parameter.copy_(_tensor(values.get(name, [0.0] * parameter.numel())).reshape(parameter.shape))
    return cell


def rnn_step(ask: str) -> Answer:
    w, u, b = after(ask, "with $w = "), after(ask, "$u = "), after(ask, "$b = ")
    cell = _filled(torch.nn.RNNCell(1, 1), weight_ih=[w], weight_hh=[u], bias_ih=[b])
    x, h = (_tensor([after(ask, mark)]) for mark in ("for $x_t = ", "and $h_{t-1} = "))
    return cell(x[None], h[None]).item()


def lstm_step(ask: str) -> Answer:
    """Give torch's LSTM cell biases that open its gates just so."""
    f, i, o = (scipy.special.logit(after(ask, mark)) for mark in ("$f = ", "$i = ", "$o = "))
    candidate = math.atanh(after(ask, "\\tilde c = "))
    cell = _filled(torch.nn.LSTMCell(1, 1), bias_ih=[i, f, candidate, o])
    nothing = torch.zeros(1, 1, dtype=torch.float64)
    state, value = cell(nothing, (nothing, _tensor([after(ask, "c_{t-1} = ")])[None]))
    return [value.item(), state.item()]


def gru_step(ask: str) -> Answer:
    """Give torch's GRU cell biases that open its gates just so, and the weights of the candidate."""
    z, r = (scipy.special.logit(after(ask, mark)) for mark in ("$z = ", "$r = "))
    w, sign, u = re.search(r"tanh\((-?[\d.]+) x_t ([+-]) ([\d.]+)", ask).groups()  # type: ignore[union-attr]
    cell = _filled(
        torch.nn.GRUCell(1, 1),
        bias_ih=[r, z, 0.0],
        weight_ih=[0.0, 0.0, float(w)],
        weight_hh=[0.0, 0.0, float(sign + u)],
    )
    return cell(_tensor([after(ask, "x_t = ")])[None], _tensor([after(ask, "h_{t-1} = ")])[None]).item()


def _size(*modules: torch.nn.Module) -> float:
    return sum(parameter.numel() for module in modules for parameter in module.parameters())


def lstm_parameters(ask: str) -> Answer:
    h = int(after(ask, "hidden size"))
    return _size(torch.nn.LSTMCell(int(after(ask, "input size")), h, device="meta")) - 4 * h  # torch has two biases


def _back(steps: int, factor: float) -> float:
    """Let torch send a gradient back through so many multiplications."""
    start = torch.ones((), dtype=torch.float64, requires_grad=True)
    state = start
    for _ in range(steps):
        state = state * factor
    state.backward()
    assert start.grad is not None
    return start.grad.item()


def gradient_through_time(ask: str) -> Answer:
    return _back(int(after(ask, "left after")), after(ask, "recurrent weight") * after(ask, "the slope"))


def cell_path(ask: str) -> Answer:
    steps = int(after(ask, "over"))
    return [_back(steps, after(ask, "stays at")), _back(steps, after(ask, "gradient by"))]


# ---------------------------------------------------------------- attention and transformers


def _looked(raw: list[float], width: int, values: torch.Tensor) -> torch.Tensor:
    """Let torch attend: a query of length 1 and keys along it give the raw scores; torch divides by √width."""
    q, keys = torch.eye(width, dtype=torch.float64)[:1], torch.zeros(len(raw), width, dtype=torch.float64)
    keys[:, 0] = _tensor(raw)
    return functional.scaled_dot_product_attention(q[None], keys[None], values[None])[0, 0]


def scaled_score(ask: str) -> Answer:
    """Read the score from torch's weights: with a key of zeros beside it, it is the logarithm of their ratio."""
    q, k = (_tensor(between(ask, mark, ")")) for mark in ("q = (", "k = ("))
    keys = torch.stack([k, torch.zeros_like(k)])
    weights = functional.scaled_dot_product_attention(
        q[None, None], keys[None], torch.eye(2, dtype=torch.float64)[None]
    )
    return torch.log(weights[0, 0, 0] / weights[0, 0, 1]).item()


def attention_weights(ask: str) -> Answer:
    return _looked(between(ask, "k = "), int(after(ask, "d_k = ")), torch.eye(3, dtype=torch.float64)).tolist()


def attention_output(ask: str) -> Answer:
    values = _tensor(between(ask, "the numbers $"))[:, None]
    return _looked(between(ask, "raw scores $"), int(after(ask, "d_k = ")), values).item()


def causal_row(ask: str) -> Answer:
    scores = _tensor(between(ask, "\\begin{pmatrix}", "\\end")).reshape(1, 4, 4)
    eye = torch.eye(4, dtype=torch.float64)[None]
    weights = functional.scaled_dot_product_attention(eye, scores.mT, eye, is_causal=True, scale=1.0)
    return weights[0, int(after(ask, "weights of token")) - 1].tolist()


def attention_pairs(ask: str) -> Answer:
    n, window = int(after(ask, "sequence has")), int(after(ask, "window of"))
    return [sum(n for _ in range(n)), sum(window for _ in range(n))]


def block_parameters(ask: str) -> Answer:
    heads, width, d, hidden = (
        int(after(ask, mark)) for mark in ("block has", "heads of width", "tokens have width", "part with")
    )
    assert d == heads * width
    block = torch.nn.TransformerEncoderLayer(d, heads, hidden, bias=False, device="meta")
    return sum(parameter.numel() for parameter in block.parameters() if parameter.ndim == 2)  # without the norms


def embedding_parameters(ask: str) -> Answer:
    size, length, width = (int(after(ask, mark)) for mark in ("model has", "vectors for", "and width"))
    tokens = torch.nn.Embedding(size, width, device="meta")
    output = torch.nn.Linear(width, size, bias=False, device="meta")
    output.weight = tokens.weight
    return _size(torch.nn.ModuleList([tokens, output, torch.nn.Embedding(length, width, device="meta")]))


def position_pair(ask: str) -> Answer:
    """Turn (0, 1) by the angle, so many times as the position says."""
    turn = 10_000 ** (-2 * after(ask, "i = ") / after(ask, "d = "))
    turned = (scipy.spatial.transform.Rotation.from_euler("z", turn) ** int(after(ask, "at position"))).as_matrix()
    return [turned[1, 0], turned[0, 0]]


# ---------------------------------------------------------------- preferences, checked answers, costs


def preference(ask: str) -> Answer:
    return float(scipy.special.softmax([after(ask, "the rewards"), after(ask, "and")])[0])


def dpo_loss(ask: str) -> Answer:
    (win, lose), (win_ref, lose_ref) = ([math.exp(float(cell)) for cell in row[1:]] for row in rows(ask))
    logit = after(ask, "\\beta = ") * math.log(win * lose_ref / (win_ref * lose))
    return [logit, functional.softplus(_tensor([-logit])).item()]


def penalised_reward(ask: str) -> Answer:
    own, reference = math.exp(after(ask, "log-probability is")), math.exp(after(ask, "policy and"))
    return after(ask, "the reward") - after(ask, "\\beta = ") * math.log(own / reference)


def pass_at_k(ask: str) -> Answer:
    right, n = numbers(ask)[:2]
    return float(scipy.stats.hypergeom.sf(0, int(n), int(right), int(after(ask, "pass@"))))


def majority_of_three(ask: str) -> Answer:
    chances = between(ask, "the chances $")
    return sum(
        math.prod(p if right else 1 - p for p, right in zip(chances, votes, strict=True))
        for votes in itertools.product((False, True), repeat=3)
        if sum(votes) > 1
    )


def training_flops(ask: str) -> Answer:
    size, tokens = (int(Fraction(str(after(ask, mark))) * 10**9) for mark in ("model with", "trained on"))
    forward = 2 * size * tokens  # a multiplication and an addition for each parameter and token
    return (forward + 2 * forward) / 10**18


def weights_memory(ask: str) -> Answer:
    size = int(Fraction(str(after(ask, "model has"))) * 10**9)
    return [size * int(after(ask, mark)) / 8 / 10**9 for mark in ("weights take at", "and at")]


ORACLES: dict[str, Oracle] = {name: of_text(globals()[name]) for name in DRILLS}


@pytest.mark.parametrize("name", ORACLES)
def test_the_answer_is_that_of_the_printed_numbers(name: str) -> None:
    check(name, ORACLES[name])
