"""Search: topics, experiments, terms, headings, questions and places, by prefix and with small misspellings.

    >>> [hit.title for hit in search("backprp", 1)]
    ['Backpropagation']

A hit's rank is decided by, in this order: the whole name was typed; where its words were found (in its title, another
name, what is said of it, what stands around it, misspelt in a name); what it is; how many words were typed whole; the
book.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from engine.content import ROOT, Entry, Part, Topic, curriculum, load_topic
from engine.errors import ContentError
from engine.facts import Facts, parse_facts, read_source
from engine.search_words import STOP, Vocabulary, joined, pairs, plain, singular, spellings, whole, words

KINDS = {"part": 0, "topic": 0, "place": 1, "experiment": 2, "term": 3, "heading": 4, "question": 5}  # lower is first
PLACES = (  # title, address, what else readers call it
    ("Today", "", "home start next what to do"),
    ("Review", "review", "repeat due flashcards spaced repetition memory recall"),
    ("Exam", "exam", "test paper quiz mock"),
    ("Progress", "progress", "mastery statistics charts history log calibration"),
    ("Your data", "your-data", "settings export import backup restore Anki CSV database merge"),
)
LONGEST, MOST_WORDS = 200, 6  # what is read of a query: characters, words
SHOWN = 90  # characters of a question
LAST = chr(0x10FFFF)

TITLE, ALSO, SAID, AROUND, MISSPELT, WORST = 0, 2, 4, 6, 8, 10  # where a word was found; one more for its beginning
Levels = dict[int, int]  # number of a thing -> the best of these


@dataclass(frozen=True)
class Hit:
    """A place in the book.

    Attributes:
        kind: one of KINDS.
        title: its name, or the first words of a question.
        where: the titles of its part and topic, or empty.
        url: what the page is called in the address; empty for the first page.
        anchor: id of the element to show, or empty for the top of the page.
        text: what is written in bold there, where the element shown holds several things.
    """

    kind: str
    title: str
    where: str
    url: str
    anchor: str = ""
    text: str = ""

    @property
    def key(self) -> str:
        """What tells this hit from all others."""
        return f"{self.kind}:{self.url}#{self.anchor}:{self.text}" if self.kind != "part" else f"part:{self.title}"


@dataclass(frozen=True)
class Thing:
    """What can be found: the hit, its names, what is said of it, and what stands around it."""

    hit: Hit
    names: tuple[str, ...]
    said: str = ""
    around: str = ""


def search(query: str, limit: int = 12, here: str | None = None) -> list[Hit]:
    """Return the places that a query means, the likeliest first.

    Args:
        query: whatever was typed; its first LONGEST characters and MOST_WORDS words count.
        limit: how many at most.
        here: address of the page the reader is on, whose headings come before equal ones elsewhere; or None.

    Raises:
        engine.errors.ContentError: if curriculum.toml or search.toml breaks a rule.
    """
    return the_index().search(query, limit, here)


def find(key: str) -> Hit | None:
    """Return the hit of this key, or None."""
    return the_index().hits.get(key)


@lru_cache(maxsize=1)
def the_index() -> Index:
    """Return the index of the book, built once."""
    return Index(list(things()))


# --- what can be found -----------------------------------------------------------------------------------------


def things(root: Path = ROOT) -> Iterator[Thing]:
    """Yield everything that has a page, in the order of the book; of a topic with a broken file its name is left."""
    parts = curriculum(root)
    slugs = [slug for part in parts for slug in (part.id, *(entry.slug for entry in part.topics))]
    names, waiting = other_names(root, slugs)
    for part in parts:
        asked = [entry for entry in part.topics if entry.asked]
        if asked:
            yield Thing(Hit("part", part.title, "", part.url), (part.title, *names[part.id]))
        for entry in asked:
            also = names[entry.slug] + (() if entry.written else waiting[entry.slug])
            yield from things_of(entry, part, also, root)
    for title, url, said in PLACES:
        yield Thing(Hit("place", title, "", url), (title,), said)


def things_of(entry: Entry, part: Part, also: tuple[str, ...], root: Path) -> Iterator[Thing]:
    """Yield a topic and everything in it."""
    where = f"{part.title} · {entry.title}"
    around = " ".join((entry.title, part.title, *also))

    def hit(kind: str, title: str, anchor: str, text: str = "") -> Hit:
        return Hit(kind, title, where, entry.url, anchor, text)

    topic = _readable(entry.slug, root)
    questions = [(one.id, plain(one.ask)) for one in topic.questions] if topic else []
    said = " ".join((topic.summary, *topic.goals)) if topic else ""
    asked = " ".join((part.title, *(ask for _, ask in questions)))
    yield Thing(Hit("topic", entry.title, part.title, entry.url), (entry.title, *also), said, asked)
    for one in topic.experiments.values() if topic else ():
        says = f"{one.id} {plain(one.claim)} {plain(one.predict.ask)}"
        yield Thing(hit("experiment", one.title, f"experiment-{one.id.replace('_', '-')}"), (one.title,), says, around)
    for term in topic.terms if topic else ():
        yield Thing(hit("term", term.name, "words", term.name), (term.name,), plain(term.says), around)
    for section in topic.lesson if topic else ():
        yield Thing(hit("heading", section.heading, section.anchor), (section.heading,), "", around)
    for id, ask in questions:
        yield Thing(hit("question", beginning(ask), f"question-{id.replace('.', '-')}"), (), ask, around)


def _readable(slug: str, root: Path) -> Topic | None:
    with suppress(ContentError):  # the topic's own page says what is wrong
        return load_topic(slug, root)
    return None


def beginning(text: str) -> str:
    """Return the first words of a text.

    >>> beginning("word " * 30)[-12:]
    'd word word…'
    """
    return text if len(text) <= SHOWN else text[:SHOWN].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def other_names(root: Path, slugs: Sequence[str]) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Read search.toml: other names of parts and topics, and what topics that are not written will explain, by slug.

    Raises:
        engine.errors.ContentError: if the file breaks a rule.
    """
    source = read_source(root / "search.toml", root, "Restore it: it says which short forms readers type.")
    facts = None if source.problems else parse_facts(source)
    named, waiting = (_lists(facts.table(key) if facts else None, slugs) for key in ("names", "waiting"))
    if facts:
        facts.done()
    if source.problems:
        raise source.problems[0]
    return named, waiting


