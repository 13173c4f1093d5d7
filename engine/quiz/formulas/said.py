"""The words that may stand beside a number: which change nothing, which are part of it, and which it cannot bear.

The lists are closed. A word that stands on none of them is refused, since nobody knows what it does to the number.
"""

from __future__ import annotations

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


NEUTRAL = _set(
    "a an and answer answers approx approximately around about be ca circa clearly equal equals exactly final finally "
    "finds gave get gets give gives got has have hence here i i'd i'm is it it's its just length makes maybe my nearly "
    "almost of our ours perhaps precisely probably result results roughly simply so solution that that's the their "
    "then therefore there these think this thus to total totals value values was we will with would yields you "
    "altogether overall only at by in all are gives getting becomes comes out say should must been believe guess"
)
"""Words before a number that leave it as it is."""

NOUNS = _set(
    "accuracy action activation advantage angle arm average batch baseline bias bit box candidate cell center centre "
    "centroid chance channel character class cluster coefficient column component connection correlation cosine cost "
    "count coordinate cross-entropy crossentropy decimal degree depth derivative dimension discount distance draw "
    "edge element ensemble entropy entry epoch episode error estimate evaluation example expectation factor feature "
    "filter flop floating-point fold fraction frame frequency gap gradient gradients group guess head height "
    "hidden horizon image input iou item iteration j kernel label lambda layer leaf likelihood limit line "
    "log-likelihood log-odds logit loss log-probability map margin match matrix mean median minimum maximum max min "
    "mode model momentum mse mae rmse sse kl nll nat negative-log-likelihood network neuron node norm number operation "
    "option output pair parameter pass patch percentage perplexity piece pixel point policy position possibility "
    "precision prediction price probability product proportion quantity query quotient rank rate ratio recall "
    "receptive region residual return reward round row run sample score second sequence set share side "
    "similarity size slope solution span square squared-error standard state step stride sum superpixel symbol target "
    "task td-error temperature term test threshold time timestep token training trajectory transition trial tuple "
    "unit update value values variable variance vector volume vote voltage way weight width window word x "
    "f1 fpr tpr auc acc tp fp fn tn std sd var deviation first last false true negatives positives theta gamma "
    "alpha beta mu eta epsilon phi kappa omega tau rho delta q-learning sarsa bert gpt relu forward reverse generator "
    "classifier derivatives difference expected new old best smallest largest"
)
"""Nouns of the field: a name before a number, or what is counted behind it. The plural is meant as well."""

TAIL = _set(
    "approximately approx exactly about altogether overall in total all each every per on average long as likely more "
    "many much different possible hidden trainable learnable free attention or-so high wide big large old new real "
    "the of a an for to be is it its right correct whole euclidean roughly"
)
"""Small words that may join nouns behind a number: 4 times as much, 32 pixels per side."""

MAGNITUDES = {
    "dozen": 12.0,
    "hundred": 1e2,
    "k": 1e3,
    "thousand": 1e3,
    "lakh": 1e5,
    "million": 1e6,
    "mio": 1e6,
    "mn": 1e6,
    "crore": 1e7,
    "billion": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
    "tn": 1e12,
    "quadrillion": 1e15,
    "quintillion": 1e18,
    "sextillion": 1e21,
}
MAGNITUDES |= {f"{word}s": size for word, size in MAGNITUDES.items() if len(word) > 3}

PERCENT = _set("% percent pct percents percentage")
PERMILLE = _set("‰ permille permil promille")
POINTS = "percentage points"  # how a question names them as its unit

_HOW = {
    "the number alone": "not no never isn't isnt aren't don't dont doesn't wasn't can't cannot won't couldn't wouldn't "
    "shouldn't impossible doubt unless if without except neither nor none nothing "
    "wrong unknown idea unsure opposite either between unlike than",
    "the one number that is meant": "or versus vs ± range from until through",
    "the number itself, if it is one": "more less than greater smaller fewer above below under over least most bigger "
    "larger lower higher beyond within up ish",
    "the sum as in 3 + 1": "plus add added",
    "the difference as in 3 - 1": "subtract subtracted reduced",
    "the product as in 3*5": "multiplied twice double doubled triple tripled thrice quadruple",
    "the fraction as in 1/2": "half halves halved quarter quarters thirds fourth fourths fifth fifths sixth sixths "
    "eighth eighths tenth tenths hundredth hundredths thousandth thousandths divided reciprocal inverse",
    "the power as in 3^2": "squared cubed power raised",
    "the root as in sqrt(5)": "root",
    "the logarithm as in log(5)": "logarithm",
    "the number in full": "mega giga tera kilo milli micro nano pico gross myriad googol milliard milliards "
    "mille mil lac couple factorial mod modulo bps basis grand mrd octillion tausend millionen milliarden score",
}
CHANGING = {word: how for how, words in _HOW.items() for word in words.split()}
"""Words that change a number, with what is to be written in their place."""

IN_LABELS = {
    word: how for word, how in CHANGING.items() if how.startswith(("the number alone", "the product", "the frac"))
}
"""Those of them that no name before an equals sign can bear: a mean squared error is a name, half of x is none."""

NUMBER_WORDS = _set(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
) | {word for word in MAGNITUDES if len(word) > 2}
"""Numbers in words: not read, and no names."""

SIGNS = {"minus": -1.0, "negative": -1.0, "neg": -1.0, "plus": 1.0, "positive": 1.0}

_SIZES = {"bit": "bit", "byte": "B", "meter": "m", "metre": "m", "gram": "g", "second": "s"}
_PREFIXES = {"n": 1e-9, "µ": 1e-6, "μ": 1e-6, "m": 1e-3, "c": 1e-2, "d": 1e-1, "": 1.0, "k": 1e3, "K": 1e3}
_PREFIXES |= {"M": 1e6, "G": 1e9, "T": 1e12}
_LONG = {"nano": "n", "micro": "µ", "milli": "m", "centi": "c", "kilo": "k", "mega": "M", "giga": "G", "tera": "T"}
_BASES = {"m": "length", "g": "mass", "s": "time", "B": "bytes", "bit": "bits", "Hz": "frequency", "W": "power"}


def is_noun(word: str) -> bool:
    """Tell whether a word is a noun on the list, in the singular or the plural."""
    low = word.casefold().removesuffix("'s")
    endings = (low, low[:-1] if low.endswith("s") else low, low[:-2] if low.endswith("es") else low)
    return any(one in NOUNS for one in endings) or (low.endswith("ies") and f"{low[:-3]}y" in NOUNS)


def is_name(word: str) -> bool:
    """Tell whether a word is a letter with or without an index, as a quantity is named: x, w_1, θ; e is a number."""
    return word != "e" and re.fullmatch(r"[A-Za-zα-ω](?:_\w{1,3}|\d{1,2})?'?", word) is not None


def measure(unit: str) -> tuple[str, float] | None:
    """Return what a unit measures and its size in the base unit, or None: ("length", 0.01) for cm."""
    plain = unit.strip().rstrip(".")
    for long, short in _LONG.items():
        if plain.casefold().startswith(long):
            plain = short + plain[len(long) :]
            break
    for name, short in _SIZES.items():
        head = re.sub(rf"{name}s?$", "", plain, flags=re.IGNORECASE)
        if head != plain and head in _PREFIXES:
            plain = head + short
            break
    for base, what in _BASES.items():
        if plain.endswith(base) and plain[: -len(base)] in _PREFIXES:
            return what, _PREFIXES[plain[: -len(base)]]
    return None
