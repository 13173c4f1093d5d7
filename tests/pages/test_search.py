"""The search box: what its route answers and refuses, and how a hit that was chosen is opened."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from engine import search as engine_search
from engine.errors import ContentError
from engine.search import find, search, the_index
from pages.widgets.shell import search as box
from pages.widgets.shell import search_route

App = Callable[..., AppTest]
HOST = "localhost:8501"


def ask(target: str, method: str = "GET", **headers: str) -> tuple[int, Any]:
    """Send a request to the route alone; return the status and what was answered."""
    path, _, query = target.partition("?")
    sent: list[Any] = []
    said = {"host": HOST} | {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in said.items()],
    }

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Starlette(routes=[search_route.route])(scope, receive, send))
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], json.loads(body) if body.startswith(b"{") else body.decode()


# --- the route -------------------------------------------------------------------------------------------------


def test_it_answers_with_hits() -> None:
    status, said = ask("/grimoire/search?q=rein")
    assert status == 200
    assert [hit["title"] for hit in said["hits"]] == [hit.title for hit in search("rein")]
    assert said["hits"][0] == {
        "key": "part:Reinforcement learning",
        "kind": "part",
        "title": "Reinforcement learning",
        "where": "",
    }


def test_the_page_one_asks_from_counts() -> None:
    _, said = ask("/grimoire/search?q=worked+example&here=transformers")
    assert find(said["hits"][0]["key"]).url == "transformers"


@pytest.mark.parametrize("query", ["", "?q=", "?q=%00%ff%F0%9F", "?q=%F0%9F%99%82", "?q=a&q=b", "?other=1"])
def test_odd_queries_are_answered(query: str) -> None:
    status, said = ask(f"/grimoire/search{query}")
    assert status == 200
    assert isinstance(said["hits"], list)


@pytest.mark.parametrize("query", ["q=" + "a" * 201, "q=a&here=" + "b" * 201])
def test_long_queries_are_refused(query: str) -> None:
    status, said = ask(f"/grimoire/search?{query}")
    assert (status, said["problem"]) == (400, "A query has at most 200 characters.")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_get_is_answered(method: str) -> None:
    assert ask("/grimoire/search?q=rein", method)[0] == 405


@pytest.mark.parametrize("path", ["/", "/search", "/grimoire", "/clustering", "/static/js/x.js", "/_stcore/health"])
def test_no_page_is_shadowed(path: str) -> None:
    assert ask(f"{path}?q=rein")[0] == 404


def test_it_stands_below_a_base_path_too() -> None:
    assert ask("/notes/grimoire/search?q=rein")[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": f"http://{HOST}"},
        {"origin": f"https://{HOST}"},
        {"sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "none"},
    ],
)
def test_our_own_pages_may_ask(headers: dict[str, str]) -> None:
    assert ask("/grimoire/search?q=rein", **headers)[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://elsewhere.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://localhost:3000"},
        {"origin": f"http://{HOST}.elsewhere.example"},
        {"origin": "http://["},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
def test_other_sites_may_not(headers: dict[str, str]) -> None:
    status, said = ask("/grimoire/search?q=rein", **headers)
    assert status == 403
    assert "hits" not in said


def test_streamlit_s_list_of_hosts_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_route, "is_host_allowed", lambda host: host == "grimoire.example")
    assert ask("/grimoire/search?q=rein")[0] == 403
    assert ask("/grimoire/search?q=rein", host="grimoire.example")[0] == 200


def test_broken_content_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ContentError("content/curriculum.toml", "this is not TOML.")

    monkeypatch.setattr(engine_search, "the_index", broken)
    search_route.warm_up()  # nothing is raised in the thread that warms up
    assert ask("/grimoire/search?q=rein") == (500, {"problem": "content/curriculum.toml: this is not TOML."})


# --- the box ---------------------------------------------------------------------------------------------------


def test_every_hit_has_a_page(app: Callable[..., AppTest]) -> None:
    pages = app().session_state["router.pages"][1]
    assert [hit for hit in the_index().hits.values() if hit.url not in pages] == []


def told(at: AppTest) -> dict[str, Any]:
    """Return what Python tells the box."""
    return json.loads(at.sidebar.get("bidi_component")[0].proto.json)


@pytest.mark.parametrize(("page", "url"), [(None, ""), ("machine_learning/clustering/page.py", "clustering")])
def test_the_box_stands_on_every_page_and_knows_it(app: App, page: str | None, url: str) -> None:
    at = app(page)
    assert not at.exception
    assert told(at) == {"here": url, "sought": None}


def choose(monkeypatch: pytest.MonkeyPatch, said: object, here: str) -> dict[str, Any]:
    """Return the session after the browser said something on a page."""
    session: dict[str, Any] = {box.KEY: said}
    monkeypatch.setattr(box.st, "session_state", session)
    box.picked(here)
    return session


def test_a_hit_on_another_page_asks_for_that_page_and_the_place_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    hit = search("elbow and silhouette")[0]
    session = choose(monkeypatch, {"open": hit.key}, "linear-regression")
    assert session[box.PICKED] == "clustering"
    assert (session[box.SOUGHT]["anchor"], session[box.SOUGHT]["text"]) == ("experiment-choose-k", "")


def test_a_hit_on_this_page_switches_no_page_and_may_be_sought_again(monkeypatch: pytest.MonkeyPatch) -> None:
    hit = search("silhouette score")[0]
    first, second = (choose(monkeypatch, {"open": hit.key}, "clustering") for _ in range(2))
    assert box.PICKED not in first
    assert first[box.SOUGHT]["text"] == "Silhouette score"
    assert first[box.SOUGHT]["once"] != second[box.SOUGHT]["once"]


@pytest.mark.parametrize(
    "said", [None, {}, "open", {"open": None}, {"open": 7}, {"open": ["topic"]}, {"open": "../app"}]
)
def test_what_names_no_hit_is_passed_over(monkeypatch: pytest.MonkeyPatch, said: object) -> None:
    assert choose(monkeypatch, said, "clustering") == {box.KEY: said}


def test_the_chosen_page_is_opened_and_the_box_is_told_the_place(app: App, filled: object) -> None:
    at = app("machine_learning/linear_regression/page.py", learner="Ben")
    at.session_state[box.SOUGHT] = {"anchor": "experiment-lloyd", "text": "", "once": "1"}
    at.session_state[box.PICKED] = "clustering"
    at.run()
    assert not at.exception
    assert at.title[0].value == "K-means and k-medians"
    assert told(at) == {"here": "clustering", "sought": {"anchor": "experiment-lloyd", "text": "", "once": "1"}}
    assert at.query_params["learner"] in ("Ben", ["Ben"])
