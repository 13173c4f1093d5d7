"""Linear regression and least squares."""

from __future__ import annotations

from pages.machine_learning.linear_regression.normal import draw_normal
from pages.machine_learning.linear_regression.shared import TOPIC
from pages.machine_learning.linear_regression.sse import draw_sse
from pages.widgets.lesson import topic

topic.show(TOPIC, {"sse": draw_sse, "normal": draw_normal})
