"""Forced colours, more contrast, other directions of writing, and paper: nothing is lost."""

from __future__ import annotations

import layout
import pytest
from on_stage import drawn, two_frames
from playwright.sync_api import Page, expect

ON_THE_STAGE = (
    ".stage button:not(.stage-probe, .stage-handle, .modebar-btn, .stage-switch button), .stage-handle, .stage-switch"
)

WITHOUT_OUTLINE = """(nodes) => nodes.flatMap((node) => {
  if (!node.checkVisibility({ visibilityProperty: true })) return [];
  const { borderTopWidth, borderTopStyle } = getComputedStyle(node);
  return parseFloat(borderTopWidth) >= 1 && borderTopStyle !== 'none' ? [] : [node.outerHTML.slice(0, 120)];
})"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/convex_twin", "/race"])
def test_with_forced_colours_every_control_of_the_stage_has_an_outline(open_page, path, dark):
    page = drawn(open_page(path, dark=dark))
    page.emulate_media(forced_colors="active", color_scheme="dark" if dark else "light")
    two_frames(page)
    assert page.locator(ON_THE_STAGE).evaluate_all(WITHOUT_OUTLINE) == []


def background(page: Page, selector: str) -> str:
    """Return the colour behind an element's text."""
    return str(page.locator(selector).first.evaluate("(node) => getComputedStyle(node).backgroundColor"))


def test_with_forced_colours_what_is_chosen_differs_from_what_is_not_and_focus_is_seen(open_page):
    page = drawn(open_page("/"))
    page.emulate_media(forced_colors="active")
    two_frames(page)
    for kind in (".stage-switch button", ".controls-choice button"):
        assert background(page, f"{kind}[aria-checked=true]") != background(page, f"{kind}[aria-checked=false]")
    page.get_by_role("button", name="Add runs", exact=True).click()
    pressed = page.get_by_role("button", name="Add runs", exact=True)
    expect(pressed).to_have_attribute("aria-pressed", "true")
    assert background(page, ".stage-word[aria-pressed=true]") != background(
        page, ".stage-word:not([aria-pressed=true])"
    )
    page.keyboard.press("Tab")
    width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
    assert width >= 2


def test_with_forced_colours_axes_are_drawn_in_the_system_colour_of_text(open_page):
    page = drawn(open_page("/", dark=True))
    page.emulate_media(forced_colors="active", color_scheme="dark")
    page.wait_for_function(
        """() => {
          const pen = document.createElement('canvas').getContext('2d');
          pen.fillStyle = 'CanvasText';
          const { color } = document.querySelector('[data-view=outputs] .stage-plot')._fullLayout.font;
          return color.toLowerCase() === pen.fillStyle;
        }"""
    )
    marker = page.locator(".stage-marker").first
    assert marker.evaluate("(node) => getComputedStyle(node).forcedColorAdjust") == "none"


DIMMED = """() => [...document.querySelectorAll('body *')].filter((node) =>
  node.checkVisibility({ opacityProperty: true, visibilityProperty: true })
  && Number(getComputedStyle(node).opacity) < 1 && node.textContent.trim()
  && !node.matches('[disabled]') && !node.closest('svg, .modebar, .js-plotly-plot, [data-collapsed=true]')
  && !/^st|emotion/.test(node.className)).map((node) => node.outerHTML.slice(0, 100))"""


@pytest.mark.parametrize("path", ["/", "/convex_twin", "/dynamics", "/about"])
def test_with_more_contrast_no_text_of_ours_is_dimmed(open_page, path):
    page = open_page(path)
    expect(page.locator("h1.page-title")).to_be_visible()
    if path != "/about":
        drawn(page)
    page.emulate_media(contrast="more")
    two_frames(page)
    assert page.evaluate(DIMMED) == []


def test_with_more_contrast_the_grid_of_a_plot_is_clearer(open_page):
    page = drawn(open_page("/"))
    axis = "document.querySelector('[data-view=outputs] .stage-plot')._fullLayout.xaxis"
    grid = f"parseFloat({axis}.gridcolor.split(',')[3])"
    faint = page.evaluate(grid)
    page.emulate_media(contrast="more")
    page.wait_for_function(f"(faint) => {grid} > 3 * faint", arg=faint)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/", "/convex_twin", "/about"])
def test_from_right_to_left_nothing_leaves_the_page_and_pictures_stay(open_page, path, width):
    page = open_page(path, viewport=(width, 800))
    expect(page.locator("h1.page-title")).to_be_visible()
    if path != "/about":
        drawn(page)
    page.evaluate("document.documentElement.dir = 'rtl'")
    two_frames(page)
    assert layout.overflowing(page) == []
    kept = page.locator(".stage-plot, .stage-transport, math, .katex")
    assert kept.count() > 0
    assert set(kept.evaluate_all("(nodes) => nodes.map((node) => getComputedStyle(node).direction)")) == {"ltr"}


LEFT_OUT = (
    "[data-testid=stSidebar]",
    "[data-testid=stHeader]",
    ".stage-bar",
    ".stage-tools",
    ".stage-handle",
    ".stage-sentences button",
    ".lesson-button",
    "[data-testid=stPopover]",
)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [(703, 1032), (1032, 703)], ids=["portrait", "landscape"])
def test_on_paper_stand_pictures_and_sentences_that_fit_it(open_page, size, dark):
    page = drawn(open_page("/", viewport=(1280, 720), dark=dark))
    page.emulate_media(media="print", color_scheme="dark" if dark else "light")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_function("(width) => innerWidth === width", arg=size[0])
    two_frames(page)
    for selector in LEFT_OUT:
        assert not any(found.is_visible() for found in page.locator(selector).all()), selector
    ends = page.locator(".stage-plot .main-svg, .stage-sentences li").evaluate_all(
        "(nodes) => nodes.map((node) => node.getBoundingClientRect().right)"
    )
    assert ends
    assert max(ends) <= size[0] + 1
    for selector in ("[data-testid=stApp]", "[data-testid=stMain]"):
        assert background(page, selector) == "rgb(255, 255, 255)"
    text = page.locator("h1.page-title, .stage-text").evaluate_all(
        "(nodes) => nodes.map((n) => getComputedStyle(n).color)"
    )
    assert set(text) == {"rgb(31, 39, 48)"}
    assert page.pdf(format="A4", landscape=size[0] > size[1]).startswith(b"%PDF")


def test_on_paper_the_formulas_of_about_are_whole(open_page):
    page = open_page("/about", viewport=(703, 1032))
    expect(page.get_by_role("heading", name="The theorem")).to_be_visible()
    page.emulate_media(media="print")
    two_frames(page)
    ends = page.locator(".katex-display .base, td").evaluate_all(
        "(nodes) => nodes.map((n) => n.getBoundingClientRect().right)"
    )
    assert ends
    assert max(ends) <= 703
