"""Plates through their route, without a browser: every experiment at its controls' limits, and hostile sockets."""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from engine.content.curriculum import curriculum
from engine.data import Table
from engine.errors import DataRefused
from engine.experiment import Experiment, experiments_of
from engine.settings import Choice, Flag, Name, Number, Rows, Whole
from pages.widgets.lesson import topic
from pages.widgets.plate import protocol, seats
from pages.widgets.plate.route import route
from pages.widgets.plate.seats import Pictures, Seat

ROOT = Path(__file__).parents[2]
SAID = "Something in it went wrong (ZeroDivisionError); the terminal that runs the app shows the details."


def drawings(monkeypatch: pytest.MonkeyPatch, page: Path) -> dict[str, Any]:
    """Return what a topic's page draws its experiments with."""
    shown: dict[str, Any] = {}
    monkeypatch.setattr(topic, "show", lambda _, draw: shown.update(draw))
    runpy.run_path(str(page))
    return shown


def on_desks() -> list[Any]:
    found = []
    with pytest.MonkeyPatch.context() as patch:
        for part in curriculum():
            for entry in part.topics:
                if entry.written:
                    drawn = drawings(patch, ROOT / "pages" / part.id / entry.slug / "page.py")
                    found += [
                        pytest.param(entry.slug, experiments_of(entry.slug)[name], draw, id=f"{entry.slug}.{name}")
                        for name, draw in drawn.items()
                        if isinstance(draw, Pictures)
                    ]
    return found


DESKS = on_desks()


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[route]), base_url="http://testserver") as one:
        yield one


@contextmanager
def sit(client: TestClient, seat: Seat, **headers: str) -> Iterator[WebSocketTestSession]:
    """Open a socket at a seat, which is there as long as somebody holds it."""
    with client.websocket_connect(f"/grimoire/plate/{seat.token}", headers=headers) as socket:
        yield socket


def ask(socket: WebSocketTestSession, **told: Any) -> tuple[dict[str, Any], bytes]:
    """Ask, and return the header of the answer and what follows it."""
    socket.send_text(json.dumps({"v": 1, "ask": "set", "id": 1, "said": {}, "change": {}, "drag": {}} | told))
    return opened(socket.receive_bytes())


def opened(packed: bytes) -> tuple[dict[str, Any], bytes]:
    length = int.from_bytes(packed[:4], "little")
    return json.loads(packed[4 : 4 + length]), packed[4 + length :]


