"""Drills of Language Modeling: recurrent cells, and gradients through time."""

from __future__ import annotations

import math

import numpy as np

from engine.quiz.drills.draws import one, some
from engine.quiz.drills.drill import Drill, Generator, numeric, trap
from engine.quiz.drills.text import answer, approx, held, number, plus


def rnn_step(rng: np.random.Generator) -> Drill:
    """Draw the weights of a unit, its state and its input; the next state is asked (section 33.1)."""
    w, u, b, h, x = (float(v) for v in (*some(rng, 3, -1, 1, 0.1), one(rng, -0.9, 0.9, 0.1), one(rng, -2, 2, 0.5)))
    total = w * x + u * h + b
    state = math.tanh(total)
    return Drill(
        ask=f"A recurrent unit computes $h_t = \\tanh(w x_t + u h_{{t-1}} + b)$ with $w = {number(w)}$, $u = "
        f"{number(u)}$, $b = {number(b)}$. What is $h_t$ for $x_t = {number(x)}$ and $h_{{t-1}} = {number(h)}$? Round "
        "to three decimals.",
        exact=numeric(state, 3),
        steps=f"Inside: ${number(w)} \\cdot {held(x)} + {held(u)} \\cdot {held(h)} {plus(b)} = {number(total)}$.\n\n"
        f"$\\tanh({number(total)}) {answer(state, 3)}$.",
        traps=(
            trap(total, "This is what stands inside: the tanh is missing."),
            trap(math.tanh(w * x + b), "The old state is missing: a recurrent unit looks back by $u h_{t-1}$."),
            trap(math.tanh(u * x + w * h + b), "The two weights are exchanged: $w$ belongs to the input."),
            trap(1 / (1 + math.exp(-total)), "This takes the sigmoid: the unit has a tanh."),
        ),
    )


def lstm_step(rng: np.random.Generator) -> Drill:
    """Draw the gates of an LSTM unit; its new cell value and state are asked (section 33.1)."""
    f, i, o = (float(v) for v in some(rng, 3, 0.1, 0.95, 0.05))
    old, candidate = one(rng, -3, 3, 0.5), one(rng, -0.9, 0.9, 0.1)
    cell = f * old + i * candidate
    state = o * math.tanh(cell)
    return Drill(
        ask=f"An LSTM unit has the gates $f = {number(f)}$, $i = {number(i)}$, $o = {number(o)}$, the old cell value "
        f"$c_{{t-1}} = {number(old)}$ and the candidate $\\tilde c = {number(candidate)}$. What are the new cell value "
        "$c_t$ and the state $h_t$? Round to three decimals.",
        exact=numeric((cell, state), 3),
        steps=f"$c_t = f c_{{t-1}} + i \\tilde c = {number(f)} \\cdot {held(old)} + {number(i)} \\cdot "
        f"{held(candidate)} {answer(cell, 3)}$.\n\n$h_t = o \\tanh(c_t) = {number(o)} \\cdot "
        f"{held(math.tanh(cell), 4)} {answer(state, 3)}$.",
        traps=(
            trap(
                (i * old + f * candidate, o * math.tanh(i * old + f * candidate)),
                "The gates are exchanged: the forget gate multiplies the old cell value.",
            ),
            trap(
                (old + i * candidate, o * math.tanh(old + i * candidate)),
                "The forget gate is missing: it multiplies the old cell value.",
            ),
            trap((cell, o * cell), "The cell value is right; the state is $o$ times its tanh."),
            trap((cell, math.tanh(cell)), "The cell value is right; the output gate is missing from the state."),
            trap(
                ((1 - f) * old + i * candidate, o * math.tanh((1 - f) * old + i * candidate)),
                "The forget gate says what is kept, not what is dropped.",
            ),
        ),
    )


def gru_step(rng: np.random.Generator) -> Drill:
    """Draw the gates of a GRU; its new state is asked (section 33.1)."""
    z, r = (float(v) for v in some(rng, 2, 0.1, 0.9, 0.1))
    old, x = one(rng, -0.9, 0.9, 0.1), one(rng, -2, 2, 0.5)
    w, u = (float(v) for v in some(rng, 2, -1, 1, 0.1))
    total = w * x + u * r * old
    candidate = math.tanh(total)
    state = z * old + (1 - z) * candidate
    without = math.tanh(w * x + u * old)
    return Drill(
        ask=f"A GRU has the update gate $z = {number(z)}$, the reset gate $r = {number(r)}$, the old state "
        f"$h_{{t-1}} = {number(old)}$ and the input $x_t = {number(x)}$. Its candidate is $\\tilde h = "
        f"\\tanh({number(w)} x_t {plus(u)}\\, r\\, h_{{t-1}})$, and $h_t = z h_{{t-1}} + (1 - z) \\tilde h$. "
        "What is $h_t$? Round to three decimals.",
        exact=numeric(state, 3),
        steps=f"Candidate: $\\tanh({number(w)} \\cdot {held(x)} {plus(u)} \\cdot {number(r)} \\cdot {held(old)}) = "
        f"\\tanh({number(total, 4)}) \\approx {number(candidate, 4)}$.\n\n$h_t = {number(z)} \\cdot {held(old)} + "
        f"{number(1 - z)} \\cdot {held(candidate, 4)} {answer(state, 3)}$.",
        traps=(
            trap((1 - z) * old + z * candidate, "The shares are exchanged: here $z$ is the share of the old state."),
            trap(z * old + (1 - z) * without, "The reset gate is missing from the candidate."),
            trap(candidate, "This is the candidate: the update gate mixes it with the old state."),
            trap(z * old + (1 - z) * total, "The candidate lacks its tanh."),
        ),
    )


