"""The address at which desks talk to the engine (protocol.py). Custom routes get none of Streamlit's own checks."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque

import anyio.to_thread
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from engine.errors import sentence
from pages.widgets.plate import protocol
from pages.widgets.shell.search_route import from_this_site

PATH = "/{base:path}grimoire/plate/{token}"
PLACES = threading.BoundedSemaphore(8)  # for runs at once, of all sessions: one that waits is late, not wrong


async def talk(socket: WebSocket) -> None:
    """Answer one desk's asks, one after another, until it goes."""
    from pages.widgets.plate import seats  # the engine comes with it: not before the server is up

    if not from_this_site(socket.headers):
        await socket.close(protocol.NOT_UNDERSTOOD)  # before it is accepted: the browser sees a refusal
        return None
    await socket.accept()
    seat = seats.at(socket.path_params["token"])
    if seat is None:
        return await socket.close(protocol.NOBODY)
    times: deque[float] = deque(maxlen=protocol.MOST_ASKS)
    try:
        while True:
            text = await socket.receive_text()
            now = time.monotonic()
            if len(text) > protocol.LONGEST:
                return await socket.close(protocol.TOO_LONG)
            if len(times) == times.maxlen and now - times[0] < protocol.PERIOD:
                return await socket.close(protocol.TOO_OFTEN)
            times.append(now)
            try:
                ask = protocol.read_ask(text)
            except protocol.NotUnderstoodError:
                return await socket.close(protocol.NOT_UNDERSTOOD)
            await socket.send_bytes(await anyio.to_thread.run_sync(answer, seat, ask))
    except WebSocketDisconnect:
        return None
    except KeyError:  # bytes where text was to come
        await socket.close(protocol.NOT_UNDERSTOOD)


def answer(seat: object, ask: protocol.Ask) -> bytes:
    """Answer an ask; what fails, fails with a sentence and in the log."""
    from pages.widgets.plate import seats

    assert isinstance(seat, seats.Seat)
    try:
        with PLACES:
            return seat.answer(ask)
    except Exception as error:
        if seat.failure != repr(error):  # once, however often it is asked for
            logging.getLogger("grimoire").exception("The plate of %s.%s failed.", seat.topic, seat.experiment.id)
        seat.failure = repr(error)
        return seat.failed(ask, f"The picture cannot be shown. {sentence(error)}")


route = WebSocketRoute(PATH, talk)
