"""Own data of six features in a real browser: the bound rises while one watches, and what is known is never lost."""

from __future__ import annotations

import csv
import io

import numpy as np
from app_server import wait_until
from on_stage import follow, trace
from playwright.sync_api import Page, expect

POINTS, FEATURES = 45, 6


def table(points: int = POINTS, features: int = FEATURES) -> bytes:
    """Noise over some features, as a CSV file: of many, no search closes its gap within a test."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow([*(f"size {k}" for k in range(1, features + 1)), "price"])
    rows.writerows(np.random.default_rng(11).standard_normal((points, features + 1)).round(4))
    return text.getvalue().encode()


def upload(page: Page, contents: bytes) -> None:
    """Give the page a CSV file."""
    page.wait_for_selector(".stage[data-drawn]")
    page.get_by_text("Paste or upload points").click()
    page.locator("[data-testid=stFileUploader] input").set_input_files(
        {"name": "prices.csv", "mimeType": "text/csv", "buffer": contents}
    )


def bound(page: Page) -> float:
    """The bound that the picture ends with."""
    return trace(page, "gap", "bound")[1][-1]


def the_picture_is_there(page: Page) -> None:
    expect(page.locator("[data-view=gap]").get_by_role("heading", name="Bound and value")).to_be_visible()
    page.wait_for_function("() => document.querySelector('[data-view=gap] .stage-plot')?._fullData?.length > 1")


def test_the_bound_rises_while_one_watches_and_what_is_known_stays(open_page):
    page = open_page("/convex_twin")
    upload(page, table())
    expect(page.get_by_text(f"{POINTS} points were read: {FEATURES} features, “size 1”")).to_be_visible()
    expect(page.get_by_text(f"Data of {FEATURES} features fit no plane")).to_be_visible()
    the_picture_is_there(page)
    at_first = bound(page)
    wait_until(lambda: bound(page) > at_first)
    expect(page.locator(".stage-sentences")).to_contain_text("% of the loss")

    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped. Shown is what was found until then.")).to_be_visible()
    the_picture_is_there(page)
    known = bound(page)
    assert known > at_first

    follow(page, "About")
    expect(page.get_by_role("heading", name="About")).to_be_visible()
    follow(page, "Convex twin")
    expect(page.get_by_text("Stopped. Shown is what was found until then.")).to_be_visible()
    the_picture_is_there(page)
    assert bound(page) >= known  # of the moment at which it ended
    known = bound(page)

    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_test_id("stProgress")).to_contain_text("Searching")
    the_picture_is_there(page)
    assert bound(page) >= known
    wait_until(lambda: bound(page) > known)

    phone = open_page(page.url, viewport=(390, 844), touch=True)
    the_picture_is_there(phone)
    assert phone.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    for view in ("fitted", "weights", "patterns", "losses"):
        expect(phone.locator(f"[data-view={view}]")).to_be_visible()
    wait_until(lambda: bound(phone) > known)


def test_a_picture_keeps_to_its_place_when_more_of_them_come(open_page):
    """While two features are being solved the data fill the stage; then they share it."""
    page = open_page("/convex_twin", viewport=(1920, 1080))
    upload(page, table(200, 2))
    the_picture_is_there(page)
    page.wait_for_function(
        """() => [...document.querySelectorAll('.stage-view')].every((view) => {
          const plot = view.querySelector('.stage-plot');
          return [plot.clientWidth, plot._fullLayout?.width].every((width) => Math.abs(width - view.clientWidth) < 2);
        })"""
    )
