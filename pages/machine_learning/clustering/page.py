"""K-means and k-medians."""

from __future__ import annotations

from pages.machine_learning.clustering.choose_k import draw_choose_k
from pages.machine_learning.clustering.inits import draw_inits
from pages.machine_learning.clustering.lloyd import draw_lloyd
from pages.machine_learning.clustering.median import draw_median
from pages.machine_learning.clustering.shared import TOPIC
from pages.widgets.lesson import topic

topic.show(TOPIC, {"lloyd": draw_lloyd, "inits": draw_inits, "choose_k": draw_choose_k, "median": draw_median})
