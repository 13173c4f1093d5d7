"""Where the page of a topic or a part lies, and whether it is there: the one place that spells it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.content import Entry, Part, Topic

PAGES = Path(__file__).parents[2]


def page_of(topic: Entry | Topic) -> str:
    """Return the script of a topic's page, as `st.page_link` and `st.switch_page` take it: below pages/."""
    return f"{topic.part}/{topic.slug}/page.py"


def page_of_part(part: Part) -> str:
    """Return the script of a part's page."""
    return f"{part.id}/part.py"


def there(part: Part) -> Part | None:
    """Return a part as it can be reached: a topic without a page has nothing. None where the part has no page."""
    if not (PAGES / page_of_part(part)).is_file():
        return None
    topics = (
        one if one.asked and (PAGES / page_of(one)).is_file() else replace(one, written=False, asked=False)
        for one in part.topics
    )
    return replace(part, topics=tuple(topics))
