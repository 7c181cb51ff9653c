"""What the tests share: the app on a port, and a browser whose every complaint fails the test."""

from __future__ import annotations

import os
import random
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import app_server
import chromium
import pytest
from app_server import AppServer
from hypothesis import settings
from hypothesis.internal.conjecture import providers
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, expect, sync_playwright

from landscape.web.jobs import queue
from landscape.web.redis_server import URL_VARIABLE
from landscape.web.site.build import write_site
from landscape.web.store import FOLDER_VARIABLE

MAIN = sys.modules["__main__"]

TIMEOUT_MS = 30_000
"""How long the browser may wait for what a test expects; long, for software rendering on a shared machine."""

IGNORED_ERRORS = (
    # Opened below /About, Streamlit's client looks for its server below /About first, then below /.
    re.compile(r"status of 404 .*\(http://[^/]+/\w+/_stcore/(health|host-config)\)$"),
)

expect.set_options(timeout=TIMEOUT_MS)

FUZZ_SEED = os.environ.get("FUZZ_SEED")
"""The seed of a round of ``make fuzz``, unset in ``make test``."""

# A shared machine stalls now and then: no property is judged by the time one example took.
# `make test` judges the same examples every time, on every machine; `make fuzz` searches for new ones.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("search" if FUZZ_SEED else "same")
if not FUZZ_SEED:
    # It mixes the numbers that stand in the modules imported so far into its examples: with several workers those are
    # others each time.
    providers._get_local_constants = lambda: providers._local_constants  # none, as long as nothing looks for them


class OpenPage(Protocol):
    """Open a page of the app as a new visitor; ``path`` is below the shared server, or a full address."""

    def __call__(
        self, path: str = "/", viewport: tuple[int, int] = (1366, 768), dark: bool = False, touch: bool = False
    ) -> Page: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need a browser, so that ``pytest -m 'not browser'`` is quick."""
    for item in items:
        if {"browser", "app_url", "cold_app_url"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)
    if FUZZ_SEED:
        random.Random(FUZZ_SEED).shuffle(items)


def pytest_runtest_setup() -> None:
    """Begin no test of ``make fuzz`` once its time is over."""
    if FUZZ_SEED and time.time() > float(os.environ["FUZZ_UNTIL"]):
        pytest.skip("the minutes of this search are over")


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Give ``__main__`` back: Streamlit leaves a page's script in its place, and a process that is spawned runs it."""
    yield
    sys.modules["__main__"] = MAIN


@pytest.fixture(autouse=True)
def fresh_queue() -> Iterator[None]:
    """Give every test a queue of long work of its own: none waits for another's jobs, or finds them done."""
    yield
    if queue.cache_info().currsize:
        queue().close()
        queue.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what is too large for a link in a folder of the tests, and not in the user's, nor on a server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_VARIABLE, str(tmp_path_factory.mktemp("store")))
        patch.delenv(URL_VARIABLE, raising=False)
        yield


@pytest.fixture(scope="session")
def app_servers() -> list[AppServer]:
    """Every server now running, for the test that has to answer for what they log."""
    return []


@pytest.fixture(scope="session")
def app_url(app_servers: list[AppServer], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app, on one server for the whole session."""
    with app_server.running_app(tmp_path_factory.mktemp("app")) as server:
        app_servers.append(server)
        yield server.url
        app_servers.remove(server)


@pytest.fixture
def cold_app_url(app_servers: list[AppServer], tmp_path: Path) -> Iterator[str]:
    """Address of the app on a server that nobody has visited yet."""
    with app_server.running_app(tmp_path) as server:
        app_servers.append(server)
        yield server.url
        app_servers.remove(server)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the static site, written once for the whole session."""
    folder = tmp_path_factory.mktemp("site")
    write_site(folder)
    return folder


@pytest.fixture(scope="session")
def chromium_path() -> str | None:
    """Where Chromium is, if it is anywhere."""
    return chromium.find()


@pytest.fixture(scope="session")
def playwright(chromium_path: str | None) -> Iterator[Playwright]:
    """What drives the browsers: one for the whole session, for no thread may have two.

    Looking for Chromium may start another, so that is done before.
    """
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium_path: str | None) -> Browser:
    """A headless Chromium."""
    assert chromium_path is not None, "The browser tests need a Chromium: `make test` installs one."
    return playwright.chromium.launch(executable_path=chromium_path, args=list(chromium.FLAGS), timeout=TIMEOUT_MS)


@pytest.fixture
def open_page(request: pytest.FixtureRequest, browser: Browser, app_servers: list[AppServer]) -> Iterator[OpenPage]:
    """Open pages, and at the end fail the test for any error of a page or trace in a server's log.

    A page that asks any host but its own for anything fails it too: the app works in a lecture hall offline.
    """
    if "cold_app_url" in request.fixturenames:
        # Started before the pages and so stopped after them: a server that goes first leaves errors in their consoles.
        request.getfixturevalue("cold_app_url")
    contexts = []
    complaints: list[str] = []
    for server in app_servers:
        server.new_log()

    def heard(message: ConsoleMessage) -> None:
        complaint = f"console: {message.text} ({message.location.get('url', '')})"
        if message.type == "error" and not any(known.search(complaint) for known in IGNORED_ERRORS):
            complaints.append(complaint)

    def asked(sent: Request, host: str) -> None:
        address = urlsplit(sent.url)
        if address.scheme in {"http", "https"} and address.netloc != host:
            complaints.append(f"asked another host: {sent.url}")

    def open_page(
        path: str = "/", viewport: tuple[int, int] = (1366, 768), dark: bool = False, touch: bool = False
    ) -> Page:
        url = path if "://" in path else request.getfixturevalue("app_url") + path
        context = browser.new_context(
            viewport={"width": viewport[0], "height": viewport[1]},
            color_scheme="dark" if dark else "light",
            has_touch=touch,
            is_mobile=touch,
        )
        contexts.append(context)
        context.set_default_timeout(TIMEOUT_MS)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(f"page: {error}"))
        page.on("crash", lambda _: complaints.append("the page crashed"))
        page.on("request", lambda sent: asked(sent, urlsplit(url).netloc))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    for server in app_servers:
        log = server.new_log()
        if "Traceback (most recent call last)" in log:
            complaints.append(f"server log: {log}")
    assert not complaints, "\n".join(complaints)
