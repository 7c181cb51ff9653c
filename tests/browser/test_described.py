"""A text of what a picture shows, on demand in a real browser: by button and key, under the picture, following it."""

from __future__ import annotations

import re

import pytest
from on_stage import click_at, drawn, handle, press, redrawn, times_drawn
from playwright.sync_api import Locator, Page, expect

EVERY_PAGE = ["/convex_twin", "/dynamics", "/race", "/beyond"]


def text_of(page: Page, view: str) -> Locator:
    return page.locator(f"[data-view='{view}'] .stage-described")


def ready(page: Page) -> Page:
    """Wait until what happened has been announced: what is told afterwards stays."""
    drawn(page)
    expect(page.locator(".stage-said")).to_contain_text("Run 1.")
    return page


def test_a_button_and_a_key_describe_and_put_away(open_page):
    page = ready(open_page())
    button = page.get_by_role("button", name="Describe Loss landscape")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(text_of(page, "map")).to_contain_text("stuck on the segment from (2, 0) to (0, 2), at loss 1")
    expect(page.locator(".stage-said")).to_contain_text("along w 1 equals 0 and w 2 equals 0")
    button.click()
    expect(text_of(page, "map")).to_have_count(0)
    expect(page.locator(".stage-said")).to_have_text("The description of Loss landscape is put away.")
    page.locator("[data-view=twin] .stage-plot").hover()
    page.keyboard.press("d")
    expect(text_of(page, "twin")).to_contain_text("It is one bowl")
    page.keyboard.press("d")
    expect(text_of(page, "twin")).to_have_count(0)
    page.get_by_role("spinbutton", name="y₁", exact=True).focus()
    page.keyboard.press("d")
    expect(page.locator(".stage-described")).to_have_count(0)


def test_a_text_follows_the_playhead_a_start_and_the_data(open_page):
    page = ready(open_page())
    for title in ("Loss landscape", "Network outputs"):
        page.get_by_role("button", name=f"Describe {title}").click()
    page.get_by_role("button", name="One step back").click()
    expect(text_of(page, "map")).to_contain_text(re.compile(r"Run 2 started at \(3, −0.5\).* and is at step 47\d at"))
    expect(text_of(page, "outputs")).to_contain_text(re.compile(r"Run 2 at step 47\d has slopes 2 and −1"))
    page.keyboard.press("End")
    expect(text_of(page, "map")).to_contain_text("ends at (1.1, 0.9), loss 1: stuck")
    click_at(page, "map", 3.0, 1.0)
    expect(text_of(page, "map")).to_contain_text(re.compile(r"Run 1 goes from \((3|3\.0\d|2\.9\d), "))
    node = handle(page, "data0")
    node.focus()
    before = times_drawn(page)
    node.press("ArrowUp")
    redrawn(page, before)
    expect(text_of(page, "outputs")).not_to_contain_text("(−1, 1)")


def test_a_view_that_goes_takes_its_text_along_and_a_large_one_keeps_it(open_page):
    page = ready(open_page())
    page.get_by_role("button", name="Describe Loss landscape").click()
    press(page, "Enlarge Loss landscape")
    expect(text_of(page, "map")).to_be_visible()
    page.keyboard.press("Escape")
    before = times_drawn(page)
    page.get_by_role("radio", name="3-D", exact=True).click()
    redrawn(page, before)
    expect(page.locator(".stage-described")).to_have_count(0)
    page.get_by_role("button", name="Describe Loss landscape").click()
    expect(text_of(page, "relief")).to_contain_text("A surface of the loss")


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_page_describes_its_pictures(open_page, path):
    page = drawn(open_page(path))
    button = page.locator(".stage-describe").first
    button.click()
    shown = page.locator(".stage-described").first
    expect(shown).to_contain_text(re.compile(r"\w.{30}"))
    alt = page.locator(".stage-picture").first.get_attribute("aria-label")
    assert shown.inner_text().split(" At step ")[0].strip() in re.sub(r"\s+", " ", alt or "")


@pytest.mark.parametrize("size", [(1366, 768), (1280, 720), (390, 844)])
def test_headings_stay_on_one_line_and_texts_stay_inside(open_page, size):
    page = ready(open_page(viewport=size, touch=size[0] < 500))
    for view in page.locator(".stage-view").all():
        title = view.locator("h2")
        box, tools = title.bounding_box(), view.locator(".stage-tools").bounding_box()
        assert box["height"] < 26
        assert box["x"] + box["width"] <= tools["x"] + 1
    for button in page.locator(".stage-describe").all():
        button.click()
    for text in page.locator(".stage-described").all():
        fits = text.evaluate("(node) => node.scrollWidth <= node.clientWidth + 1 && node.getBoundingClientRect().right")
        assert fits
        assert fits <= size[0]
        above = text.evaluate(
            "(node) => node.parentElement.querySelector('.stage-frame').getBoundingClientRect().bottom"
        )
        assert text.evaluate("(node) => node.getBoundingClientRect().top") >= above
