"""Who sits at which plate: a seat is one experiment of one session, found by a token that nobody guesses.

A seat remembers nothing but the learner's own data: each ask says all settings, so a socket may break and come back. It
knows no streamlit; the session holds the seat, and with the session it is gone.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from engine.data import Image, Table, Text
from engine.ends import Cancelled, Diverged, Refused
from engine.errors import GrimoireError
from engine.experiment import Experiment, Run
from engine.settings import Rows, Settings
from pages.widgets.canvas import view
from pages.widgets.canvas.packing import packed
from pages.widgets.plate import described, protocol, said
from pages.widgets.plate.described import OWN
from pages.widgets.plate.runner import diverged
from pages.widgets.shell.letters import plural

View = Callable[[Any, Run[Any]], Sequence[view.Part]]
MOST_KEPT, MOST_BYTES = 128, 64_000_000  # of packed pictures, for all sessions together


@dataclass(frozen=True)
class Pictures:
    """What a topic's page draws of an experiment on a desk: `view(settings, run)` returns the parts."""

    view: View


@dataclass(eq=False)
class Seat:
    """One experiment of one session.

    Attributes:
        topic, experiment: which.
        pictures: what is drawn of it.
        own: the learner's own data, by field.
        token: under which a socket finds it.
        newest: the settings that were run last.
        failure: what went wrong last, and is in the log.
    """

    topic: str
    experiment: Experiment
    pictures: Pictures
    own: dict[str, Table | Text | Image | None] = field(default_factory=dict)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    newest: Settings | None = None
    failure: str = ""

    def __post_init__(self) -> None:
        _seats[self.token] = self

    def answer(self, ask: protocol.Ask) -> bytes:
        """Run what is asked for, and return header and pictures; what cannot be run comes back as a sentence."""
        kind = self.experiment.settings
        values = said.read(kind, ask.said) | {name: self.own.get(name) for name in self._own_fields()}
        try:
            values |= changed(kind, ask.change, ask.drag)
            settings = kind(**values)
            body = self._pictures(settings)
        except GrimoireError as error:
            return self._header(ask, values, problem=str(error))
        self.newest = settings
        return self._header(ask, values, said=said.words(settings)) + body

    def failed(self, ask: protocol.Ask, problem: str) -> bytes:
        """Return the answer to an ask that could not be run for a reason of ours."""
        kind = self.experiment.settings
        wished = said.read(kind, ask.said) | changed(kind, ask.change, ask.drag)
        return self._header(ask, wished, problem=problem)

    def settings(self, words: Mapping[str, str]) -> Settings | None:
        """Return the settings that an address says, with the learner's own data; None where they cannot be run."""
        kind = self.experiment.settings
        try:
            return kind(**(said.read(kind, words) | {name: self.own.get(name) for name in self._own_fields()}))
        except GrimoireError:
            return None

    def _own_fields(self) -> list[str]:
        return [name for name, one in self.experiment.settings.declared().items() if isinstance(one, OWN)]

    def _header(self, ask: protocol.Ask, values: Mapping[str, Any], **told: Any) -> bytes:
        controls = described.controls(self.experiment.settings, values)
        return packed({"v": protocol.VERSION, "id": ask.id, "controls": controls, **told}, [])

    def _pictures(self, settings: Settings) -> bytes:
        own = tuple(one.digest for one in self.own.values() if one is not None)
        name = (self.pictures.view, self.topic, self.experiment.id, tuple(sorted(said.words(settings).items())), own)
        return kept(name, lambda: view.pack(self._parts(settings)))

    def _parts(self, settings: Settings) -> list[view.Part]:
        run = self.experiment.perform(settings)
        parts = list(self.pictures.view(settings, run)) if run.snapshots else []
        match run.end:
            case Refused(what, asked, allowed):
                parts.append(view.Text(f"This needs {asked:,.0f} {what}; at most {allowed:,.0f} fit.", warning=True))
            case Diverged():
                parts.append(view.Text(diverged(run.end), warning=True))
            case Cancelled():
                parts.append(view.Text(f"Stopped after {plural(run.end.step, 'snapshot')}."))
        return parts


_seats: WeakValueDictionary[str, Seat] = WeakValueDictionary()


def at(token: str) -> Seat | None:
    """Return the seat that has a token."""
    return _seats.get(token)


def changed(kind: type[Settings], change: Mapping[str, Any], drag: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of fields that an ask changes, as a setting has them; names of no field are left aside."""
    declared = kind.declared()
    found: dict[str, Any] = {}
    for name, value in {**change, **drag}.items():
        one = declared.get(name)
        if one is None or isinstance(one, OWN):
            continue
        told = _rows(value) if isinstance(one, Rows) else value
        if isinstance(kind.defaults()[name], float) and type(told) is int:
            told = float(told)
        # what is no value of this kind is refused by the settings themselves, with a sentence
        found[name] = said.fit(told, one) if name in drag and _fits(told, one) else told
    return found


def _rows(value: Any) -> Any:
    """Return rows of a JSON list as a setting has them: tuples of floats."""
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        return value
    cells = [[float(cell) if type(cell) in (int, float) else cell for cell in row] for row in value]
    return tuple(map(tuple, cells))


def _fits(value: Any, one: Any) -> bool:
    """Tell whether a value is of the kind that `said.fit` brings inside the limits."""
    if isinstance(one, Rows):
        return isinstance(value, tuple) and all(type(cell) is float for row in value for cell in row)
    return type(value) in (int, float) and abs(value) < 1e300


# --- what was drawn before ---------------------------------------------------------------------------------------

_kept: OrderedDict[Any, bytes] = OrderedDict()
_lock = threading.Lock()


def kept(name: Any, make: Callable[[], bytes]) -> bytes:
    """Return what was made under a name, or make it; the pictures used last are kept, for all sessions."""
    with _lock:
        if name in _kept:
            _kept.move_to_end(name)
            return _kept[name]
    made = make()
    with _lock:
        _kept[name] = made
        while len(_kept) > MOST_KEPT or sum(map(len, _kept.values())) > MOST_BYTES:
            if len(_kept) == 1:
                break
            _kept.popitem(last=False)
    return made
