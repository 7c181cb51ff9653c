"""A page in Chromium on which the JavaScript modules of a folder can be imported, without the app."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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


ASK = """async ([names, body, cases]) => {
  const module = Object.assign({}, ...await Promise.all(names.map((name) => import(`/${name}.js`))));
  const answer = new Function("module", "c", body);
  const plain = (key, value) => ArrayBuffer.isView(value) ? [...value] : value;
  return JSON.stringify(JSON.parse(cases).map((c) => answer(module, c)), plain);
}"""


def answered(page: Page, names: str, body: str, cases: list[Any]) -> str:
    """Return what the same lines of JavaScript answer to each of a list of cases, as JSON, in one round trip.

    Arguments
        names: of the modules whose exports are in ``module``, below the page's folder; ``c`` is the case.
    """
    found: str = page.evaluate(ASK, [names.split(), body, json.dumps(cases)])
    return found
