"""A watched cart or a game, with a driver chosen by ?show=…: one that balances, or one that always goes left."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.widgets.canvas.cart_pole.cart_pole import Driver, cart_pole

st.set_page_config(page_title="CartPole harness", layout="centered")
steady = np.array([[-0.1, 0.1], [-0.3, 0.3], [-4.0, 4.0], [-1.0, 1.0]])  # the more it leans right, the better is right
DRIVERS = {
    "balances": Driver([(steady, np.zeros(2))], reward=0.5),
    "falls": Driver([(np.zeros((4, 2)), np.array([1.0, 0.0]))]),
}

mode, _, name = st.query_params.get("show", "play-balances").partition("-")
st.text("What comes before.")
running = st.toggle("Running") if mode == "watch" else False
cart_pole(mode, DRIVERS[name], "cart", running=running, step=5)
st.text_input("Elsewhere")
for line in range(30):
    st.text(f"Line {line} below, so that the page scrolls.")
