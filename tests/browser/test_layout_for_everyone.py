"""Every page on a phone, a tablet and a desktop, at a large zoom, with wide spacing, and on paper."""

from __future__ import annotations

import re
from collections.abc import Callable

import layout
import pytest
from on_stage import drawn, frames_pass, handle, place, previews, times_drawn, two_frames, wait_for_preview
from playwright.sync_api import Page, expect

from landscape.web.beyond.settings import SETTINGS

PATHS = (
    "/",
    "/convex_twin",
    "/dynamics",
    "/race",
    "/lecture",
    "/about",
    *(f"/beyond?tab={name}" for name in SETTINGS),
)

WIDTHS = {"small phone": (320, 640), "phone": (390, 844), "tablet": (820, 1180), "desktop": (1280, 720)}

ZOOMED = (320, 256)
"""A window of 1280 by 1024 pixels at 400 % zoom."""

OFTEN = (
    ".stage-transport button:not([hidden]), .stage-action, .stage-handle, .lesson-button, .st-key-menu a, "
    "[data-testid=stExpandSidebarButton], [data-testid=stPopover] button, [role=tab]"
)
"""What a finger touches often."""


def at_rest(page: Page) -> Page:
    """Wait until a page has nothing left to do."""
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.locator("h1.page-title")).to_be_visible()
    if "/about" not in page.url:
        drawn(page)
    page.wait_for_function(
        """() => document.getAnimations().every(
          (moving) => moving.playState !== 'running' || moving.effect.getTiming().iterations === Infinity
        )"""
    )
    two_frames(page)
    return page


def is_collapsed(page: Page, *, collapsed: bool) -> None:
    """Wait until the sidebar is closed, or open."""
    sidebar = page.locator("[data-testid=stSidebar]")
    if collapsed:
        expect(sidebar).to_have_attribute("data-collapsed", "true")
    else:
        expect(sidebar).not_to_have_attribute("data-collapsed", "true")


SIZED = """(width) => innerWidth === width && [...document.querySelectorAll('.stage-plot')].every(
  (plot) => !plot._fullLayout || !plot.offsetParent || Math.abs(plot._fullLayout.width - plot.clientWidth) < 1)"""


def once_drawn(page: Page, what: Callable[[Page], list[str]]) -> list[str]:
    """Return what is found once pictures and handles have followed a change of size: nothing, or what stays."""
    found = what(page)
    for _ in range(30):
        if not found:
            break
        frames_pass(page, 5)
        found = what(page)
    return found


def measured(page: Page, what: Callable[[Page], list[str]]) -> dict[str, list[str]]:
    """Return what is found at each width, where anything is."""
    found = {}
    for name, (width, height) in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(SIZED, arg=width)
        found[name] = once_drawn(at_rest(page), what)
    return {name: list(dict.fromkeys(lines)) for name, lines in found.items() if lines}


@pytest.mark.parametrize("path", PATHS)
def test_nothing_has_to_be_scrolled_sideways_and_no_target_is_too_small(open_page, path):
    page = at_rest(open_page(path, viewport=WIDTHS["desktop"]))
    assert measured(page, layout.overflowing) == {}
    assert measured(page, layout.small_targets) == {}


@pytest.mark.parametrize("path", PATHS)
def test_wider_spacing_of_text_cuts_nothing_off(open_page, path):
    page = at_rest(open_page(path, viewport=WIDTHS["desktop"]))
    page.add_style_tag(content=layout.TEXT_SPACING)
    assert measured(page, layout.cut_off) == {}


@pytest.mark.parametrize("path", PATHS)
def test_at_400_percent_zoom_nothing_that_stays_covers_a_third_of_the_window(open_page, path):
    page = at_rest(open_page(path, viewport=ZOOMED))
    for share in (0, 0.5, 1):
        page.locator("[data-testid=stMain]").evaluate(
            "(node, share) => { node.scrollTop = share * node.scrollHeight; }", share
        )
        two_frames(page)
        assert {name: covered for name, covered in layout.covering(page).items() if covered > 1 / 3} == {}
    assert layout.overflowing(page) == []


@pytest.mark.parametrize("path", PATHS)
def test_what_a_finger_touches_often_has_44_pixels(open_page, path):
    page = at_rest(open_page(path, viewport=WIDTHS["phone"], touch=True))
    small = page.locator(OFTEN).evaluate_all(
        """(nodes, least) => nodes.filter((node) => node.checkVisibility({ visibilityProperty: true })
          && !node.closest('[data-collapsed=true]')).flatMap((node) => {
          const { width, height } = node.getBoundingClientRect();
          const name = node.getAttribute('aria-label') ?? node.textContent;
          return Math.min(width, height) < least - .5 ? [`${name}: ${width} x ${height}`] : [];
        })""",
        layout.OFTEN,
    )
    assert small == []


def test_handles_stand_on_their_points_after_the_window_was_narrowed(open_page):
    page = at_rest(open_page("/", viewport=WIDTHS["desktop"]))
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(SIZED, arg=390)
    two_frames(page)
    x, y = middle(page, "data1")
    assert (x, y) == pytest.approx(place(page, "outputs", 1, 2), abs=1.5)


