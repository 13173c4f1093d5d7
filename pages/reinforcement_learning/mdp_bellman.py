"""Markov decision processes and Bellman equations: its questions. The lesson is not written yet."""

from pages.widgets import topic

topic.show("mdp_bellman", {})
