"""What phones, calculators and PDF copies produce, turned into the plain signs that every exact reader reads.

A true minus, full-width and Arabic digits, thin spaces, ½, x², ×, a curly apostrophe: each has one plain form here, and
no reader knows another. What has no plain form stays, so that a reader refuses it by name.

>>> plain_signs("−２½ × 10⁻³"), plain_signs("X’y ≃ x₁")
('-(2+1/2) * 10^(-3)', "X'y ≈ x_1")
"""

from __future__ import annotations

import functools
import re
import unicodedata

_SIGNS = {
    "-": "−–—―‐‑‒﹣－➖˗⁃",
    "+": "＋﹢➕⊕\u2064",
    "*": "·⋅∙×✕✖⨯⨉╳∗＊⁎•‧・･⊙⊗∘\u2062",
    "/": "÷∕⁄／⧸➗",
    "^": "ˆ＾",
    "=": "≡≔≜≝",
    "≈": "~≃≅≐≒∼〜～∽",
    "'": "’‘‛ʼʻˈ′´＇٬",
    "''": "″",
    ",": "、،\u2063",
    ";": "؛",
    ".": "。٫",
    "%": "٪",
    "|": "∣❘│ǀ",
    "e": "⏨",
    "E": "ᴇ",
    "\n": "\r\u2028\u2029\x85\x0b\x0c",
    "": "\u200b\u200c\u200d\u200e\u200f\u2060\u2061\ufeff\u061c\u202a\u202b\u202c"
    "\u2066\u2067\u2068\u2069\ufe0e\ufe0f\u20e3",
}
_PLAIN = {sign: plain for plain, signs in _SIGNS.items() for sign in signs}
_KEPT = "ᵀªº™"  # raised letters that are no exponents
_WHOLE = re.compile(r"(?<![\d.,'^_A-Za-z])\d+$")


@functools.lru_cache(maxsize=4096)
def _plain(sign: str) -> tuple[str, str]:
    """Return the plain form of one sign, and how it stands: "super", "sub", "fraction" or "" for on the line."""
    if sign in _PLAIN:
        return _PLAIN[sign], ""
    if sign.isascii() or "\ud800" <= sign <= "\udfff":
        return sign, ""
    kind = unicodedata.category(sign)
    if kind == "Nd":
        return str(unicodedata.decimal(sign)), ""
    if kind == "Zs":
        return " ", ""
    how = unicodedata.decomposition(sign).partition(">")[0].removeprefix("<")
    inside = unicodedata.normalize("NFKC", sign)
    if how in ("super", "sub") and sign not in _KEPT and kind in ("No", "Sm", "Lm", "Ps", "Pe"):
        return _PLAIN.get(inside, inside), how
    if how == "fraction" and "⁄" in inside:
        return inside.replace("⁄", "/"), how
    if sign not in _KEPT and (kind[0] == "L" or how in ("wide", "narrow", "small", "font", "square")):
        return "".join(_PLAIN.get(one, one) for one in inside), ""
    return sign, ""


def plain_signs(text: str) -> str:
    """Return a text in plain signs; what is plain already stays as it is."""
    return typed(text)[0]


def typed(text: str) -> tuple[str, list[int]]:
    """Return a text in plain signs, and for each of them the place in the text, from 0, that it comes from.

    A raised piece becomes ^(…), a lowered one behind a letter _…, ½ becomes (1/2), and 2½ becomes (2+1/2).
    """
    made: list[str] = []
    places: list[int] = []
    place = 0
    while place < len(text):
        plain, how = _plain(text[place])
        end = place + 1
        while how in ("super", "sub") and end < len(text) and _plain(text[end])[1] == how:
            plain, end = plain + _plain(text[end])[0], end + 1
        if how == "super" and text[end : end + 1] in ("⁄", "∕") and _plain(text[end + 1 : end + 2] or " ")[1] == "sub":
            below, end = "", end + 1
            while end < len(text) and _plain(text[end])[1] == "sub":
                below, end = below + _plain(text[end])[0], end + 1
            plain, how = f"{plain}/{below}", "fraction"
        _put(made, places, plain, how, text[place:end], place)
        place = end
    return "".join(made), places


def _put(made: list[str], places: list[int], plain: str, how: str, as_typed: str, place: int) -> None:
    """Append one plain piece; where it makes no sense in its place, append what was typed."""
    before = made[-1] if made else ""
    if how == "super":
        plain = f"^({plain})"
    elif how == "sub":
        plain = f"_{plain}" if before.isalpha() else as_typed
    elif how == "fraction":
        tail = "".join(made[-20:])
        whole, behind_number = _WHOLE.search(tail.rstrip(" ")), tail.rstrip(" ")[-1:].isdigit()
        if whole and not tail[: whole.start()].rstrip(" ")[-1:].isdigit():
            start = len(made) - len(tail) + whole.start()
            digits, first = whole[0], places[start]
            del made[start:], places[start:]
            plain, place = f"({digits}+{plain})", first
        else:
            plain = as_typed if behind_number else f"({plain})"
    for one in plain:
        made.append(one)
        places.append(place)
