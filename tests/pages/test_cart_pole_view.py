"""What the browser is told about an agent, and where the page draws it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from engine.experiments.deep_q_learning.dqn import NETWORKS, DqnSettings, run_dqn
from engine.experiments.deep_q_learning.training import agent_of
from engine.reinforcement_learning import cart_pole as engine
from engine.reinforcement_learning.dqn import Rules
from pages.reinforcement_learning.deep_q_learning import dqn
from pages.widgets.canvas.cart_pole.cart_pole import Driver
from pages.widgets.canvas.component import CANVAS

PAGE = "reinforcement_learning/deep_q_learning/page.py"
OPEN = {"deep_q_learning.dqn.seed": "7"}
LAYERS = [(np.arange(12.0).reshape(4, 3), np.zeros(3)), (np.ones((3, 2)), np.array([0.5, -0.5]))]


def unpacked(body: bytes) -> tuple[dict[str, Any], np.ndarray]:
    length = int.from_bytes(body[:4], "little")
    return json.loads(body[4 : 4 + length]), np.frombuffer(body[4 + length :], dtype="<f4")


def test_layers_travel_in_order_weights_before_biases() -> None:
    header, numbers = unpacked(Driver(LAYERS, (1, 2, 3, 4), epsilon=0.25, reward=0.1).packed("play", True, 7))
    assert header == {
        "mode": "play",
        "running": True,
        "step": 7,
        "sizes": [4, 3, 2],
        "reward": 0.1,
        "inputs": [1, 2, 3, 4],
        "epsilon": 0.25,
        "edges": None,
    }
    assert numbers.tolist() == [*range(12), 0, 0, 0, *[1] * 6, 0.5, -0.5]


@pytest.mark.parametrize("network", list(NETWORKS))
def test_every_network_of_the_experiment_can_drive(network: str) -> None:
    settings = DqnSettings(network=network)
    snapshot = next(run_dqn(settings))
    agent = agent_of(settings.rules(), snapshot.weights)
    header, numbers = unpacked(Driver(agent.layers, agent.inputs, agent.edges, agent.reward).packed("watch", False, 0))
    trained = sum(array.size for name, array in snapshot.weights.items() if name != "transitions")
    assert len(numbers) == trained
    assert header["sizes"][-1] == 2
    assert (header["edges"] is not None) == (network == "table of 162 boxes")


@pytest.mark.parametrize(
    "layers",
    [
        [(np.ones((5, 2)), np.zeros(2))],
        [(np.ones((4, 3)), np.zeros(3))],
        [(np.ones((4, 3)), np.zeros(3)), (np.ones((4, 2)), np.zeros(2))],
        [(np.ones((4, 2)), np.zeros(3))],
    ],
)
def test_layers_that_fit_nothing_are_refused(layers: list[tuple[np.ndarray, np.ndarray]]) -> None:
    with pytest.raises(ValueError, match="no network"):
        Driver(layers).packed("play", False, 0)


def test_a_value_that_is_not_finite_is_not_sent() -> None:
    with pytest.raises(ValueError, match="JSON"):
        Driver(LAYERS, epsilon=float("nan")).packed("play", False, 0)


def test_the_numbers_of_the_browser_are_the_engines() -> None:
    text = (CANVAS / "cart_pole/cart_pole_model.js").read_text("utf-8")
    for name, value in {
        "gravity": engine.GRAVITY,
        "cartMass": engine.CART_MASS,
        "poleMass": engine.POLE_MASS,
        "halfPole": engine.HALF_POLE,
        "push": engine.PUSH,
        "seconds": engine.SECONDS,
        "track": engine.TRACK,
        "limit": engine.LIMIT,
        "start": engine.START,
    }.items():
        assert f"{name}: {value:g}," in text, name


def drawn(at: AppTest) -> list[dict[str, Any]]:
    """Return what every cart on the page was told."""
    bodies = [one.proto for one in at.get("bidi_component")]
    return [unpacked(one.bytes)[0] for one in bodies if one.component_name.endswith("cart_pole")]


def test_the_page_draws_the_agent_that_learns_and_a_game_against_it(app: Callable[..., AppTest]) -> None:
    at = app(PAGE, **OPEN)
    assert not at.exception
    watched, played = drawn(at)
    assert (watched["mode"], watched["running"], watched["step"], watched["epsilon"]) == ("watch", False, 0, 1.0)
    assert (played["mode"], played["epsilon"]) == ("play", 0.0)
    assert any("It has learned nothing yet" in one.value for one in at.caption)
    next(one for one in at.button if one.label == "Step").click().run()
    assert [one["step"] for one in drawn(at)] == [1, 1]


def test_the_map_of_values_is_drawn_where_the_cart_is(app: Callable[..., AppTest]) -> None:
    at = app(PAGE, **OPEN)
    at.segmented_control[0].set_value("What it expects").run()
    assert not at.exception
    assert len(drawn(at)) == 1
    slider = next(one for one in at.slider if one.label == "Cart's position (m)")
    slider.set_value(2.0).run()
    assert not at.exception


def test_five_seeds_are_trained_when_asked_and_anew_for_other_settings(
    app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = []

    def quick(rules: Rules, course: object, seed: int) -> tuple[np.ndarray, np.ndarray]:
        trained.append((rules.hidden, seed))
        return np.array([1_000.0, 2_000.0]), np.array([10.0 * seed, 100.0])

    monkeypatch.setattr(dqn, "learning_curve", quick)
    st.cache_data.clear()
    at = app(PAGE, **OPEN)
    at.segmented_control[0].set_value("Five seeds").run()
    assert trained == []
    next(one for one in at.button if one.label == "Train 5 seeds").click().run()
    assert trained == [((64, 64), seed) for seed in range(7, 12)]
    assert "90 after 1000" in str(at.get("vega_lite_chart")[0].proto)  # the median of 70, 80, 90, 100, 110
    next(one for one in at.selectbox if one.label == "Hidden layers").set_value("16").run()
    assert len(trained) == 5
    st.cache_data.clear()
