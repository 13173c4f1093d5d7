"""What may be a learner's name."""

from __future__ import annotations

import unicodedata

from engine.errors import GrimoireError

LONGEST_NAME = 60
_JOINERS = "\u200c\u200d"  # invisible, and part of how some names are spelt
_BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and symbols by their category, with nothing to see


class NameRefused(GrimoireError):
    """A learner's name that cannot be used, and why."""


def clean_name(name: str) -> str:
    """Return a name as it is kept: in NFC, without spaces around it, single spaces within.

    Raises:
        NameRefused: where it is empty, longer than 60 characters or holds characters that cannot be seen.
    """
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if len(name) > LONGEST_NAME:
        raise NameRefused(f"This name has {len(name)} characters; at most {LONGEST_NAME} are allowed.")
    hidden = [c for c in name if c in _BLANK_LETTERS or (not c.isprintable() and c not in _JOINERS)]
    if hidden:
        raise NameRefused(
            f"This name holds a character that cannot be seen (U+{ord(hidden[0]):04X}); "
            "use letters, digits, signs and spaces."
        )
    if not any(unicodedata.category(c)[0] in "LNPS" for c in name):
        raise NameRefused(f"A name needs at least one character that can be seen, and at most {LONGEST_NAME}.")
    return name


def folded(name: str) -> str:
    """Return what two names have in common when they differ in case, accents' encoding or joiners only.

    >>> folded("Zoë") == folded("ZOE\\u0308"), folded("Straße") == folded("STRASSE")
    (True, True)
    """
    bare = name.translate({ord(joiner): None for joiner in _JOINERS})
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", bare).casefold())
