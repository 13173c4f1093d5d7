"""Which tests share a worker: those of a file; of the contract and the pages, which take longest, those of a topic."""

from __future__ import annotations

import pytest

BY_TOPIC = ("test_contract.py", "test_topics.py", "test_looks.py")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        group = str(item.path)
        if item.path.name in BY_TOPIC and isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            group += f":{topic_of(item.callspec.params)}"
        item.add_marker(pytest.mark.xdist_group(group))


def topic_of(params: dict[str, object]) -> str:
    """Return the topic that a test is about, or nothing."""
    return str(params.get("topic") or getattr(params.get("entry"), "slug", "")).rstrip("?")
