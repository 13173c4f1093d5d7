"""Mode averaging and KL divergence: its questions. The lesson is not written yet."""

from pages.widgets.lesson import topic

topic.show("mode_averaging", {})
