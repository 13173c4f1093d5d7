"""What more than one of the topic's experiments use."""

from __future__ import annotations

from pages.widgets.shell import state

TOPIC = "cnn_pipeline"
WATCHED, ANOTHER, DRAWN = (state.owned(TOPIC, "digits", name) for name in ("watched", "another", "drawn"))
MOVED = state.owned(TOPIC, "digits", "moved")  # live.py draws the moving view again where it is set
MINE = "mine"  # the drawing, where a digit is chosen to watch
MOST_MISTAKES = 6
