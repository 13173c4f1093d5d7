"""The learner's own text: a file or pasted words become a Text, or are refused with a sentence.

Nothing is sent anywhere. A refusal says what was found, what is allowed, and what to do.
"""

from __future__ import annotations

import codecs
import re

from engine.data import Text
from engine.errors import DataRefused
from engine.own_bytes import nearly_utf8, strange_words, western

MOST_BYTES = 2_000_000
FEWEST_CHARACTERS = 500

_CONTROL_SHARE = 0.01  # of the characters; texts have next to none, other files many
_FOREIGN_SHARE = 0.3  # of the bytes of a file that is no Unicode: Western texts have some accents, no more
_STRANGE_SHARE = 0.05  # words that no Western language writes, to a byte beyond ASCII

_IMAGE = "a picture"
_MAGIC = {
    b"\x89PNG": _IMAGE,
    b"\xff\xd8\xff": _IMAGE,
    b"GIF8": _IMAGE,
    b"BM": _IMAGE,
    b"II*\x00": _IMAGE,
    b"MM\x00*": _IMAGE,
    b"PK\x03\x04": "a Word document, an e-book or another archive",
    b"PK\x05\x06": "an empty archive",
    b"\xd0\xcf\x11\xe0": "an old Word document",
    b"%PDF": "a PDF",
    b"{\\rtf": "a formatted document (RTF)",
    b"\x1f\x8b": "a compressed file",
    b"7z\xbc\xaf": "a compressed file",
    b"Rar!": "a compressed file",
    b"ID3": "a sound",
    b"OggS": "a sound",
    b"RIFF": "a sound, a film or a picture",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"SQLite format 3\x00": "a database",
}
_WORDS = (b"BM", b"ID3", b"MZ", b"OggS", b"RIFF")  # a text may begin with these, too
_MARKS = {  # byte order marks, the longest first: UTF-32's begins with UTF-16's
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_SAVE = "Save it as plain text (.txt) in UTF-8."

_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_NEWLINE = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd-\uffff\ud800-\udfff]")
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)  # joiners stay: words need them


def read_text(source: bytes | str) -> Text:
    r"""Read a text that a learner uploads or pastes.

    Lines end as \n whatever ended them before. Characters that nobody sees (soft hyphens, byte order marks, marks of
    direction) and a few stray control characters are left out, and so are blanks before the first and after the last
    word, and so are a few bytes that are no UTF-8 in a file that is; nothing else is changed.

    Args:
        source: the text, or a file's content: UTF-8, UTF-16 or UTF-32 with a byte order mark, or Windows-1252; at most
            MOST_BYTES.

    Raises:
        DataRefused: if it is too large, no text, or has fewer than FEWEST_CHARACTERS characters.

    >>> read_text(b"\xef\xbb\xbf" + b"one\r\ntwo " * 100).characters[:12]
    'one\ntwo one\n'
    """
    size = len(source) if isinstance(source, bytes) else len(source.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        raise DataRefused(
            f"The text is {size / 1e6:.2f} MB long; at most {MOST_BYTES / 1e6:g} MB are read. Keep a part of it."
        )
    text = source if isinstance(source, str) else _decoded(source)
    text = _INVISIBLE.sub("", _NEWLINE.sub("\n", text))
    strays = len(_CONTROL.findall(text))
    if strays > _CONTROL_SHARE * len(text):
        raise DataRefused(
            f"This is not text: {strays:,} of its {len(text):,} characters are control signs or no UTF-8, which no "
            f"letter, digit or mark is. {_SAVE}"
        )
    text = _CONTROL.sub("", text).strip()
    if not text:
        raise DataRefused(f"The text is empty; at least {FEWEST_CHARACTERS} characters are needed.")
    if len(text) < FEWEST_CHARACTERS:
        raise DataRefused(
            f"The text is {len(text):,} {'character' if len(text) == 1 else 'characters'} long; at least "
            f"{FEWEST_CHARACTERS} are needed, {FEWEST_CHARACTERS - len(text):,} more than that."
        )
    return Text(text)


def _decoded(content: bytes) -> str:
    for magic, what in _MAGIC.items():
        if content.startswith(magic) and not (magic in _WORDS and not _BINARY.search(content[:2_000])):
            raise DataRefused(f"This looks like {what}, not like plain text. {_SAVE}")
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "")
    if encoding in ("", "utf-8-sig") and (text := nearly_utf8(content)) is not None:
        return text
    if not encoding:
        return _western(content)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise DataRefused(
            f"The file says that it is {encoding.removesuffix('-sig').upper()}, but at byte {error.start:,} "
            f"it is not. {_SAVE}"
        ) from None


def _western(content: bytes) -> str:
    """Read Windows-1252 where it looks like a text with a few accents."""
    foreign = len(content.translate(None, bytes(range(0x80))))
    text = western(content) if foreign <= _FOREIGN_SHARE * len(content) else None
    if text is None or len(strange_words(text)) > _STRANGE_SHARE * foreign:
        raise DataRefused(f"The bytes of this file are neither UTF-8 nor Windows-1252. {_SAVE}")
    return text
