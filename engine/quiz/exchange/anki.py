"""The questions as an Anki package (.apkg), one note each.

Ids of notes, decks and the note type are derived from names that do not change, so that a second import into Anki
brings the notes up to date and keeps their schedule.
"""

from __future__ import annotations

import hashlib
import html
import io
import os
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.quiz.bank import Question

if TYPE_CHECKING:
    from genanki import Package

ROOT = "Living Grimoire"
_MATHS = re.compile(r"(\$\$.+?\$\$|(?<!\\)\$(?:\\.|[^$\\])+\$)", re.DOTALL)
_CODE = re.compile(r"(`[^`\n]+`)")
_STYLE = """.card { font-family: sans-serif; font-size: 18px; line-height: 1.5; max-width: 40em; margin: 0 auto; }
ul { padding-left: 1.2em; }"""


@dataclass(frozen=True)
class Chapter:
    """A topic as a deck: the titles of its part and of itself, its slug, its questions."""

    part: str
    title: str
    slug: str
    questions: Sequence[Question]


def package(chapters: Iterable[Chapter], only: Collection[str] | None = None) -> bytes:
    """Return the questions as an Anki package; decks that would be empty are left out.

    Args:
        chapters: what there is, in order.
        only: ids of the questions that are wanted; None: all.
    """
    import genanki  # 0.15 s: it brings yaml and chevron

    note_type = _note_type()
    decks = []
    for chapter in chapters:
        deck = genanki.Deck(
            stable_id(f"deck {chapter.slug}"), f"{ROOT}::{_level(chapter.part)}::{_level(chapter.title)}"
        )
        for question in chapter.questions:
            if only is None or question.id in only:
                deck.add_note(
                    genanki.Note(
                        note_type,
                        [html.escape(question.id), front(question), back(question)],
                        guid=guid(question.id),
                        tags=[chapter.slug],
                    )
                )
        if deck.notes:
            decks.append(deck)
    return _written(genanki.Package(decks))


def guid(id: str) -> str:
    """Return what Anki knows the note of a question by."""
    return hashlib.sha256(f"living-grimoire {id}".encode()).hexdigest()[:16]


def stable_id(name: str) -> int:
    """Return a number for a deck or a note type, in the range that Anki gives out."""
    digest = hashlib.sha256(f"living-grimoire {name}".encode()).digest()
    return (1 << 30) + int.from_bytes(digest[:4], "big") % (1 << 30)


def front(question: Question) -> str:
    """Return what is asked, as HTML."""
    exact = question.exact
    options = exact.options if exact and exact.check == "choice" and not exact.ask else ()
    return as_html(question.ask) + _list(options)


def back(question: Question) -> str:
    """Return the model answer and what a good answer says, as HTML."""
    points = [point.says for point in question.points]
    return as_html(question.answer) + (f"<p><b>A good answer says</b></p>{_list(points)}" if points else "")


def as_html(text: str) -> str:
    r"""Return our Markdown as HTML with MathJax; whatever is HTML in it is text.

    >>> as_html("*Why* $x<1$ & `a<b`?")
    '<p><i>Why</i> \\(x&lt;1\\) &amp; <code>a&lt;b</code>?</p>'
    """
    paragraphs = [one.strip() for one in re.split(r"\n\s*\n", text.strip())]
    return "".join(f"<p>{_inline(one)}</p>" for one in paragraphs if one)


def _inline(text: str) -> str:
    """Return a paragraph's inside: formulas and code first, for what looks like emphasis in them is none."""
    made = []
    for part in _MATHS.split(text):
        if part.startswith("$$"):
            made.append(rf"\[{html.escape(part[2:-2].strip(), quote=False)}\]")
        elif _MATHS.fullmatch(part):
            made.append(rf"\({html.escape(part[1:-1], quote=False)}\)")
        else:
            made += [
                f"<code>{html.escape(one[1:-1], quote=False)}</code>" if _CODE.fullmatch(one) else _words(one)
                for one in _CODE.split(part)
            ]
    return "".join(made)


def _words(text: str) -> str:
    text = html.escape(text.replace(r"\$", "$"), quote=False)
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)  # links lead into the app: their words are kept
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
    return re.sub(r"(?<!\*)\*([^*\s][^*]*)\*", r"<i>\1</i>", text).replace("\n", "<br>")


def _list(items: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{_inline(item)}</li>' for item in items)}</ul>" if items else ""


def _level(title: str) -> str:
    """Return a title as one level of a deck's name, which :: would part."""
    return title.replace("::", ":")


def _note_type() -> Any:
    import genanki

    answer = '{{FrontSide}}<hr id="answer">{{Answer}}'  # the id keeps notes apart and tells a learner nothing
    return genanki.Model(
        stable_id("note type"),
        ROOT,
        fields=[{"name": name} for name in ("Id", "Question", "Answer")],
        templates=[{"name": "Question", "qfmt": "{{Question}}", "afmt": answer}],
        css=_STYLE,
    )


def _written(package: Package) -> bytes:
    """Return a package as a file. genanki leaves its temporary database behind; here it is removed."""
    left: list[str] = []
    write = package.write_to_db

    def write_to_db(cursor: Any, timestamp: float, numbers: Any) -> None:
        left.append(cursor.execute("PRAGMA database_list").fetchone()[2])
        write(cursor, timestamp, numbers)

    package.write_to_db = write_to_db
    made = io.BytesIO()
    try:
        package.write_to_file(made)
    finally:
        for file in left:
            os.unlink(file)
    return made.getvalue()
