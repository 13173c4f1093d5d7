"""Linear regression and least squares."""

from __future__ import annotations

from pages.machine_learning.linear_regression import normal, sse
from pages.widgets.lesson import topic
from pages.widgets.plate.seats import Pictures

topic.show("linear_regression", {"sse": Pictures(sse.view), "normal": Pictures(normal.view)})
