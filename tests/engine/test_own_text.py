"""The learner's own text: what comes in, what is refused, and that nothing else happens."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import Text
from engine.errors import DataRefused
from engine.own_text import FEWEST_CHARACTERS, MOST_BYTES, read_text

LONG = "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. " * 12
RUSSIAN = "Съешь же ещё этих мягких французских булок, да выпей чаю. " * 12
JAPANESE = "いろはにほへと散りぬるを我が世誰ぞ常ならむ。" * 30


@pytest.mark.parametrize("text", [LONG, RUSSIAN, JAPANESE], ids=["German", "Russian", "Japanese"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_files_are_read(text: str, encoding: str) -> None:
    assert read_text(text.encode(encoding)) == Text(text.strip())


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"], ids=["little", "big"])
def test_both_byte_orders_are_read(mark: bytes) -> None:
    order = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    assert read_text(mark + LONG.encode(order)) == Text(LONG.strip())


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_western_files_are_read(encoding: str) -> None:
    assert read_text(LONG.encode(encoding)) == Text(LONG.strip())
    assert read_text(("“Well,” he said — " * 40).encode("cp1252")).characters.startswith("“Well,” he said —")


@pytest.mark.parametrize("stray", [b"\xff", b"\xe9", b"\x80", b"\xc3"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("text", ["un café crème " * 60, RUSSIAN, JAPANESE, "one naïve word, " + "and no more " * 60])
def test_a_stray_byte_makes_no_other_text_of_the_rest(stray: bytes, mark: bytes, text: str) -> None:
    assert read_text(mark + text.encode() + stray) == Text(text.strip())
    half = len(text) // 2
    assert read_text(mark + text[:half].encode() + stray + text[half:].encode()) == Text(text.strip())


def test_a_file_of_two_halves_is_no_text() -> None:
    with pytest.raises(DataRefused, match="no UTF-8"):
        read_text(("crème brûlée " * 40).encode() + ("crème brûlée " * 20).encode("latin-1"))


def test_cyrillic_bytes_between_plain_words_are_refused() -> None:
    with pytest.raises(DataRefused, match="neither UTF-8 nor"):
        read_text(("the word is " * 60 + "рост и возраст").encode("cp1251"))


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_every_line_ends_alike(end: str) -> None:
    assert read_text(f"one line{end}" * 100).characters == "\n".join(["one line"] * 100)


def test_what_nobody_sees_is_left_out_and_the_rest_stays() -> None:
    given_text = "\ufeffsoft\u00adly \u202espo\u202cken\t\u200bwords, नमस्ते क्\u200dष 👩\u200d🚀 " * 30
    found = read_text(f"\x07{given_text}\x1b").characters
    assert found == ("softly spoken\twords, नमस्ते क्\u200dष 👩\u200d🚀 " * 30).strip()


@pytest.mark.parametrize("short", [1, 20, FEWEST_CHARACTERS - 1])
def test_too_short_says_how_short_and_how_much_is_needed(short: int) -> None:
    with pytest.raises(DataRefused) as refused:
        read_text("x" * short)
    said = str(refused.value)
    assert re.search(rf"\b{short} character", said)
    assert f"at least {FEWEST_CHARACTERS} are needed" in said
    assert f"{FEWEST_CHARACTERS - short:,} more" in said
    assert read_text("x" * FEWEST_CHARACTERS).characters == "x" * FEWEST_CHARACTERS


@pytest.mark.parametrize("empty", ["", " \n\t ", b"", b"\xef\xbb\xbf", b"\xff\xfe", "\u200b" * 600])
def test_empty_is_said(empty: str | bytes) -> None:
    with pytest.raises(DataRefused, match="empty"):
        read_text(empty)


@pytest.mark.parametrize("large", [b"a" * (MOST_BYTES + 1), "a" * (MOST_BYTES + 1), "é" * (MOST_BYTES // 2 + 1)])
def test_too_large_is_said(large: str | bytes) -> None:
    with pytest.raises(DataRefused, match=r"2\.00 MB long; at most 2 MB"):
        read_text(large)


def test_as_large_as_allowed_is_read() -> None:
    assert len(read_text(b"abcdefg " * (MOST_BYTES // 8)).characters) == MOST_BYTES - 1


def an_archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", LONG)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (an_archive(), "Word document"),
        (b"\x89PNG\r\n\x1a\n" + bytes(900), "a picture"),
        (b"\xff\xd8\xff\xe0" + bytes(900), "a picture"),
        (b"BM" + bytes(900), "a picture"),
        (b"%PDF-1.7\n" + LONG.encode(), "a PDF"),
        (b"{\\rtf1\\ansi " + LONG.encode("ascii", "ignore"), "RTF"),
        (b"\x1f\x8b\x08" + zlib.compress(LONG.encode()), "compressed"),
        (b"SQLite format 3\x00" + bytes(900), "a database"),
        (np.random.default_rng(0).integers(0, 256, 4_000, dtype=np.uint8).tobytes(), "neither UTF-8 nor"),
        (RUSSIAN.encode("koi8-r"), "neither UTF-8 nor"),
        (JAPANESE.encode("shift-jis"), "neither UTF-8 nor"),
        (bytes(900), "control signs"),
        (LONG.encode("utf-16-le"), "control signs"),
        (b"\x01\x02\x03text " * 100, "control signs"),
        ((b"\x01" + b"text " * 12) * 20, "control signs"),
        (b"\xff\xfe" + LONG.encode("utf-16-le") + b"x", "says that it is UTF-16"),
        (b"\xef\xbb\xbf" + LONG.encode("latin-1"), "says that it is UTF-8"),
    ],
    ids=[
        "docx",
        "png",
        "jpeg",
        "bmp",
        "pdf",
        "rtf",
        "gzip",
        "sqlite",
        "noise",
        "koi8-r",
        "shift-jis",
        "NULs",
        "utf-16 without a mark",
        "control",
        "a little control",
        "broken utf-16",
        "broken utf-8",
    ],
)
def test_what_is_no_text_is_named_and_a_way_out_is_said(content: bytes, said: str) -> None:
    with pytest.raises(DataRefused, match=said) as refused:
        read_text(content)
    assert "UTF-8" in str(refused.value)


@pytest.mark.parametrize("word", ["BMW fährt ", "RIFFs of coral ", "ID3 is an algorithm ", "MZ is short "])
def test_a_text_may_begin_like_another_file(word: str) -> None:
    assert read_text((word * 80).encode()).characters.startswith(word)


@given(st.binary(max_size=400) | st.text(max_size=300), st.integers(1, 6))
@settings(deadline=None, max_examples=300)
def test_anything_is_a_text_or_refused_in_words(piece: bytes | str, often: int) -> None:
    given_source = piece * often
    try:
        found = read_text(given_source)
    except DataRefused as refused:
        said = str(refused)  # nothing but DataRefused comes out, and it is a sentence
        if not said.endswith("."):
            raise
        return
    found.characters.encode()  # a page can show it
    assert len(found.characters) >= FEWEST_CHARACTERS
    assert found.characters == found.characters.strip()
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", found.characters)
    assert read_text(found.characters) == found  # reading again changes nothing


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40))
@settings(deadline=None)
def test_plain_characters_come_through_unchanged(word: str) -> None:
    text = " ".join([word] * FEWEST_CHARACTERS)
    assert read_text(text.encode("utf-8-sig")).characters == text
