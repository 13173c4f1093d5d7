"""The derivations that can be climbed step by step, each with its worlds: numbers in which steps are compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.quiz.ladders.language import Tree, Value, Words, calls, names_in
from engine.quiz.ladders.worth import Identity, inverse

_RANDOM_WORLDS = 5


@dataclass(frozen=True)
class World:
    """Numbers for the names of a ladder.

    Attributes:
        values: by name.
        shown: the names that a counterexample prints.
    """

    values: Mapping[str, Value]
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Ladder:
    """One derivation.

    Attributes:
        title: what is derived.
        ask: where to begin and where to arrive, and how things are typed (Markdown).
        example: a first line, as a placeholder.
        words: the names and functions that may be used.
        worlds: where steps are compared, the first ones with small numbers.
        start: what the first step must be worth in a world.
        given: how a sentence names what is given.
        goal: what is still to be done, while it has not arrived.
        arrived: whether the last line, by its parts, is what was asked.
        symbol: what is derived, in LaTeX.
        labels: what it may be called before an equals sign, as `label` writes it.
        unknown: the name for which equations are solved, or "".
        point: the numbers that may be put in for variables on the way.
        gather: how a quantity that still has several values becomes one number, after a sentence.
        least: the fewest steps that show how it comes about.
    """

    title: str
    ask: str
    example: str
    words: Words
    worlds: tuple[World, ...]
    start: Callable[[World], Value]
    given: str
    goal: str
    arrived: Callable[[list[Tree]], bool]
    symbol: str
    labels: frozenset[str]
    unknown: str = ""
    point: Mapping[str, Value] = field(default_factory=dict)
    gather: str = ""
    least: int = 3


_ONE_WAY = str.maketrans(
    {"∇": "grad", "∂": "d", "π": "pi", "σ": "sigma", "′": "'", "[": "(", "]": ")", "{": "", "}": "", "\\": ""}
)


def label(text: str) -> str:
    """Return a name for what is derived as labels are compared: without spaces, V^{\\pi}(s) and V^π(s) alike."""
    return "".join(text.split()).translate(_ONE_WAY).replace("nabla", "grad").replace("gradient", "grad")


def _labels(*texts: str) -> frozenset[str]:
    return frozenset(map(label, texts))


def _worlds(
    seed: int,
    kind: Sequence[Mapping[str, Value]],
    shown: tuple[str, ...],
    draw: Callable[[np.random.Generator], Mapping[str, Value]],
) -> tuple[World, ...]:
    """Return worlds: first those with kind numbers, which a reader can follow by hand, then random ones."""
    rng = np.random.default_rng(seed)
    return (*(World(one, shown) for one in kind), *(World(draw(rng), shown) for _ in range(_RANDOM_WORLDS)))


def _column(*entries: float) -> Value:
    return np.array(entries, dtype=float).reshape(-1, 1)


# --- ridge -----------------------------------------------------------------------------------------------------


def _ridge_gradient(world: World) -> Value:
    """Return the gradient of (y - Xw)'(y - Xw) + l w'w by central differences, which are exact for a parabola."""
    values = world.values

    def objective(w: Value) -> float:
        miss = values["y"] - values["X"] @ w
        return float((miss.T @ miss + values["l"] * w.T @ w)[0, 0])

    w = values["w"]
    steps = np.eye(len(w))
    return _column(*((objective(w + one[:, None]) - objective(w - one[:, None])) / 2 for one in steps))


def _ridge() -> Ladder:
    def draw(rng: np.random.Generator) -> Mapping[str, Value]:
        return {
            "X": rng.normal(size=(4, 2)),
            "y": rng.normal(size=(4, 1)),
            "w": rng.normal(size=(2, 1)),
            "l": rng.uniform(0.5, 3),
            "I": Identity(),
        }

    def small(X: list[list[float]], y: Value, w: Value, l_: float) -> Mapping[str, Value]:
        return {"X": np.array(X), "y": y, "w": w, "l": l_, "I": Identity()}

    kind = (
        small([[1.0, 2.0], [0.0, 1.0], [1.0, 0.0]], _column(1, 0, 2), _column(1, -1), 2.0),
        small([[1.0, 0.0], [1.0, 1.0], [0.0, 2.0]], _column(2, 1, 0), _column(2, 1), 1.0),
        small([[2.0, 1.0], [1.0, 0.0], [0.0, 1.0]], _column(0, 1, 3), _column(-1, 2), 3.0),
    )
    return Ladder(
        title="The ridge weights, from the gradient to the closed form",
        ask=r"Begin with the gradient of $J(\mathbf w)=(\mathbf y-X\mathbf w)^\top(\mathbf y-X\mathbf w)"
        r"+\lambda\mathbf w^\top\mathbf w$, set it to zero, and go on until $\mathbf w$ stands alone. Type `l` for "
        r"$\lambda$, `X'` for $X^\top$, `inv( )` for an inverse and `I` for the identity.",
        example="-2X'(y - Xw) + 2 l w",
        words=Words(
            {"X": "X", "y": r"\mathbf y", "w": r"\mathbf w", "l": r"\lambda", "I": "I"},
            {"inv": inverse},
            {"lambda": "l"},
            transposes=True,
        ),
        worlds=_worlds(1, kind, ("X", "y", "l", "w"), draw),
        start=_ridge_gradient,
        given="the gradient",
        goal="Go on until w stands alone on one side.",
        arrived=lambda parts: (
            len(parts) == 2
            and any(one == ("name", "w") and "w" not in names_in(other) for one, other in (parts, parts[::-1]))
        ),
        symbol=r"\nabla J",
        labels=_labels("J'", "J'(w)", "∇", "∇J", "∇J(w)", "∇_w J", "∇_w J(w)", "dJ", "dJ/dw", "dJ(w)/dw"),
        unknown="w",
    )


# --- negative log-likelihood -----------------------------------------------------------------------------------


def _likelihood() -> Ladder:
    def named(p: Value) -> Mapping[str, Value]:
        return {"p": p, "P": float(np.prod(p)), "a": float(p[0]), "b": float(p[1]), "c": float(p[2])}

    return Ladder(
        title="The negative log-likelihood, from the chain rule",
        ask=r"Begin with $-\log P(x_1,x_2,x_3)$ and end with a sum of logarithms. Write $P$ for the probability of the "
        r"whole, `a`, `b`, `c` for $P(x_1)$, $P(x_2\mid x_1)$, $P(x_3\mid x_1,x_2)$; or for any length `p` for all "
        r"$P(x_t\mid x_{<t})$, with `prod(p)` and `sum(log(p))`.",
        example="-log(P)",
        words=Words(
            {"P": "P", "a": "P(x_1)", "b": r"P(x_2\mid x_1)", "c": r"P(x_3\mid x_1,x_2)", "p": r"p_t"},
            {"log": np.log, "sum": np.sum, "prod": np.prod, "exp": np.exp},
            {"ln": "log"},
            pointwise=True,
        ),
        worlds=_worlds(
            2,
            [named(np.array(p)) for p in ((0.5, 0.25, 0.8), (0.2, 0.5, 0.4), (0.25, 0.4, 0.5))],
            ("p",),
            lambda rng: named(rng.uniform(0.05, 0.95, 3)),
        ),
        start=lambda world: -np.log(world.values["P"]),
        given="the quantity −log P",
        goal="Go on until every logarithm is that of a single conditional probability.",
        arrived=lambda parts: _only_logs_of_names(parts[-1]),
        symbol="L",
        gather=" It still has a value for each token: sum( ) adds them up.",
        labels=_labels("L", "NLL", "loss", "Loss", "-log P(x_1,x_2,x_3)", "-log P(x1,x2,x3)"),
    )


def _only_logs_of_names(tree: Tree) -> bool:
    inside = list(calls(tree, "log"))
    return bool(inside) and not names_in(tree) & {"P", "prod"} and all(one[0] == "name" for one in inside)


# --- the Bellman equation --------------------------------------------------------------------------------------


def _bellman() -> Ladder:
    def named(chance: Value, r: Value, later: Value, g: float) -> Mapping[str, Value]:
        s1 = np.array([0, 0, 1, 1])
        alike = (s1[:, None] == s1[None, :]) * chance
        return {
            "chance": chance,
            "r": r,
            "H": later,
            "g": g,
            "s1": s1,
            "G": r + g * later,
            "V1": alike @ later / alike.sum(1),
        }

    def draw(rng: np.random.Generator) -> Mapping[str, Value]:
        return named(rng.dirichlet(np.ones(4)), rng.normal(size=4), rng.normal(size=4), rng.uniform(0.3, 0.95))

    kind = (
        named(np.full(4, 0.25), np.array([1.0, 3.0, 0.0, 2.0]), np.array([2.0, 4.0, 0.0, 8.0]), 0.5),
        named(np.array([0.5, 0.25, 0.125, 0.125]), np.array([2.0, 1.0, 4.0, 3.0]), np.array([1.0, 4.0, 8.0, 2.0]), 0.5),
    )
    return Ladder(
        title="The value of a policy obeys a Bellman equation",
        ask=r"Begin with the definition $V^\pi(s)=\mathbb E[G]$ and end with the next state's value. `G` is the return "
        r"from now on, `r` the reward of this step, `H` the return from the next step on ($G=r+\gamma H$), `s1` the "
        r"next state $s'$, `V1` its value $V^\pi(s')$, `g` is $\gamma$. Type `E(r + g H)` and `E(H | s1)`; every `E` "
        r"follows the policy from the present state.",
        example="E(G)",
        words=Words(
            {"G": "G", "r": "r", "H": "H", "s1": "s'", "V1": r"V^\pi(s')", "g": r"\gamma"},
            {},
            {"gamma": "g", "G1": "H", "G'": "H", "s'": "s1"},
            expectations=True,
            pointwise=True,
        ),
        worlds=_worlds(3, kind, ("chance", "r", "H", "s1", "g"), draw),
        start=lambda world: float(world.values["chance"] @ world.values["G"]),
        given="the value E(G)",
        goal="Go on until the next state's value V1 stands in place of the later return.",
        arrived=lambda parts: "V1" in names_in(parts[-1]) and not names_in(parts[-1]) & {"G", "H"},
        symbol=r"V^\pi(s)",
        gather=" It is still random, with a value for each of four outcomes: put E( ) around it.",
        labels=_labels("V", "V(s)", "V^π", "V^π(s)", "V_π", "V_π(s)", "Vπ(s)", "v_π(s)", "v(s)"),
    )


# --- a gradient at a point, and the slope of the sigmoid --------------------------------------------------------


def _gradient() -> Ladder:
    def draw(rng: np.random.Generator) -> Mapping[str, Value]:
        return dict(zip("xyz", rng.uniform(-3, 3, 3).tolist(), strict=True))

    def gradient(world: World) -> Value:
        """Return the gradient of 2/3 x² + y² - 2y + z⁴ - 4/3 z³ from coefficients of its three polynomials."""
        polynomials = {"x": (2 / 3, 0, 0), "y": (1, -2, 0), "z": (1, -4 / 3, 0, 0, 0)}
        return np.array([np.polyval(np.polyder(np.array(p)), world.values[name]) for name, p in polynomials.items()])

    point = {"x": 3.0, "y": 2.0, "z": 1.0}
    return Ladder(
        title="A gradient at a point",
        ask=r"Begin with the gradient of $f(x,y,z)=\tfrac23x^2+y^2-2y+z^4-\tfrac43z^3$ as a vector of three entries, "
        r"put in the point $(3,2,1)$, and end with numbers. Type `(4x/3, …, …)`.",
        example="(4x/3, …, …)",
        words=Words({"x": "x", "y": "y", "z": "z"}, {}, {}),
        worlds=_worlds(4, [point, {"x": 6.0, "y": 4.0, "z": 2.0}], ("x", "y", "z"), draw),
        start=gradient,
        given="the gradient",
        goal="Put in the point (3, 2, 1), until no variable is left.",
        arrived=lambda parts: not names_in(parts[-1]),
        symbol=r"\nabla f",
        labels=_labels("∇", "∇f", "∇f(3,2,1)", "∇f(x,y,z)"),
        point=point,
        least=2,
    )


def _sigmoid() -> Ladder:
    def slope(world: World) -> Value:
        return 1 / (4 * np.cosh(world.values["x"] / 2) ** 2)  # the slope in another form, free of e^-x

    return Ladder(
        title="The slope of the sigmoid, in terms of itself",
        ask=r"Begin with the derivative of $\sigma(x)=\frac1{1+e^{-x}}$ as the chain rule gives it and end with an "
        r"expression in $\sigma(x)$ alone. Type `exp(-x)` and `sigma(x)`.",
        example="exp(-x)/(1 + exp(-x))^2",
        words=Words(
            {"x": "x", "e": "e"},
            {"exp": np.exp, "sigma": lambda x: 1 / (1 + np.exp(-x))},
            {"s": "sigma", "sigmoid": "sigma"},
            alone={"sigma": ("call", "sigma", ("name", "x"))},
        ),
        worlds=_worlds(
            5,
            [{"x": x, "e": np.e} for x in (1.0, 2.0, -1.0)],
            ("x",),
            lambda rng: {"x": float(rng.uniform(-4, 4)), "e": np.e},
        ),
        start=slope,
        given="the derivative",
        goal="Go on until only σ(x) is left, without exp.",
        arrived=lambda parts: (
            names_in(parts[-1]) == {"sigma", "x"} and all(one == ("name", "x") for one in calls(parts[-1], "sigma"))
        ),
        symbol=r"\sigma'(x)",
        labels=_labels("σ'", "σ'(x)", "s'", "s'(x)", "sigmoid'(x)", "dσ/dx", "dσ(x)/dx", "ds/dx", "d/dx σ(x)"),
    )


LADDERS: dict[str, Ladder] = {
    "ridge": _ridge(),
    "likelihood": _likelihood(),
    "bellman": _bellman(),
    "gradient": _gradient(),
    "sigmoid": _sigmoid(),
}
