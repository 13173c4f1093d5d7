"""From the bytes of a learner's file to its text: UTF-8, even with a stray byte, or Windows-1252 where it makes sense.

Two wrong ways out look like text: one stray byte makes a whole UTF-8 file "cafÃ©", and Cyrillic or Chinese bytes read
as Western ones are "ðîñò". The first is read all the same, the second is told.
"""

from __future__ import annotations

import re

STRAY = "\N{REPLACEMENT CHARACTER}"  # stands where bytes were no UTF-8

# Signs that stand beside letters in Western texts: quotation marks, dashes, blanks.
_BESIDE = "\u00a0\u00a1\u00ab\u00ad\u00bb\u00bf\u2013\u2014\u2018\u2019\u201a\u201c\u201d\u201e\u2026\u2039\u203a"
_RUN = re.compile(f"[A-Za-z]?[^\\x00-\\x7f{_BESIDE}]+[A-Za-z]?")
_LETTER = re.compile("[^\\W\\d_]")
_INSIDE = re.compile(  # signs between two letters: "H”he", "w³a", "Grš§e"
    "[^\\W\\d_][\u00a4\u00a7\u00b3\u00b6\u00b8\u00b9\u00bf\u2020\u2021\u02c6\u201a\u201c\u201d\u201e]+[^\\W\\d_]"
)
_MOST_RUNS = 3  # neighbours beyond ASCII within a word: créée has two, hæðóttur three


def nearly_utf8(content: bytes) -> str | None:
    """Return the text of a UTF-8 file with STRAY for each piece that is no UTF-8; None where it is something else.

    >>> nearly_utf8("café, crème".encode() + b"\\xff"), nearly_utf8("café".encode("latin-1"))
    ('café, crème�', None)
    """
    content = content.removeprefix(b"\xef\xbb\xbf")
    text = content.decode("utf-8", "replace")
    strays = text.count(STRAY) - content.count(STRAY.encode())
    if not strays:
        return text
    beyond = [one for one in re.findall(r"[^\x00-\x7f]", text) if one != STRAY]
    # As many as strays may be an accident: an accent with a closing quotation mark behind it, as „Spaß“ has one.
    latin = all("\u00a0" <= one <= "\u00ff" for one in beyond)
    return text if len(beyond) > strays or (len(beyond) == strays and latin) else None


def western(content: bytes) -> str | None:
    """Return the text of a Windows-1252 file, of which Latin-1 is a part; None where a byte means nothing there."""
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return None


def strange_words(text: str) -> list[str]:
    """Return what no Western language writes, in a text that was read as Windows-1252.

    >>> strange_words("Größe, été, créée, m², 5 €/m², „Spaß“"), strange_words("ðîñò"), strange_words("Éí¸ß")
    ([], ['ðîñò'], ['Éí¸ß'])
    """
    runs = (one[0] for one in _RUN.finditer(text))
    return [one for one in runs if _strange(one)] or _INSIDE.findall(text)


def _strange(run: str) -> bool:
    beyond = [one for one in run if one > "\x7f"]
    alone = len(beyond) == len(run)
    return len(beyond) > _MOST_RUNS or (len(beyond) > 1 and alone and any(map(_LETTER.match, beyond)))
