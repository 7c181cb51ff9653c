"""Every page and every tab of it, by the rules of axe-core: nothing is found in what is ours."""

from __future__ import annotations

import axe
import pytest
from on_stage import drawn, handle, redrawn, times_drawn
from playwright.sync_api import Page, expect

from landscape.scenario.limits import NUMBER
from landscape.web.beyond.settings import SETTINGS

DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}

ONE_NEURON = "/?m=1&x=-1,1&y=1,0.5&run=gd:0.05:-2&run=gd:0.05:2"

PATHS = (
    "/",
    ONE_NEURON,
    "/?surface=surface",
    "/?large=1",
    "/convex_twin",
    "/dynamics",
    "/race",
    "/lecture",
    "/about",
    *(f"/beyond?tab={name}" for name in SETTINGS),
)

COLOURS = ("color-contrast",)
"""The rules by which a theme alone can be at fault."""


def at_rest(page: Page) -> Page:
    """Wait until a page has nothing left to do."""
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.locator("h1.page-title")).to_be_visible()
    page.wait_for_function(
        """() => document.getAnimations().every(
          (moving) => moving.playState !== 'running' || moving.effect.getTiming().iterations === Infinity
        )"""
    )
    return page


def found_on(page: Page) -> dict[str, list[str]]:
    """Return what is found on a page as it is, in both themes, on a desktop and on a phone."""
    found = {"light, desktop": axe.findings(at_rest(page))}
    page.emulate_media(color_scheme="dark")
    found["dark, desktop"] = axe.findings(at_rest(page), COLOURS)
    page.set_viewport_size(PHONE)
    found["dark, phone"] = axe.findings(at_rest(page))
    page.emulate_media(color_scheme="light")
    found["light, phone"] = axe.findings(at_rest(page), COLOURS)
    page.set_viewport_size(DESKTOP)
    return {where: what for where, what in found.items() if what}


@pytest.mark.skipif(not axe.SCRIPT.exists(), reason=axe.MISSING)
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing(open_page, path):
    page = open_page(path)
    if path != "/about":
        drawn(page)
    assert found_on(page) == {}
    for place in range(1, page.get_by_role("tab").count()):
        tab = page.get_by_role("tab").nth(place)
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        assert found_on(page) == {}, tab.inner_text()


@pytest.mark.skipif(not axe.SCRIPT.exists(), reason=axe.MISSING)
def test_axe_finds_nothing_in_a_room_and_in_a_lesson(open_page):
    page = drawn(open_page("/lecture?lesson=show-me"))
    page.get_by_role("button", name="Open a room").click()
    lecturer = page.locator(".lecture-room a").first
    expect(lecturer).to_be_visible()
    address = str(lecturer.evaluate("link => link.href"))
    room = address.partition("/lecture#")[0]
    found = {}
    for name, url, there in (
        ("enter", room.rsplit("/", 1)[0], "form"),
        ("phone", room, ".stage[data-drawn]"),
        ("lecturer", address, "html[data-ready]"),
    ):
        page.goto(url)
        page.locator(there).first.wait_for(state="attached")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found[name, scheme] = axe.findings(page)
    page.get_by_role("button", name="Begin the lecture").click()
    page.locator("dialog.lesson[data-scene='1']").wait_for()
    found["lesson", "dark"] = axe.findings(page)
    page.keyboard.press("?")
    found["keys", "dark"] = axe.findings(page)
    assert {where: what for where, what in found.items() if what} == {}


def test_a_handle_tells_its_name_value_and_range_and_stands_outside_the_picture(open_page):
    page = drawn(open_page())
    point = handle(page, "data1")
    for name, value in {
        "role": "slider",
        "aria-label": "Data point 2",
        "aria-valuetext": "x 1, y 2",
        "aria-valuenow": "1",
        "aria-valuemin": f"{NUMBER.low:.0f}",
        "aria-valuemax": f"{NUMBER.high:.0f}",
        "aria-orientation": "horizontal",
    }.items():
        expect(point).to_have_attribute(name, value)
    expect(page.locator("[role=img] .stage-handle")).to_have_count(0)
    expect(page.get_by_role("img", name="Network outputs")).to_have_count(1)
    point.focus()
    page.keyboard.press("ArrowUp")
    expect(point).to_have_attribute("aria-orientation", "vertical")
    expect(point).not_to_have_attribute("aria-valuetext", "x 1, y 2")
    said = point.get_attribute("aria-valuetext") or ""
    assert float(point.get_attribute("aria-valuenow") or 0) == pytest.approx(float(said.split("y ")[1]), rel=5e-3)
    expect(point).to_be_focused()


def test_the_choice_in_a_heading_has_one_tab_stop_and_arrow_keys(open_page):
    page = drawn(open_page())
    group = page.get_by_role("radiogroup", name="Drawn as")
    expect(group.locator("[tabindex='0']")).to_have_count(1)
    before = times_drawn(page)
    group.get_by_role("radio", name="Map").focus()
    page.keyboard.press("ArrowLeft")
    redrawn(page, before)
    both = page.get_by_role("radio", name="Both")
    expect(both).to_have_attribute("aria-checked", "true")
    expect(both).to_be_focused()