def _lists(table: Facts | None, slugs: Sequence[str]) -> dict[str, tuple[str, ...]]:
    lists = {slug: table.texts(slug, ()) if table else () for slug in slugs}
    if table:
        table.done()
    return lists


# --- the index -------------------------------------------------------------------------------------------------


def alternatives(name: str) -> set[str]:
    """Return the names in a name: "Attention and transformers" is asked for by either word.

    >>> sorted(alternatives("Sum of squared errors (SSE)"))
    ['SSE', 'Sum of squared errors', 'Sum of squared errors (SSE)']
    """
    return {one.strip() for one in (name, *re.split(r"[,:;/()]| and | or | versus ", name)) if one.strip()}


class Index:
    """Where each word stands.

    Attributes:
        hits: all hits by key.
    """

    def __init__(self, things: Iterable[Thing]) -> None:
        self._things = list(things)
        self.hits = {thing.hit.key: thing.hit for thing in self._things}
        self._starts = [whole(thing.names[0]) if thing.names else "" for thing in self._things]
        self._named: dict[str, set[int]] = defaultdict(set)
        found: dict[str, Levels] = defaultdict(dict)
        for number, thing in enumerate(self._things):
            for place, name in enumerate(thing.names):
                for one in alternatives(name):
                    self._named[whole(one)].add(number)
                _note(found, number, ALSO if place else TITLE, {*_forms(name), *pairs(words(name))})
            _note(found, number, SAID, _forms(thing.said))
            _note(found, number, AROUND, _forms(thing.around) | {thing.hit.kind})
        self._found = dict(found)
        self._words = sorted(found)
        self._in_names = Vocabulary([word for word in self._words if min(found[word].values()) < SAID])

    def search(self, query: str, limit: int = 12, here: str | None = None) -> list[Hit]:
        """Return the places that a query means, the likeliest first; see the module's `search`."""
        query = query[:LONGEST]
        typed = words(query)
        meant = list(dict.fromkeys([one for one in typed if one not in STOP] or typed))[:MOST_WORDS]
        if not meant:
            return []
        columns = self._columns(meant)
        named = self._called(query) | self._called(" ".join(meant))
        found = _in_all(columns)  # "poolling" is called "pooling" in American, and still found nowhere
        if not (named and found) and not any(max(levels) < SAID for levels in found.values()):
            named = self._called(" ".join(self._corrected(meant, columns)))
        hits = self._ranked(_in_all(columns) or _in_most(columns), named, whole(query), here)
        return [self._things[number].hit for number in hits[:limit]]

    def _called(self, name: str) -> set[int]:
        """Return what is called that."""
        return self._named.get(whole(name), set())

    def _columns(self, meant: list[str]) -> list[Levels]:
        """Return for each word where it was found; two neighbours may have been typed for one."""
        columns = [self._begun(word) for word in meant]
        for first, pair in enumerate(pairs(meant)):
            found = self._begun(pair)
            for column in columns[first : first + 2]:
                _lower(column, found)
        return columns

    def _begun(self, typed: str) -> Levels:
        """Return where words begin with what was typed, or with its singular."""
        best: Levels = {}
        one = singular(typed)
        for stem in {typed, one}:
            for word in self._words[bisect_left(self._words, stem) : bisect_left(self._words, stem + LAST)]:
                part = singular(word) != one
                _lower(best, self._found[word], part)
        return best

    def _corrected(self, meant: list[str], columns: list[Levels]) -> list[str]:
        """Add where names have words that were typed with slips, and return the words that were meant."""
        corrected = []
        for typed, column in zip(meant, columns, strict=True):
            word, found = self._misspelt(typed)
            corrected += [typed] if column else [word] if found else []
            _lower(column, found)
        return corrected

    def _misspelt(self, typed: str) -> tuple[str, Levels]:
        """Return the likeliest word for one that was typed with a slip, or two where it is long; and where in names."""
        most = (len(typed) >= 4) + (len(typed) >= 8)
        near = self._in_names.near(typed, most) if most else []
        found: Levels = {}
        for count, word in near:
            names = {number: MISSPELT for number, level in self._found[word].items() if level < SAID}
            _lower(found, names, count > 1)
        return min(near, key=lambda one: (one[0], abs(len(one[1]) - len(typed))), default=(0, typed))[1], found

    def _ranked(self, found: dict[int, list[int]], named: set[int], name: str, here: str | None) -> list[int]:
        """Return the numbers of what was found in the order in which a reader expects them."""

        def rank(number: int) -> tuple[object, ...]:
            hit, levels = self._things[number].hit, found[number]
            return (
                number not in named,
                max(levels) // 2,
                KINDS[hit.kind],
                sum(levels),
                not self._starts[number].startswith(name),
                hit.url != here,
                number,
            )

        return sorted((number for number, levels in found.items() if self._itself(number, levels)), key=rank)

    def _itself(self, number: int, levels: list[int]) -> bool:
        """Tell whether the thing itself was found; a topic is also found by what stands around it."""
        return self._things[number].hit.kind == "topic" or any(level // 2 * 2 != AROUND for level in levels)


@lru_cache(maxsize=64)  # what stands around is the same for all of a topic
def _forms(text: str) -> frozenset[str]:
    """Return the words of a text in both spellings, hyphened ones also as one."""
    return frozenset(form for word in {*words(text), *joined(text)} for form in spellings(word))


def _note(found: dict[str, Levels], number: int, level: int, forms: Iterable[str]) -> None:
    for word in forms:
        _lower(found[word], {number: level})


def _lower(best: Levels, found: Levels, more: int = 0) -> None:
    """Keep the better of two levels for each thing."""
    for number, level in found.items():
        if level + more < best.get(number, WORST):
            best[number] = level + more


def _in_all(columns: list[Levels]) -> dict[int, list[int]]:
    """Return what has all words, with the level of each."""
    return {one: [column[one] for column in columns] for one in set.intersection(*map(set, columns))}


def _in_most(columns: list[Levels]) -> dict[int, list[int]]:
    """Return what has most of the words, and half of them at least, with the levels of those."""
    found: dict[int, list[int]] = defaultdict(list)
    for column in columns:
        for number, level in column.items():
            found[number].append(level)
    most = max(map(len, found.values()), default=0)
    return {one: levels for one, levels in found.items() if len(levels) == most and 2 * most >= len(columns)}
