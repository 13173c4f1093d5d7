"""Real uploads through Chromium: one's own export and database, as large as they become, and what nobody asked for."""

from __future__ import annotations

import re
import sqlite3
import urllib.request
import uuid
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from engine.quiz.store.store import Store
from pages.widgets.shell.uploads import MOST_BESIDE
from tests.browser.browsing import Serve, Server, go, no_errors
from tests.quiz.import_helpers import carry, export, line

pytestmark = pytest.mark.browser
MEGABYTE = 1_000_000


@pytest.fixture
def app(fresh_app: Serve) -> Server:
    """An app of this test's own: its file is replaced."""
    return fresh_app()


def an_export(answers: int, length: int) -> bytes:
    """Return the export of a learner with so many answers of so many characters."""
    rows = (
        line("attempts", sequence=1 + number, key=f"k{number}", position=1 + number, answer=f"{number:0{length}}")
        for number in range(answers)
    )
    return export(line("learners"), *rows)


def test_an_export_of_15_megabytes_is_brought_in(app: Server, page: Page, tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    file.write_bytes(an_export(17_000, 580))
    assert 15 * MEGABYTE <= file.stat().st_size <= 17 * MEGABYTE
    go(page, app, "your-data")
    upload = page.get_by_test_id("stFileUploader").filter(has_text="Export in JSON Lines")
    expect(upload.get_by_text("128MB per file")).to_be_visible()
    upload.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Bring in 17,001 rows").click()
    expect(page.get_by_text("Brought in: 1 learner, 17,000 answers and undos.")).to_be_visible()
    with app.store as store:
        assert {one.name: len(store.attempts(one.id)) for one in store.learners()}["Noor"] == 17_000
    no_errors(page)


def test_a_database_of_44_megabytes_is_restored(app: Server, page: Page, tmp_path: Path) -> None:
    file = tmp_path / "grimoire.db"
    with Store.open(file) as store:
        carry(an_export(2_800, 15_400), store)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    assert 44 * MEGABYTE <= file.stat().st_size <= 64 * MEGABYTE
    go(page, app, "your-data")
    page.get_by_text("Restore from a database file").click()
    upload = page.get_by_test_id("stFileUploader").filter(has_text="Database file")
    expect(upload.get_by_text("128MB per file")).to_be_visible()
    upload.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Restore this file", exact=True).click()
    page.get_by_role("button", name="Restore this file now").click()
    expect(page.get_by_text("Restored. What was there before is now")).to_be_visible()
    with app.store as store:
        assert {one.name: len(store.attempts(one.id)) for one in store.learners()}["Noor"] == 2_800
    no_errors(page)


def held(app: Server) -> int:
    """Return how many bytes of uploads the server holds, by its own account."""
    with urllib.request.urlopen(f"{app.url}/_stcore/metrics") as answer:
        said = answer.read().decode()
    return sum(int(found) for found in re.findall(r'cache_type="UploadedFileManager"[^}]*\} (\d+)', said))


def put(request: Request, headers: dict[str, str], content: bytes) -> int:
    """Upload a file to the session that made a request, under a name that no page asked for."""
    address = request.url.rpartition("/")[0]
    edge = uuid.uuid4().hex
    body = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="x.db"\r\n\r\n'.encode()
    own = {name: value for name, value in headers.items() if name in ("cookie", "x-xsrftoken")}
    own["Content-Type"] = f"multipart/form-data; boundary={edge}"
    sent = urllib.request.Request(
        f"{address}/{uuid.uuid4()}", body + content + f"\r\n--{edge}--\r\n".encode(), own, method="PUT"
    )
    with urllib.request.urlopen(sent) as answer:
        return int(answer.status)


def test_uploads_that_no_page_asked_for_do_not_pile_up(app: Server, page: Page, tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    file.write_bytes(an_export(3, 20))
    go(page, app, "your-data")
    upload = page.get_by_test_id("stFileUploader").filter(has_text="Export in JSON Lines")
    with page.expect_request(lambda one: one.method == "PUT" and "/upload_file/" in one.url) as asked:
        upload.locator("input[type=file]").set_input_files(file)
    headers = asked.value.all_headers()
    expect(page.get_by_role("button", name="Bring in 4 rows")).to_be_visible()
    size = 9 * MEGABYTE
    for number in range(60):
        assert put(asked.value, headers, bytes(size)) == 204
        assert held(app) >= size
        assert held(app) <= MOST_BESIDE + size, f"after {number + 1} uploads"
    page.get_by_role("button", name="Bring in 4 rows").click()  # the file was let go; what it would do was read before
    expect(page.get_by_text("Brought in: 1 learner, 3 answers and undos.")).to_be_visible()
