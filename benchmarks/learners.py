"""Twenty learners who answer at once on one server, over real websocket sessions: nothing may be lost.

    python -m benchmarks.learners [--learners 20] [--rounds 8] [--pause 2.0]

Each learner has a session of their own, types an answer (which saves a draft), says how sure they are, locks, marks
the answer and begins again, with pauses of random length between, as people make them. "Submit" is the press on Lock:
from sending it to the end of the rerun that shows the model answer. The peer is the same with one learner alone. At
the end the database is opened and compared with what was sent; a missing or doubled answer ends the run with 1. A last
round has all of them press at the same instant.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.page import server, until_healthy
from engine.quiz.store import Store

TOPIC, QUESTION, GOAL_MS = "linear-regression", "2.q1a", 150
WORDS = ("the", "residual", "of", "every", "point", "is", "squared", "and", "all", "are", "added", "up", "never")


@dataclass
class Session:
    """One browser tab, as the server sees it: the widgets it was sent and their states.

    Attributes:
        connection: the websocket.
        query: the address's query string.
        widgets: element id by the widget's own key.
        fragments: id of the fragment by widget key; a widget outside any has "".
        states: what the browser would send with each press.
    """

    connection: ClientConnection
    query: str
    widgets: dict[str, str] = field(default_factory=dict)
    fragments: dict[str, str] = field(default_factory=dict)
    states: dict[str, WidgetState] = field(default_factory=dict)
    page: str = ""

    async def run(self, key: str = "", page_name: str = "") -> float:
        """Send a rerun, at first of the whole page, then of the fragment of the widget `key`; return seconds taken."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_script_hash = self.page
        message.rerun_script.page_name = page_name
        message.rerun_script.fragment_id = self.fragments.get(key, "")
        message.rerun_script.widget_states.widgets.extend(self.states.values())
        began = time.perf_counter()
        await self.connection.send(message.SerializeToString())
        while True:
            got = ForwardMsg.FromString(await self.connection.recv(decode=False))
            kind = got.WhichOneof("type")
            if kind == "new_session":
                self.page = got.new_session.page_script_hash
            elif kind == "delta" and got.delta.WhichOneof("type") == "new_element":
                self._seen(got)
            elif kind == "script_finished" and got.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return time.perf_counter() - began

    def _seen(self, got: ForwardMsg) -> None:
        element = got.delta.new_element
        inside = getattr(element, element.WhichOneof("type"))
        key = getattr(inside, "id", "").partition("-question.")[2]  # "$$ID-<hash>-<key>"
        if key:
            self.widgets[f"question.{key}"] = inside.id
            self.fragments[f"question.{key}"] = got.delta.fragment_id

    def named(self, what: str) -> str:
        """Return the key of a widget of the question: it ends in the current try, which changes."""
        return [key for key in self.widgets if re.fullmatch(rf"question\.{QUESTION}\.{what}\.[0-9a-f]+", key)][-1]

    def set(self, key: str, **value: object) -> str:
        """Note a widget's state for the next rerun."""
        self.states[key] = WidgetState(id=self.widgets[key])
        for kind, one in value.items():
            if kind == "string_array_value":
                self.states[key].string_array_value.data.append(str(one))
            else:
                setattr(self.states[key], kind, one)
        return key

    async def press(self, what: str) -> float:
        """Press a button; return seconds until everything it changes was sent."""
        key = self.set(self.named(what), trigger_value=True)
        try:
            return await self.run(key)
        finally:
            del self.states[key]


