"""The documentation in a real browser: for everybody, on a desk and on a phone, searched, and read offline."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import axe
import pytest
from playwright.sync_api import Page, expect

pytest.importorskip("material")

PAGES = (
    "index",
    "certificates",
    "lecturers",
    "researchers",
    "theorems",
    "reference/convex",
    "benchmarks",
    "accessibility",
    "changelog",
)
SIZES = ((1280, 720), (390, 844))


class Quiet(SimpleHTTPRequestHandler):
    """A host of files that writes no log."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def docs_url(site) -> Iterator[str]:
    """The address of the documentation, in the site below a folder of a host."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site.parent)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/{site.name}/docs/"
    server.shutdown()
    server.server_close()


def stands(page: Page) -> Page:
    """Wait until a page has its heading, and the theme's script has begun."""
    expect(page.locator("h1").first).to_be_visible()
    page.wait_for_function("document.documentElement.classList.contains('js')")
    return page


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_no_page_is_wider_than_its_window_nor_asks_another_host(open_page, docs_url, size, dark):
    page = open_page(f"{docs_url}index.html", viewport=size, dark=dark, touch=size[0] < 500)
    for name in PAGES:
        page.goto(f"{docs_url}{name}.html")
        stands(page)
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(width) <= 0, name
        assert page.evaluate("getComputedStyle(document.body).colorScheme") == ("dark" if dark else "light")


@pytest.mark.skipif(not axe.SCRIPT.exists(), reason=axe.MISSING)
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing(open_page, docs_url, size, dark):
    page = open_page(f"{docs_url}index.html", viewport=size, dark=dark)
    for name in PAGES:
        page.goto(f"{docs_url}{name}.html")
        assert axe.findings(stands(page)) == [], name


def test_a_word_is_found_and_the_way_back_leads_to_the_app(open_page, docs_url):
    page = stands(open_page(f"{docs_url}reference/convex.html"))
    page.get_by_role("textbox", name="Search").click()
    page.keyboard.type("missing_sign")
    expect(page.locator(".md-search-result__link").first).to_be_visible()
    page.goto(f"{docs_url}reference/convex.html")
    page.get_by_role("link", name="The app", exact=True).first.click()
    page.wait_for_selector(".stage[data-drawn]")
    page.get_by_role("link", name="Docs", exact=True).click()
    expect(page.get_by_role("heading", name="Start here")).to_be_visible()


def test_what_was_read_is_read_again_without_a_network(open_page, docs_url):
    page = open_page(docs_url.removesuffix("docs/"))
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.goto(f"{docs_url}theorems.html")
    stands(page)
    expect(page.locator("math").first).to_be_visible()
    # What is kept is written behind the page.
    kept = """async (url) => (await Promise.all((await performance.getEntriesByType("resource")).map(
      async ({ name }) => await caches.match(name)))).every(Boolean) && await caches.match(url) !== undefined"""
    page.wait_for_function(kept, arg=page.url)
    page.context.set_offline(True)
    page.reload()
    stands(page)
    expect(page.locator("math").first).to_be_visible()
    page.context.set_offline(False)