def parts_of(view: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every part of a view, those in rows and tabs, too."""
    waiting = list(view["parts"])
    while waiting:
        one = waiting.pop()
        yield one
        waiting += [inner for column in one.get("columns", ()) if one["kind"] == "row" for inner in column]
        waiting += [inner for _, page in one.get("pages", ()) for inner in page]


def extremes(name: str, field: Any, settings: Any) -> list[Any]:
    match field:
        case Number():
            return [field.low, field.high]
        case Whole():
            return [field.low, field.high]
        case Choice():
            return list(field.options)
        case Flag():
            return [False, True]
    return []


@pytest.mark.parametrize(("slug", "experiment", "pictures"), DESKS)
def test_an_experiment_is_drawn_at_its_defaults_and_at_the_limits_of_every_control(
    client: TestClient, slug: str, experiment: Experiment, pictures: Pictures
) -> None:
    seat = Seat(slug, experiment, pictures)
    kind = experiment.settings
    with sit(client, seat) as socket:
        header, rest = ask(socket)
        assert "problem" not in header
        assert header["said"] == {}
        view, body = opened(rest)
        assert sum(view["sizes"]) == len(body)
        seen = list(parts_of(view))
        assert {one["kind"] for one in seen} & {"still", "replay", "board"}, "something worth looking at"
        assert [one["name"] for one in header["controls"]] == [
            name
            for name, field in kind.declared().items()
            if kind.matters(name, kind.defaults())
            and (
                isinstance(field, Number | Whole | Choice | Flag)
                or (isinstance(field, Name) and kind.columns(kind.defaults()))
            )
        ]
        for name, field in kind.declared().items():
            for value in extremes(name, field, kind):
                header, rest = ask(socket, change={name: value})
                if "problem" in header:
                    assert header["problem"].endswith((".", "?", ")", "…"))
                    assert "cannot be shown" not in header["problem"], header["problem"]
                else:
                    assert list(parts_of(opened(rest)[0]))
                shown = {one["name"]: one["value"] for one in header["controls"]}
                assert shown.get(name, value) == value


@pytest.mark.parametrize(("slug", "experiment", "pictures"), DESKS)
def test_what_is_no_value_comes_back_as_a_sentence(
    client: TestClient, slug: str, experiment: Experiment, pictures: Pictures
) -> None:
    with sit(client, Seat(slug, experiment, pictures)) as socket:
        for name, field in experiment.settings.declared().items():
            if isinstance(field, Number | Whole | Choice | Flag | Rows):
                for bad in ("<b>no</b>", None, [1], [["x"]], {"a": 1}, 1e300, -1e300):
                    header, rest = ask(socket, change={name: bad})
                    assert header["problem"].startswith(name), (name, bad)
                    assert rest == b""
        header, _ = ask(socket)
        assert "problem" not in header


@pytest.mark.parametrize(("slug", "experiment", "pictures"), DESKS)
def test_what_a_hand_moves_is_brought_inside_the_limits(
    client: TestClient, slug: str, experiment: Experiment, pictures: Pictures
) -> None:
    del pictures
    kind = experiment.settings
    idle = replace(experiment, run=lambda settings: settings)  # what is set is asked here, not what comes of it
    with sit(client, Seat(slug, idle, Pictures(lambda *_: []))) as socket:
        for name, field in kind.declared().items():
            if isinstance(field, Number | Whole) and kind.matters(name, kind.defaults()):
                for far, end in ((-1e9, field.low), (1e9, field.high)):
                    header, _ = ask(socket, drag={name: far})
                    assert {one["name"]: one["value"] for one in header["controls"]}[name] == end


def test_an_address_is_what_was_said_and_what_it_says_wrongly_is_the_default(client: TestClient) -> None:
    seat = seat_of("linear_regression", "sse")
    with sit(client, seat) as socket:
        header, _ = ask(socket, said={"slope": "0.7", "noise": "lots", "nothing": "1"})
        assert header["said"] == {"slope": "0.7"}
        header, _ = ask(
            socket, said=header["said"], drag={"points": [[1, 2], [3, 4.123456789]], "data": "points you place"}
        )
        assert header["said"] == {"slope": "0.7", "data": "points you place", "points": "1,2;3,4.1235"}
        header, _ = ask(socket, said={"data": "points you place", "points": "1,2;1,3"})
        assert "two points" in header["problem"]


def test_a_learners_own_table_is_used_and_travels_in_no_address(client: TestClient) -> None:
    seat = seat_of("linear_regression", "sse")
    with sit(client, seat) as socket:
        header, _ = ask(socket, change={"data": "own table"})
        assert header["problem"] == "Choose a table of your own first."
        seat.own["table"] = Table(("height", "weight"), [[1.0, 2.0], [2.0, 3.0], [3.0, 5.0]])
        header, _ = ask(socket, change={"data": "own table"})
        assert header["said"] == {"data": "own table"}
        columns = next(one for one in header["controls"] if one["name"] == "x")
        assert columns["options"] == ["height", "weight"]
        assert columns["value"] == "height"


def test_pictures_that_were_drawn_are_not_drawn_again(client: TestClient) -> None:
    drawn = []

    def view(settings: Any, run: Any) -> list[Any]:
        drawn.append(settings.slope)
        return []

    seat = Seat("linear_regression", experiments_of("linear_regression")["sse"], Pictures(view))
    with sit(client, seat) as socket:
        for slope in (0.5, 0.7, 0.5):
            ask(socket, change={"slope": slope})
    assert drawn == [0.5, 0.7]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ZeroDivisionError("secret"), SAID),
        (KeyError("secret"), "Something in it went wrong (KeyError)"),
        (RecursionError("secret"), "Something in it went wrong (RecursionError)"),
        (MemoryError("secret"), "more memory than this machine has"),
        (ModuleNotFoundError("secret", name="torch._C"), "the Python package torch, which cannot be loaded"),
        (ImportError("secret", name="engine.machine_learning"), "Something in it went wrong (ImportError)"),
        (OSError("secret"), "Something in it went wrong (OSError)"),
        (DataRefused("Row 3 is empty."), "Row 3 is empty."),
    ],
)
def test_an_experiment_that_raises_says_so_at_its_desk_and_in_the_log_once(
    client: TestClient, caplog: pytest.LogCaptureFixture, error: Exception, sentence: str
) -> None:
    def run(_: object) -> None:
        raise error

    broken = replace(experiments_of("linear_regression")["sse"], run=run)
    seat = Seat("linear_regression", broken, Pictures(lambda *_: []))
    with sit(client, seat) as socket:
        for _ in range(3):
            header, rest = ask(socket, change={"slope": 0.7})
            assert sentence in header["problem"]
            assert "secret" not in header["problem"]
            assert rest == b""
            shown = {one["name"]: one["value"] for one in header["controls"]}
            assert shown["slope"] == 0.7  # the controls stay, to try another value
    assert caplog.text.count("Traceback") == (not isinstance(error, DataRefused))


def test_a_picture_that_raises_comes_back_once_its_cause_is_gone(client: TestClient) -> None:
    whole = [False]

    def view(settings: Any, run: Any) -> list[Any]:
        return [] if whole[0] else 1 / 0  # type: ignore[return-value]

    seat = Seat("linear_regression", experiments_of("linear_regression")["sse"], Pictures(view))
    with sit(client, seat) as socket:
        assert ask(socket)[0]["problem"] == f"The picture cannot be shown. {SAID}"
        whole[0] = True
        assert "problem" not in ask(socket)[0]


# --- sockets that mean no good -----------------------------------------------------------------------------------

WRONG = [
    "",
    "hello",
    "[]",
    "null",
    "{}",
    '{"v": 2, "ask": "set", "id": 1, "said": {}}',
    '{"v": 1, "ask": "run", "id": 1, "said": {}}',
    '{"v": 1, "ask": "set", "id": "1", "said": {}}',
    '{"v": 1, "ask": "set", "id": true, "said": {}}',
    '{"v": 1, "ask": "set", "id": -1, "said": {}}',
    '{"v": 1, "ask": "set", "id": 1, "said": {"slope": 0.5}}',
    '{"v": 1, "ask": "set", "id": 1, "said": {}, "change": []}',
    '{"v": 1, "ask": "set", "id": 1, "said": {}, "change": {"slope": NaN}}',
    "[" * 100_000,
]


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_what_is_not_understood_closes_the_socket(client: TestClient, text: str) -> None:
    assert code_of(client, seat_of("linear_regression", "sse"), text) == protocol.NOT_UNDERSTOOD


def test_what_is_too_long_too_often_or_for_nobody_closes_the_socket(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "MOST_ASKS", 20)
    monkeypatch.setattr(protocol, "PERIOD", 1e9)  # however slow the machine is
    seat = seat_of("linear_regression", "sse")
    assert code_of(client, seat, " " * (protocol.LONGEST + 1)) == protocol.TOO_LONG
    text = json.dumps({"v": 1, "ask": "set", "id": 1, "said": {}})
    assert code_of(client, seat, text, times=protocol.MOST_ASKS + 1) == protocol.TOO_OFTEN
    token = seat_of("linear_regression", "sse").token  # the session that held the seat is gone
    assert seats.at(token) is None
    with client.websocket_connect(f"/grimoire/plate/{token}") as socket:
        socket.send_text(text)
        assert closed(socket) == protocol.NOBODY


def test_bytes_close_the_socket(client: TestClient) -> None:
    seat = seat_of("linear_regression", "sse")
    with sit(client, seat) as socket:
        socket.send_bytes(b"\0\1")
        assert closed(socket) == protocol.NOT_UNDERSTOOD


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://testserver.evil.example"])
def test_another_sites_page_is_refused(client: TestClient, origin: str) -> None:
    seat = seat_of("linear_regression", "sse")
    with pytest.raises(WebSocketDisconnect), sit(client, seat, origin=origin):
        pass
    with sit(client, seat, origin="http://testserver") as socket:
        assert "problem" not in ask(socket)[0]


def test_the_route_is_found_behind_a_base_path_and_not_in_the_middle_of_a_name(client: TestClient) -> None:
    seat = seat_of("linear_regression", "sse")
    with client.websocket_connect(f"/study/group/grimoire/plate/{seat.token}") as socket:
        assert "problem" not in ask(socket)[0]
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(f"/grimoire/plate/{seat.token}/more"):
        pass


def test_huge_numbers_of_json_are_refused_in_a_sentence(client: TestClient) -> None:
    with sit(client, seat_of("linear_regression", "sse")) as socket:
        socket.send_text(
            '{"v": 1, "ask": "set", "id": 1, "said": {}, "change": {"slope": 1e999}, "drag": {"noise": -1e999}}'
        )
        header, _ = opened(socket.receive_bytes())
        assert "finite" in header["problem"]


def test_tokens_differ_and_are_long() -> None:
    tokens = {seat_of("linear_regression", "sse").token for _ in range(50)}
    assert len(tokens) == 50
    assert min(map(len, tokens)) >= 32


def seat_of(slug: str, name: str) -> Seat:
    pictures = next(one.values[2] for one in DESKS if one.id == f"{slug}.{name}")
    return Seat(slug, experiments_of(slug)[name], pictures)


def code_of(client: TestClient, seat: Seat, text: str, times: int = 1) -> int:
    """Send a text so many times, and return the code with which the socket was closed."""
    with sit(client, seat) as socket:
        for _ in range(times - 1):
            socket.send_text(text)
            socket.receive_bytes()
        socket.send_text(text)
        return closed(socket)


def closed(socket: WebSocketTestSession) -> int:
    with pytest.raises(WebSocketDisconnect) as closing:
        socket.receive_bytes()
    return closing.value.code


@pytest.mark.parametrize(("slug", "experiment", "pictures"), DESKS)
def test_what_stays_in_view_are_two_to_five_settings(slug: str, experiment: Experiment, pictures: Pictures) -> None:
    main = experiment.settings.main
    assert set(main) <= set(experiment.settings.declared())
    assert len(main) in (0, 2, 3, 4, 5)