@dataclass
class Learner:
    """One who answers; `sent` holds the answers that the server said are locked, `took` seconds by press."""

    name: str
    rng: random.Random
    sent: list[str] = field(default_factory=list)
    took: dict[str, list[float]] = field(default_factory=dict)

    async def answer(self, session: Session, pause: float, together: asyncio.Barrier | None = None) -> None:
        """Type, lock, mark and begin again; `together` is where all wait before they lock."""
        text = f"{self.name} {len(self.sent)}: {' '.join(self.rng.choices(WORDS, k=self.rng.randint(8, 40)))}"
        self._note("type", await session.run(session.set(session.named("answer"), string_value=text)))
        await asyncio.sleep(self.rng.uniform(0.5, 1.5) * pause)
        sure = session.set(session.named("sure"), string_array_value="fairly sure")
        self._note("confidence", await session.run(sure))
        await asyncio.sleep(self.rng.uniform(0.5, 1.5) * pause)
        if together:
            await together.wait()
        self._note("submit at one instant" if together else "submit", await session.press("lock"))
        session.named("recalled")  # the model answer is there, so the answer is locked
        self.sent.append(text)
        await asyncio.sleep(self.rng.uniform(0.5, 1.5) * pause)
        self._note("mark", await session.press("recalled"))
        self._note("again", await session.press("again"))
        await asyncio.sleep(self.rng.uniform(0.5, 1.5) * pause)

    def _note(self, what: str, seconds: float) -> None:
        self.took.setdefault(what, []).append(1e3 * seconds)


async def learn(address: str, learner: Learner, rounds: int, pause: float, together: asyncio.Barrier | None) -> None:
    """Open the topic at its first question as one learner, and answer it again and again."""
    url = f"{address.replace('http', 'ws')}/_stcore/stream"
    async with connect(url, subprotocols=["streamlit"], max_size=None) as connection:
        session = Session(connection, f"learner={learner.name}&question={QUESTION}")
        learner.took.setdefault("open", []).append(1e3 * await session.run(page_name=TOPIC))
        for _ in range(rounds):
            await learner.answer(session, pause)
        if together:
            await learner.answer(session, pause, together)


async def all_at_once(address: str, learners: list[Learner], rounds: int, pause: float) -> None:
    """Let all learners go at the same time."""
    together = asyncio.Barrier(len(learners)) if len(learners) > 1 else None
    await asyncio.gather(*(learn(address, one, rounds, pause, together) for one in learners))


def lost(folder: Path, learners: list[Learner]) -> list[str]:
    """Return what the database lacks or has too much of, a sentence a learner."""
    problems = []
    with Store.open(folder / "grimoire.db") as store:
        ids = {one.name: one.id for one in store.learners()}
        for learner in learners:
            log = store.attempts(ids[learner.name])
            if [one.answer for one in log] != learner.sent or not all(one.recalled for one in log):
                problems.append(f"{learner.name} sent {len(learner.sent)} answers, the log has {len(log)}.")
    return problems


def report(learners: list[Learner]) -> dict[str, list[float]]:
    """Print the times of all presses, ms; return them by press."""
    times: dict[str, list[float]] = {}
    for learner in learners:
        for what, took in learner.took.items():
            times.setdefault(what, []).extend(took)
    for what, took in times.items():
        ranked = sorted(took)
        p95 = ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))]
        print(
            f"  {what:22} {len(took):5} times   median {statistics.median(took):6.1f} ms   p95 {p95:6.1f} ms   "
            f"worst {ranked[-1]:6.1f} ms"
        )
    return times


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Many learners at once.")
    parser.add_argument("--learners", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--pause", type=float, default=2.0, help="mean seconds between two presses of one learner")
    asked = parser.parse_args()
    everyone = [Learner(f"Learner-{number:02d}", random.Random(number)) for number in range(asked.learners)]
    alone = Learner("Alone", random.Random(99))
    with tempfile.TemporaryDirectory() as folder:
        with Store.open(Path(folder) / "grimoire.db") as store:
            for one in (*everyone, alone):
                store.add_learner(one.name)
        with server(Path(folder)) as app:
            until_healthy(app)
            asyncio.run(all_at_once(app.url, [alone], asked.rounds, 0.2))
            asyncio.run(all_at_once(app.url, everyone, asked.rounds, asked.pause))
        problems = lost(Path(folder), [*everyone, alone])
    print("one learner alone")
    report([alone])
    print(f"{asked.learners} learners at once, a press every {asked.pause:g} s each")
    times = report(everyone)
    ranked = sorted(times["submit"])
    print(f"goal: p95 of submit at most {GOAL_MS} ms; it is {ranked[int(0.95 * len(ranked))]:.0f} ms")
    print(
        f"answers sent {sum(len(one.sent) for one in everyone) + len(alone.sent)}, lost or doubled: "
        f"{' '.join(problems) or 'none'}"
    )
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
