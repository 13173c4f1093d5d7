"""The address at which the search box asks. Custom routes get none of Streamlit's own checks, so they are made here."""

from __future__ import annotations

import logging
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from streamlit.web.server.server_util import is_allowed_origin
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from engine.errors import ContentError, sentence

# Streamlit's pages have one name in the address and never two, so no page is shadowed; `base` is server.baseUrlPath.
PATH = "/{base:path}grimoire/search"
LONGEST = 200  # characters of a query, and of the page it is asked from


def answer(request: Request) -> Response:
    """Answer a query `q`, asked on the page `here`, with {"hits": [...]}; a plain function, so it runs in a thread."""
    query, here = (request.query_params.get(name, "") for name in ("q", "here"))
    if not from_this_site(request.headers):
        return problem(403, "Only this app's own pages may search.")
    if len(query) > LONGEST or len(here) > LONGEST:
        return problem(400, f"A query has at most {LONGEST} characters.")
    try:
        from engine.search import search  # numpy comes with it: not before the server is up

        hits = search(query, here=here)
    except Exception as error:
        if not isinstance(error, ContentError):
            logging.getLogger("grimoire").exception("The search failed.")
        return problem(500, sentence(error))
    said = [{"key": hit.key, "kind": hit.kind, "title": hit.title, "where": hit.where} for hit in hits]
    return JSONResponse({"hits": said}, headers={"Cache-Control": "no-store"})


def problem(status: int, sentence: str) -> Response:
    """Say why there is no answer."""
    return JSONResponse({"problem": sentence}, status, headers={"Cache-Control": "no-store"})


def from_this_site(headers: Headers) -> bool:
    """Tell whether a request comes from a page of this app, or from nobody's page.

    The rules are those of Streamlit's websocket: the host is one of server.allowedHosts if there are any, and another
    origin than the host one of server.corsAllowedOrigins. A browser sends no Origin with some requests that another
    site makes; then Sec-Fetch-Site gives that site away.
    """
    host, origin = headers.get("host"), headers.get("origin")
    if not is_host_allowed(host):
        return False
    if origin is None:
        return headers.get("sec-fetch-site", "none") in ("same-origin", "none")
    return is_allowed_origin(origin) or origin.partition("://")[2] == host


def warm_up() -> None:
    """Build the index before somebody searches."""
    from engine.search import the_index

    with suppress(ContentError):  # a query tells it
        the_index()


route = Route(PATH, answer, methods=["GET"])
