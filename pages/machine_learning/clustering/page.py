"""K-means and k-medians."""

from __future__ import annotations

from pages.machine_learning.clustering import choose_k, inits, lloyd, median
from pages.widgets.lesson import topic
from pages.widgets.plate.seats import Pictures

topic.show(
    "clustering",
    {
        "lloyd": Pictures(lloyd.view),
        "inits": Pictures(inits.view),
        "choose_k": Pictures(choose_k.view),
        "median": Pictures(median.view),
    },
)