def test_the_sidebar_is_closed_at_first_on_a_tablet_and_can_be_opened(open_page):
    page = at_rest(open_page("/", viewport=WIDTHS["tablet"]))
    is_collapsed(page, collapsed=True)
    page.locator("[data-testid=stExpandSidebarButton]").click()
    is_collapsed(page, collapsed=False)
    page.get_by_role("link", name="About", exact=True).click()
    expect(page.get_by_role("heading", name="The theorem")).to_be_visible()
    is_collapsed(page, collapsed=False)
    assert layout.overflowing(at_rest(page)) == []


def test_from_900_pixels_on_the_sidebar_stands_beside_the_page(open_page):
    page = at_rest(open_page("/", viewport=(900, 720)))
    is_collapsed(page, collapsed=False)


def test_the_drawer_takes_the_focus_and_escape_gives_it_back(open_page):
    page = at_rest(open_page("/", viewport=WIDTHS["phone"], touch=True))
    opener = page.locator("[data-testid=stExpandSidebarButton]")
    opener.focus()
    page.keyboard.press("Enter")
    is_collapsed(page, collapsed=False)
    expect(page.locator("[data-testid=stSidebarCollapseButton] button")).to_be_focused()
    expect(page.locator("[data-testid=stMain]")).to_have_attribute("inert", "")
    page.keyboard.press("Escape")
    is_collapsed(page, collapsed=True)
    expect(opener).to_be_focused()
    assert page.locator("[data-testid=stMain]").get_attribute("inert") is None


def test_the_drawer_closes_after_a_choice_and_what_lay_beneath_can_be_used(open_page):
    page = at_rest(open_page("/", viewport=WIDTHS["phone"], touch=True))
    page.locator("[data-testid=stExpandSidebarButton]").tap()
    is_collapsed(page, collapsed=False)
    page.get_by_role("link", name="Dynamics", exact=True).tap()
    is_collapsed(page, collapsed=True)
    expect(page.get_by_role("heading", name="Dynamics", level=1)).to_be_visible()
    for beneath in ("[data-testid=stMain]", "[data-testid=stHeader]"):
        expect(page.locator(beneath)).not_to_have_attribute("inert", "")
    assert page.evaluate("document.activeElement !== document.body")


def finger(page: Page) -> Callable[[str, float, float], None]:
    """Return what sends a finger's touches to a page."""
    session = page.context.new_cdp_session(page)

    def send(kind: str, x: float, y: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return send


def middle(page: Page, name: str) -> tuple[float, float]:
    """Return where a handle is on the screen, once it stands in the middle of that."""
    node = handle(page, name)
    node.evaluate("(node) => node.scrollIntoView({ block: 'center' })")
    two_frames(page)
    box = node.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"


def test_a_swipe_that_begins_on_a_handle_scrolls_the_page(open_page):
    page = at_rest(open_page("/", viewport=WIDTHS["phone"], touch=True))
    x, y = middle(page, "data0")
    before, scrolled, label = (
        times_drawn(page),
        page.evaluate(SCROLLED),
        handle(page, "data0").get_attribute("data-label"),
    )
    touch = finger(page)
    touch("touchStart", x, y)
    for k in range(1, 9):
        touch("touchMove", x, y - 20 * k)
    page.wait_for_function(f"(scrolled) => {SCROLLED} > scrolled + 60", arg=scrolled)
    touch("touchEnd", x, y - 160)
    two_frames(page)
    assert handle(page, "data0").get_attribute("data-label") == label
    assert times_drawn(page) == before


@pytest.mark.parametrize("way", ["after a rest", "to the side"])
def test_a_finger_drags_a_handle_after_a_rest_or_to_the_side_and_the_page_stays(open_page, way):
    page = at_rest(open_page("/", viewport=WIDTHS["phone"], touch=True))
    x, y = middle(page, "data0")
    scrolled, shown = page.evaluate(SCROLLED), previews(page)
    touch = finger(page)
    touch("touchStart", x, y)
    if way == "after a rest":
        expect(handle(page, "data0")).to_have_class(re.compile("stage-held"))
    step = (0, -8) if way == "after a rest" else (10, -2)
    for k in range(1, 6):
        touch("touchMove", x + step[0] * k, y + step[1] * k)
    wait_for_preview(page, shown)
    assert page.evaluate(SCROLLED) == scrolled
    touch("touchEnd", x, y)
    expect(page.locator(".stage-held")).to_have_count(0)


@pytest.mark.parametrize("path", ["/", "/about"])
def test_the_formulas_are_whole_on_a_tablet(open_page, path):
    page = at_rest(open_page(path, viewport=WIDTHS["tablet"]))
    if path == "/":
        page.locator(".stage").get_by_role("button", name="Formulas", exact=True).click()
        expect(page.locator(".stage-lines math").first).to_be_visible()
    formulas = page.locator(".stage-lines math, .katex-display > .katex > .katex-html > .base")
    ends = formulas.evaluate_all("(nodes) => nodes.map((node) => node.getBoundingClientRect().right)")
    assert ends
    assert max(ends) <= WIDTHS["tablet"][0]
    assert layout.overflowing(page) == []
