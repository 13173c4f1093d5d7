"""Ridge, LASSO and elastic net: its questions. The lesson is not written yet."""

from pages.widgets.lesson import topic

topic.show("ridge_lasso", {})