def lstm_parameters(rng: np.random.Generator) -> Drill:
    """Draw the sizes of an LSTM cell; the number of its parameters is asked (section 33.1)."""
    x, h = int(one(rng, 2, 200)), int(one(rng, 2, 100))
    one_gate = h * (x + h) + h
    return Drill(
        ask=f"How many parameters does an LSTM cell with input size {x}, hidden size {h} and one bias vector per gate "
        "have?",
        exact=numeric(4 * one_gate),
        steps=f"One gate: a matrix of ${h} \\times ({x} + {h})$ and {h} biases, ${h} \\cdot {x + h} + {h} = "
        f"{one_gate}$.\n\nThree gates and the candidate: $4 \\cdot {one_gate} = {4 * one_gate}$.",
        traps=(
            trap(one_gate, "This is one gate: there are three, and the candidate."),
            trap(3 * one_gate, "These are the three gates: the candidate has weights, too."),
            trap(4 * h * (x + h), "The biases are missing."),
            trap(4 * (h * x + h), "The weights from the old state are missing: each gate also reads $h_{t-1}$."),
        ),
    )


def gradient_through_time(rng: np.random.Generator) -> Drill | None:
    """Draw the factors of a step back; what is left of a gradient is asked (section 33.1)."""
    weight, slope, steps = one(rng, 0.85, 1.3, 0.01), one(rng, 0.6, 1, 0.01), int(one(rng, 4, 20))
    step = weight * slope
    left = step**steps
    if not 0.01 < left < 50:
        return None
    w, s = number(weight), number(slope)
    return Drill(
        ask=f"On its way back through one step of an RNN a gradient is multiplied by the recurrent weight {w} and by "
        f"the slope {s} of the tanh. Which factor is left after {steps} steps? Round to three decimals.",
        exact=numeric(left, 3),
        steps=f"One step: ${w} \\cdot {s} {approx(step, 4)}$.\n\n{steps} steps: ${number(step, 4)}^{{{steps}}} "
        f"{answer(left, 3)}$.",
        traps=(
            trap(step, f"This is one step: {steps} steps multiply {steps} times."),
            trap(slope**steps, "The recurrent weight is missing from each step."),
            trap(weight**steps, "The slope of the tanh is missing from each step."),
            trap(1 - steps * (1 - step), "This loses the same amount each step: the factors multiply."),
            trap(step * steps, "This multiplies by the number of steps: it belongs in the exponent."),
        ),
    )


def cell_path(rng: np.random.Generator) -> Drill | None:
    """Draw a forget gate; its factor along the cell path is asked, beside that of a plain RNN (section 33.1)."""
    gate, plain, steps = one(rng, 0.9, 0.99, 0.01), one(rng, 0.7, 0.95, 0.01), int(one(rng, 5, 40))
    kept, lost = gate**steps, plain**steps
    if kept - lost < 0.05 or lost < 0.01:
        return None
    g, p = number(gate), number(plain)
    return Drill(
        ask=f"The forget gate of an LSTM stays at {g}; in a plain RNN each step back multiplies the gradient by {p}. "
        f"By which factor is the gradient multiplied over {steps} steps along the cell path, and in the plain RNN? "
        "Round to three decimals.",
        exact=numeric((kept, lost), 3),
        steps=f"On $c_t = f c_{{t-1}} + i \\tilde c$ the direct derivative is $f$, so over {steps} steps it is "
        f"${g}^{{{steps}}} {answer(kept, 3)}$.\n\nPlain: ${p}^{{{steps}}} {answer(lost, 3)}$.",
        traps=(
            trap((gate, plain), f"These are the factors of one step: {steps} steps multiply {steps} times."),
            trap((1, lost), "The second is right. Only a forget gate of 1 keeps the gradient whole."),
            trap((lost, kept), "The two are exchanged: the forget gate is the larger factor here."),
            trap(
                ((gate * plain) ** steps, lost),
                "The second is right. Along the cell path the forget gate is the only factor.",
            ),
        ),
    )


DRILLS: dict[str, Generator] = {
    "rnn_step": rnn_step,
    "lstm_step": lstm_step,
    "gru_step": gru_step,
    "lstm_parameters": lstm_parameters,
    "gradient_through_time": gradient_through_time,
    "cell_path": cell_path,
}
