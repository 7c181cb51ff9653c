"""What a visitor opens, sets or is refused on a page, by the rules of axe-core, and the pages that need no app."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import axe
import pytest
from on_stage import drawn, skip_opening
from playwright.sync_api import Page, expect

from landscape.lessons import SHIPPED, shipped
from landscape.web.site.pictures import SHOWCASES

pytestmark = pytest.mark.skipif(not axe.SCRIPT.exists(), reason=axe.MISSING)

COLOURS = ("color-contrast",)
"""The rules by which a theme alone can be at fault."""


class Found:
    """What is found in each state of a page that has been looked at, by its name."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.what: dict[str, list[str]] = {}

    def look(self, name: str, *, dark: bool = True) -> None:
        """Look at the page as it is, and at its colours in the dark theme."""
        self.page.wait_for_function(
            """() => document.getAnimations().every(
              (moving) => moving.playState !== "running" || moving.effect.getTiming().iterations === Infinity)"""
        )
        self.what[name] = axe.findings(self.page)
        if dark:
            self.page.emulate_media(color_scheme="dark")
            self.what[f"{name}, dark"] = axe.findings(self.page, COLOURS)
            self.page.emulate_media(color_scheme="light")

    @property
    def anything(self) -> dict[str, list[str]]:
        return {name: what for name, what in self.what.items() if what}


def press(page: Page, name: str) -> None:
    """Press a button by a key, so that no tooltip is in the way."""
    page.get_by_role("button", name=name, exact=True).last.press("Enter")


@pytest.mark.parametrize("path", ["/", "/convex_twin"])
def test_axe_finds_nothing_in_formulas_proof_words_and_what_is_shared(open_page, path):
    page = drawn(open_page(path))
    found = Found(page)
    press(page, "Formulas")
    expect(page.get_by_role("heading", name="Formulas")).to_be_visible()
    found.look("formulas")
    press(page, "How do we know?")
    expect(page.get_by_role("heading", name="How do we know")).to_be_visible()
    found.look("proof")
    word = page.locator(".stage .word").first
    word.press("Enter")
    expect(page.locator(".word-box").filter(visible=True)).to_have_count(1)
    found.look("word")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Numbers of").first.press("Enter")
    found.look("numbers")
    page.keyboard.press("Escape")
    press(page, "Share")
    box = page.get_by_test_id("stPopoverBody")
    for tab in box.get_by_role("tab").all():
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        found.look(f"share, {tab.inner_text()}")
    assert found.anything == {}


def test_axe_finds_nothing_where_something_is_refused_fails_or_is_chosen(open_page):
    page = drawn(open_page("/?x=-1,1&y=1,2&m=0&steps=1e9&run=no"))
    found = Found(page)
    found.look("a link that asks for the impossible")
    field = page.get_by_role("spinbutton", name="Steps", exact=True)
    field.fill("many")
    field.press("Enter")
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("many")
    found.look("a number that is none")
    press(page, "Presets")
    expect(page.get_by_test_id("stPopoverBody").get_by_role("button").last).to_be_visible()
    found.look("presets")
    page.keyboard.press("Escape")
    press(page, "Main menu")
    expect(page.get_by_test_id("stMainMenuList")).to_be_visible()
    found.what["the menu, colours"] = axe.findings(page, COLOURS)
    page.keyboard.press("Escape")
    page.goto(page.url.partition("?")[0] + "?run=gd:5:1.5,-0.5&basins=1")
    expect(drawn(page).locator(".stage-sentences")).to_contain_text("Diverged")
    found.look("a run that diverged")
    page.goto(page.url.partition("?")[0] + "?escape=1")
    expect(drawn(page).locator(".stage-sentences")).to_contain_text("Way out of Run 1")
    press(page, "Enlarge Loss landscape")
    expect(page.locator(".stage-one")).to_be_attached()
    found.look("a way out, and a view that fills the stage")
    assert found.anything == {}


@pytest.mark.parametrize("lesson", SHIPPED)
def test_axe_finds_nothing_in_any_scene_of_a_lesson(open_page, lesson):
    page = open_page(f"/lecture?lesson={lesson}")
    page.emulate_media(reduced_motion="reduce")
    drawn(page)
    press(page, "Give the lesson")
    found = Found(page)
    layer = page.locator("dialog.lesson")
    for number, scene in enumerate(shipped(lesson).scenes, start=1):
        page.keyboard.type(str(number))
        page.keyboard.press("Enter")
        expect(layer).to_have_attribute("data-scene", str(number))
        expect(page.locator(".lesson-card h2")).to_be_visible()
        found.look(f"scene {number}", dark=number == 1)
        if scene.holds_back:
            page.keyboard.press("r")
            expect(layer).to_have_attribute("data-revealed", "true")
            found.look(f"scene {number}, revealed", dark=False)
    assert found.anything == {}


class Quiet(SimpleHTTPRequestHandler):
    """A host of files that writes no log."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site_url(site) -> Iterator[str]:
    """The address of the site, below a folder of a host."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site.parent)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/{site.name}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", ["index.html", "about.html", *(page.file for page in SHOWCASES)])
def test_axe_finds_nothing_on_the_static_site(open_page, site_url, name):
    page = open_page(site_url + name)
    if name == "about.html":
        expect(page.get_by_role("heading", name="The theorem")).to_be_visible()
    else:
        page.wait_for_selector(".stage[data-drawn]")
        skip_opening(page)
    found = Found(page)
    found.look("desktop")
    page.set_viewport_size({"width": 390, "height": 844})
    found.look("phone")
    assert found.anything == {}


def test_axe_finds_nothing_in_pages_that_are_taken_away(open_page, tmp_path):
    page = drawn(open_page())
    press(page, "Share")
    page.get_by_role("tab", name="Files").click()
    for name, path, there in (
        ("Page that plays offline (HTML)", "/", ".stage[data-drawn]"),
        ("One file, offline", "/lecture?lesson=show-me", ".lesson-list button"),
    ):
        if path != "/":
            page.goto(page.url.partition("?")[0].rstrip("/") + path)
            drawn(page)
        with page.expect_download() as saved:
            page.get_by_role("button", name=name).click()
        file = Path(tmp_path, saved.value.suggested_filename)
        saved.value.save_as(file)
        away = open_page(file.as_uri())
        away.locator(there).first.wait_for()
        if path == "/":
            skip_opening(away)
        found = Found(away)
        found.look(name)
        assert found.anything == {}
