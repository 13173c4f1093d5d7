"""Words and counts, made fit to be shown. It knows no streamlit, so that drawings may use it."""

from __future__ import annotations

BLANKS = {" ": "␣", "\n": "⏎", "\t": "⇥"}
SHOWN_AS = {code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"} | {0x7F: 0x2421}


def plain(text: str) -> str:
    """Return text that can be sent to a browser: control signs as pictures, lone surrogates as the replacement sign.

    Show the result with st.text or st.code; it is nobody's Markdown.

    >>> plain("a" + chr(0) + chr(0xD800))
    'a␀�'
    """
    whole = text.replace("\r\n", "\n").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.translate(SHOWN_AS)


def visible(character: str) -> str:
    """Return a character as a chart can show it: blanks, too.

    >>> visible(" "), visible("a")
    ('␣', 'a')
    """
    return BLANKS.get(character) or plain(character)


def shortened(text: str, most: int = 80) -> str:
    """Return the beginning of a text on one line, fit to be shown."""
    line = " ".join(plain(text[: 4 * most]).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def plural(count: int, noun: str, many: str = "") -> str:
    """Count a noun, or words that are other ones where there are several.

    Args:
        count: how many there are.
        noun: what stands behind 1.
        many: what stands behind other numbers, where it is not the noun with an s.

    >>> plural(1, "question"), plural(3, "question"), plural(2, "answer waits", "answers wait")
    ('1 question', '3 questions', '2 answers wait')
    """
    return f"{count:,} {noun if count == 1 else many or f'{noun}s'}"
