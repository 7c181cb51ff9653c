"""A page in Chromium on which the JavaScript modules of a folder can be imported, without the app."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Route

SCRIPTS = Path(__file__).resolve().parents[2] / "landscape" / "web" / "stage" / "js"

ADDRESS = "http://stage.test/"


@contextmanager
def page_with(browser: Browser, folder: Path) -> Iterator[Page]:
    """Open an empty page whose ``import("/…")`` reads from a folder."""
    context = browser.new_context()

    def serve(route: Route) -> None:
        name = route.request.url.removeprefix(ADDRESS)
        if name:
            route.fulfill(body=(folder / name).read_text(encoding="utf-8"), content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html><title>stage</title>", content_type="text/html")

    context.route(f"{ADDRESS}**", serve)
    page = context.new_page()
    page.goto(ADDRESS)
    yield page
    context.close()
