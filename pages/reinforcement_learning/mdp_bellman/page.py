"""Markov decision processes and Bellman equations: its questions. The lesson is not written yet."""

from pages.widgets.lesson import topic

topic.show("mdp_bellman", {})
