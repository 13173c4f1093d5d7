"""How much may be uploaded: the one figure that pages say and the server enforces, and a bound on what is kept.

Streamlit takes a file from whoever has a session, whether a page asked for it or not, and keeps it as long as the
session lasts. A page reads a file once, so old ones may go: the newest always stays, others as long as there is room.
"""

from __future__ import annotations

import re

import streamlit as st
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime import get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

MOST_BESIDE = 64 << 20  # bytes of a session's files beside the newest one
MOST_FILES = 32  # of a session

_UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/([^/]+)$")


def largest_upload() -> int:
    """Return the size of the largest file that is taken, in megabytes: the server's, but no more than is read."""
    from engine.quiz.store import MOST_BYTES  # app.py imports this module before the server is up

    return min(MOST_BYTES >> 20, int(st.get_option("server.maxUploadSize")))


class Uploads:
    """Middleware around the server: after each upload it makes room."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)
        if scope["type"] == "http" and scope["method"] == "PUT" and (found := _UPLOAD.search(scope["path"])):
            kept = get_instance().uploaded_file_mgr
            if isinstance(kept, MemoryUploadedFileManager):
                make_room(kept, found[1], found[2], 2 * st.get_option("server.maxUploadSize") << 20)


def make_room(kept: MemoryUploadedFileManager, session: str, newest: str, most: int) -> None:
    """Let go of a session's oldest files beyond its bounds, and of others' where all together hold more than `most`.

    Args:
        kept: the files.
        session: whose file has just come.
        newest: that file, which stays.
        most: bytes of all sessions.
    """

    def sizes(of: str) -> dict[str, int]:
        return {id: len(file.data) for id, file in kept.file_storage.get(of, {}).items()}

    others = {id: size for id, size in sizes(session).items() if id != newest}
    for id in [*others]:  # the oldest first
        if sum(others.values()) <= MOST_BESIDE and len(others) < MOST_FILES:
            break
        kept.remove_file(session, id)
        del others[id]
    held = {of: {id: size for id, size in sizes(of).items() if id != newest} for of in [*kept.file_storage]}
    room = max(0, most - sizes(session).get(newest, 0))
    while sum(sum(files.values()) for files in held.values()) > room:
        largest = max(held, key=lambda of: sum(held[of].values()))
        oldest = next(iter(held[largest]))
        kept.remove_file(largest, oldest)
        del held[largest][oldest]
