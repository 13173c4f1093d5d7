"""What several tests of pages do on a page."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def turned(at: AppTest, question: str) -> AppTest:
    """Press the line of a question: it opens, or it closes."""
    return at.button(f"line-{question.replace('.', '-')}").click().run()
