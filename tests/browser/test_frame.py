"""The frame around the pages covers nothing: menu, buttons of the sidebar, panels, and the drawer of a phone."""

from __future__ import annotations

import pytest
from on_stage import drawn
from playwright.sync_api import Locator, Page, expect

PATHS = ("/", "/convex_twin", "/dynamics", "/race", "/beyond", "/about")


def box(found: Locator) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of the text or button itself."""
    x, y, right, bottom = found.evaluate(
        """(node) => {
          const range = document.createRange();
          range.selectNodeContents(node);
          const { left, top, right, bottom } = range.getBoundingClientRect();
          return [left, top, right, bottom];
        }"""
    )
    return x, y, right, bottom


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def settled(page: Page) -> Page:
    """Wait until the page's script has run; About has no stage."""
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.locator("h1.page-title")).to_be_visible()
    return page


def at_rest(page: Page) -> Page:
    """Wait until nothing slides any more."""
    page.wait_for_function(
        """() => document.getAnimations().every(
          (moving) => moving.playState !== 'running' || moving.effect.getTiming().iterations === Infinity
        )"""
    )
    return page


@pytest.mark.parametrize("path", PATHS)
def test_the_sidebar_closes_and_opens_by_buttons_that_cover_nothing(open_page, path):
    page = settled(open_page(path))
    page.mouse.move(150, 20)
    close = page.locator("[data-testid=stSidebarCollapseButton] button")
    expect(close).to_be_visible()
    for entry in page.locator(".st-key-menu a").all():
        assert not overlap(box(close), box(entry)), entry.inner_text()
    close.click()
    opener = page.locator("[data-testid=stExpandSidebarButton]")
    expect(opener).to_be_visible()
    at_rest(page)
    for text in (page.locator("h1.page-title"), page.locator("p.page-lead")):
        assert not overlap(box(opener), box(text))
    opener.click()
    expect(close).to_be_visible()


def test_without_a_title_the_opening_button_lies_above_the_pictures(open_page):
    page = drawn(open_page("/?hide=title"))
    page.mouse.move(150, 20)
    page.locator("[data-testid=stSidebarCollapseButton] button").click()
    opener = page.locator("[data-testid=stExpandSidebarButton]")
    expect(opener).to_be_visible()
    at_rest(page)
    assert not overlap(box(opener), box(page.locator(".stage-view h2").first))


def test_a_chosen_preset_is_not_covered_by_the_panel(open_page):
    page = drawn(open_page())
    page.get_by_role("button", name="Presets").click()
    chosen = page.get_by_role("button", name="One neuron", exact=True)
    chosen.click()
    expect(page.locator(".stage-view[data-view=curve]")).to_be_visible()
    expect(chosen).to_be_hidden()
    page.get_by_role("button", name="Presets").click()
    expect(chosen).to_be_visible()


def test_on_a_phone_the_drawer_closes_over_points_that_were_taken(open_page):
    page = drawn(open_page("/convex_twin", viewport=(390, 844), touch=True))
    page.locator("[data-testid=stExpandSidebarButton]").tap()
    page.get_by_text("Paste or upload points").tap()
    page.get_by_label("One point a line").fill("x,label\n-1,1\n0,2\n2,0\n")
    page.get_by_role("button", name="Use these points").tap()
    expect(page.locator("[data-testid=stSidebar]")).to_have_attribute("data-collapsed", "true")
    expect(page.get_by_text("3 points")).to_be_visible()


def test_on_a_phone_the_drawer_closes_over_a_page_that_was_chosen(open_page):
    page = drawn(open_page(viewport=(390, 844), touch=True))
    page.locator("[data-testid=stExpandSidebarButton]").tap()
    at_rest(page)
    fields = [page.get_by_role("spinbutton", name=name, exact=True).bounding_box() for name in ("x₁", "y₁", "x₂", "y₂")]
    assert len({field["y"] for field in fields}) == 1, "the numbers of the data stand in one row"
    page.get_by_role("link", name="About", exact=True).tap()
    expect(page.get_by_role("heading", name="The theorem")).to_be_visible()
    expect(page.locator("[data-testid=stSidebar]")).to_have_attribute("data-collapsed", "true")


MANY = "x=-3,-2,-1,1,2,3,4,5,6&y=1,2,-1,4,-2,1,0,3,1&m=2&starts=2&steps=50&run=none"

COVERED = """() => [...document.querySelectorAll('.stage-view')].flatMap((view) => {
  const notes = [...view.querySelectorAll('.annotation')].map((note) => [
    note.textContent, note.querySelector('rect.bg').getBoundingClientRect(),
  ]);
  return notes.flatMap(([text, one], k) => notes.slice(k + 1).filter(([, other]) =>
    one.left < other.right - 1 && other.left < one.right - 1 && one.top < other.bottom - 1 && other.top < one.bottom - 1
  ).map(([other]) => `${view.dataset.view}: ${text} | ${other}`));
})"""


@pytest.mark.parametrize("query", ["x=-1,1&y=1,2", MANY], ids=["two points", "nine points"])
@pytest.mark.parametrize("viewport", [(1366, 768), (390, 844)], ids=["laptop", "phone"])
def test_labels_of_large_type_do_not_cover_each_other(open_page, query, viewport):
    page = drawn(open_page(f"/?{query}&large=1", viewport=viewport))
    assert page.evaluate(COVERED) == []


@pytest.mark.parametrize("path", ["/", "/convex_twin"])
def test_the_label_of_the_yellow_line_stands_above_the_curves(open_page, path):
    page = drawn(open_page(path))
    view = page.locator(".stage-view[data-view=losses]")
    label = view.locator(".annotation").bounding_box()
    assert label is not None
    assert label["y"] + label["height"] <= view.evaluate(
        """(node) => {
          const plot = node.querySelector('.stage-plot');
          return plot.getBoundingClientRect().top + plot._fullLayout._size.t + 1;
        }"""
    )


@pytest.mark.parametrize("view", ["map", "twin"])
def test_no_landscape_can_be_moved_off_its_field(open_page, view):
    page = drawn(open_page())
    ends = page.evaluate(
        """async (name) => {
          const plot = document.querySelector(`.stage-view[data-view=${name}] .stage-plot`);
          const field = plot._fullData.find((trace) => trace.uid.startsWith('field'));
          await Plotly.relayout(plot, { 'xaxis.range': [-100, 100], 'yaxis.range': [-3, 90] });
          const { xaxis, yaxis } = plot._fullLayout;
          return [[field.x, xaxis.range], [field.y, yaxis.range]].map(([drawn, shown]) => [
            Math.min(...drawn) - shown[0], shown[1] - Math.max(...drawn),
          ]);
        }""",
        view,
    )
    for below, above in ends:
        assert below <= 1e-6
        assert above <= 1e-6


def test_the_legs_of_a_way_out_are_in_sight_once_it_has_played(open_page):
    page = drawn(open_page("/", viewport=(1366, 700)))
    page.locator(".stage").get_by_role("button", name="Escape →").first.click()
    legs = page.locator(".stage-sentences li[data-run=escape0]")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.locator(".stage-scrub").press("End")
    expect(legs).to_contain_text("2. ")
    expect(legs).to_be_in_viewport(ratio=0.99)
