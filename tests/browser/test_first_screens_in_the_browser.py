"""The first screen of each page but the front page: its result and what to do next are in sight without scrolling."""

from __future__ import annotations

import pytest
from on_stage import drawn
from playwright.sync_api import Page, expect

from landscape.web.beyond.settings import SETTINGS

RESULTS = {
    "/convex_twin": "optimum",
    "/dynamics": "run0",
    "/race": "result",
    **{f"/beyond?tab={tab}": "comparison" for tab in SETTINGS},
}
"""Each page, and whose sentence tells its result."""

LAPTOPS = ((1366, 768), (1280, 720))
PHONE = (390, 844)
READABLE = 14
"""Pixels: the least type of what a back row has to read at 1366 × 768."""

CUT = """() => [...document.querySelectorAll('.stage-plot')].flatMap((plot) => {
  const room = plot.getBoundingClientRect();
  return [...plot.querySelectorAll('.xtitle, .ytitle, .cbtitle text, .annotation text')]
    .filter((text) => text.getClientRects().length > 0)
    .map((text) => [text.textContent, text.getBoundingClientRect()])
    .filter(([, box]) => box.left < room.left - 1 || box.right > room.right + 1 || box.bottom > room.bottom + 1)
    .map(([text]) => text);
})"""
"""The titles and notes that a plot has no room for."""

each_page = pytest.mark.parametrize("path", RESULTS)


def ready(page: Page) -> Page:
    """Wait until every answer of the page is there and drawn."""
    page.wait_for_selector(".stage[data-drawn]")
    expect(page.locator(".stage-sentences").first).not_to_contain_text("on the way")
    return drawn(page)


def bottom(page: Page, selector: str) -> float:
    """Return where the first match ends, in pixels from the top of the page."""
    box = page.locator(selector).first.bounding_box()
    assert box is not None, selector
    return box["y"] + box["height"] + page.evaluate("scrollY")


def line(run: str) -> str:
    return f".stage-sentences li[data-run={run}]"


@each_page
@pytest.mark.parametrize("viewport", LAPTOPS, ids=str)
def test_result_and_next_step_are_in_sight_without_scrolling(open_page, path, viewport):
    page = ready(open_page(path, viewport=viewport))
    for seen in (".stage-view .stage-plot", line(RESULTS[path]), line("next")):
        assert bottom(page, seen) <= viewport[1], seen


@each_page
def test_on_a_phone_they_stand_within_one_and_a_half_screens(open_page, path):
    page = ready(open_page(path, viewport=PHONE, touch=True))
    for seen in (".stage-view .stage-plot", line(RESULTS[path]), line("next")):
        assert bottom(page, seen) <= 1.5 * PHONE[1], seen
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert page.evaluate(CUT) == []


@each_page
def test_nothing_of_the_stage_is_smaller_than_a_back_row_can_read(open_page, path):
    page = ready(open_page(path))
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('.stage h2, .stage p, .stage li, .stage text, .stage output')]
          .filter((node) => node.textContent.trim() && !node.closest('.modebar, .hoverlayer')
            && node.getClientRects().length > 0)
          .map((node) => [parseFloat(getComputedStyle(node).fontSize), node.textContent.slice(0, 40)])"""
    )
    assert len(sizes) > 10
    assert [text for size, text in sizes if size < READABLE] == []


@pytest.mark.parametrize("path", ["/convex_twin", "/dynamics"])
def test_a_window_that_grows_narrow_moves_the_words_up_and_back(open_page, path):
    page = ready(open_page(path))
    sentences = page.locator(".stage-sentences")
    beside_first = page.locator(".stage-grid > .stage-view:first-child + .stage-sentences")
    names = [view.get_attribute("data-view") for view in page.locator(".stage-view").all()]
    expect(sentences).to_have_count(1)
    expect(beside_first).to_have_count(0)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(beside_first).to_have_count(1)
    page.set_viewport_size({"width": 1366, "height": 768})
    expect(beside_first).to_have_count(0)
    expect(sentences).to_have_count(1)
    assert [view.get_attribute("data-view") for view in page.locator(".stage-view").all()] == names


def test_a_recorded_race_is_there_at_once_and_plays_on_its_clock(open_page):
    page = ready(open_page("/race"))
    expect(page.get_by_text("A recorded race, not yours")).to_be_visible()
    scrub, readout = page.locator(".stage-scrub").first, page.locator(".stage-readout").first
    end = readout.inner_text()
    assert end.split(" of ")[0] == end.split(" of ")[1]
    convex = page.locator(line("run0"))
    expect(convex).to_contain_text("proven, after")
    scrub.focus()
    page.keyboard.press("Home")
    expect(readout).to_have_text(f"0 s of {end.split(' of ')[1]}")
    expect(convex).to_contain_text("not there yet")
    page.keyboard.press("End")
    expect(readout).to_have_text(end)
    expect(convex).to_contain_text("proven, after")


def test_a_race_of_other_data_is_not_shown_as_if_it_had_been_run(open_page):
    page = drawn(open_page("/race?x=-1,0,1&y=1,-1,1&bias=1&layer=trained&lam=0.1&m=3&run=none"))
    expect(page.get_by_text("Nobody has raced on these data yet")).to_be_visible()
    expect(page.locator(".stage").first.locator(".annotation")).to_contain_text("nobody has run yet")
    assert page.locator(".stage-sentences").first.locator("li").count() == 0
