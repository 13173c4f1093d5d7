"""Pairs of opposites: words that turn a statement round when one stands in the place of the other."""

from __future__ import annotations

import functools

# Beginnings of words, one side against the other; with a full stop, the whole word.
_OPPOSITES = (
    ("ridge", "lasso"),
    ("superv", "unsuperv"),
    ("mean. average", "median"),
    ("l1.", "l2."),
    ("bias.", "varian"),
    ("overfit", "underfit"),
    ("row. rows.", "column"),
    ("minimi", "maximi"),
    ("local", "global"),
    ("fast", "slow"),
    ("small low less. few. fewer. little.", "large high big more. much. great enormous huge vast"),
    ("encoder", "decoder"),
    ("increas rise rising grow", "decreas fall shrink reduc"),
    ("close. closer closest near", "far. farther further"),
    ("better. best.", "worse. worst."),
    ("squared.", "absolute."),
    ("labeled", "unlabel"),
    ("smooth", "rough"),
    ("ascent", "descent"),
    ("expert", "learner learned. own."),
    ("easy. easier", "hard. harder"),
    ("before.", "after."),
    ("short shorter shortest compact brief concise", "long. longer. longest lengthy"),
    ("over. above. overestim", "under. below. beneath underestim"),
    ("positiv", "negativ"),
    ("explor", "exploit"),
    ("early earlier past. previous", "late. later. last. future"),
    ("strong", "weak"),
    ("simple simpler simplest", "complex complicated"),
    ("cheap", "expens costl"),
    ("stable stabil steady", "unstable instab"),
    ("determin", "stochast random"),
    ("dense", "sparse"),
    ("convex.", "nonconvex concave"),
    ("biased.", "unbias"),
    ("independ", "depend"),
    ("rais", "lower. lowers. lowered lowering"),
    ("contextual", "static"),
    ("online", "offline"),
    ("always", "never. seldom rarely"),
    ("common. frequent. frequently often", "rare. rarely seldom infrequent"),
    ("continuous", "discrete"),
    ("forward", "backward reverse"),
    ("explod", "vanish"),
    ("narrow", "wide"),
    ("deep", "shallow"),
    ("peaked sharp", "flat"),
    ("upper", "lower."),
    ("direct. directly", "indirect"),
    ("inside within", "outside"),
    ("accur", "inaccur"),
    ("old. older", "new. newer"),
)


@functools.lru_cache(maxsize=8192)
def sides(word: str) -> tuple[tuple[int, int], ...]:
    """Return the pairs of opposites that a word is a member of, each with its side."""
    return tuple(
        (pair, side)
        for pair, sides in enumerate(_OPPOSITES)
        for side, beginnings in enumerate(sides)
        if any(_fits(word, beginning) for beginning in beginnings.split())
    )


def _fits(word: str, beginning: str) -> bool:
    return word == beginning[:-1] if beginning.endswith(".") else word.startswith(beginning)
