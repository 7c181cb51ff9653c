"""Every page and every tab of it, by the rules of axe-core: nothing is found in what is ours."""

from __future__ import annotations

import axe
import pytest
from on_stage import drawn
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.skipif(not axe.SCRIPT.exists(), reason=axe.MISSING)

DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}

PATHS = (
    "/",
    "/?m=1&x=-1,1&y=1,0.5&run=gd:0.05:-2&run=gd:0.05:2",
    "/convex_twin",
    "/dynamics",
    "/race",
    "/beyond",
    "/about",
)

COLOURS = ("color-contrast",)
"""What a theme can change."""


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


def tabs(page: Page) -> list[tuple[str, int]]:
    """Return the parts of a page: the tabs, or the kinds of a page that has a row of them, by role and place."""
    for role in ("tab",):
        count = page.get_by_role(role).count()
        if count:
            return [(role, place) for place in range(count)]
    return [("", 0)]


def looked_at(page: Page) -> dict[str, list[str]]:
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


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing(open_page, path):
    page = open_page(path)
    if path != "/about":
        drawn(page)
    for role, place in tabs(at_rest(page)):
        if role:
            page.get_by_role(role).nth(place).click()
            expect(page.get_by_role(role).nth(place)).to_have_attribute("aria-selected", "true")
        assert looked_at(page) == {}, (path, place)
