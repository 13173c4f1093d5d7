"""What several tests of pages do on a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from streamlit.testing.v1 import AppTest

from pages.widgets.canvas.view import Part, Row, Tabs


def turned(at: AppTest, question: str) -> AppTest:
    """Press the line of a question: it opens, or it closes."""
    return at.button(f"line-{question.replace('.', '-')}").click().run()


def flat(parts: Sequence[Part]) -> Iterator[Part]:
    """Yield every part of a view that shows something, those in rows and tabs, too."""
    for part in parts:
        match part:
            case Row():
                for one in part.parts:
                    yield from flat(one if isinstance(one, Sequence) else [one])
            case Tabs():
                for page in part.pages.values():
                    yield from flat(page)
            case _:
                yield part
