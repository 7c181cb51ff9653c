"""The front page in other browsers than Chromium: it draws, is dragged, plays, lets a run escape, and leads on.

What is shared of the tests fails these too for any error of a page.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import firefox
import pytest
import webkit
from conftest import TIMEOUT_MS
from on_stage import (
    VIEWS,
    drawn,
    frames_seen,
    press,
    previews,
    redrawn,
    sentence,
    sentence_locator,
    step_shown,
    taken,
    times_drawn,
    trace,
    two_frames,
    type_in,
    wait_for_preview,
    watch_frames,
)
from PIL import Image
from playwright.sync_api import Browser, Page, expect


@pytest.fixture(scope="module", params=["firefox", "webkit"])
def browser(request, playwright, tmp_path_factory) -> Iterator[Browser]:
    """The browser that these tests are about, in place of Chromium; they are skipped where it is not here."""
    if request.param == "firefox":
        path = firefox.find() or pytest.skip(firefox.MISSING)
        started = firefox.launch(playwright, path, tmp_path_factory.mktemp("firefox"), TIMEOUT_MS)
    else:
        path = webkit.find(playwright) or pytest.skip(webkit.MISSING)
        started = playwright.webkit.launch(executable_path=path, timeout=TIMEOUT_MS)
    yield started
    started.close()


def colours_on(page: Page, view: str) -> int:
    """Return how many colours the browser shows where a view is, as a photograph of the window has them."""
    box = page.locator(f"[data-view={view}] .stage-plot").bounding_box()
    assert box is not None
    with Image.open(io.BytesIO(page.screenshot())) as window:
        x, y, width, height = (round(box[side]) for side in ("x", "y", "width", "height"))
        part = window.convert("RGB").crop((x, y, x + width, y + height))
        return len(part.getcolors(part.width * part.height))


def test_the_first_picture_is_drawn(open_page):
    page = drawn(open_page())
    for name in VIEWS:
        expect(page.get_by_role("img", name=re.compile(f"^{name}"))).to_be_visible()
    assert "Stuck at loss 1.000, and the best is 0." in sentence(page)
    assert "Reached the best" in sentence(page, "run1")
    assert sorted(trace(page, "map", "optimum")[0]) == [-1, 2]
    assert all(colours_on(page, view) > 200 for view in ("map", "twin"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_dragged_data_point_is_followed_and_no_frame_is_blank_though_sentences_wrap_anew(open_page):
    page = drawn(open_page("/?starts=2", viewport=(1366, 900)))
    before, first = times_drawn(page), sentence(page)
    x, y = taken(page, "data0")
    shown = previews(page)
    page.mouse.move(x + 4, y + 4)
    wait_for_preview(page, shown)
    watch_frames(page)
    for k in range(40):
        page.mouse.move(x + 30 + 20 * math.sin(k / 6), y + 40 * math.sin(k / 9))
        two_frames(page)
        if k in (12, 26):  # a sentence that wraps anew, whatever the words of the runs are here
            page.evaluate(
                "(width) => { document.querySelector('.stage-sentences').style.paddingRight = width; }", f"{k * 8}px"
            )
            assert all(colours_on(page, view) > 200 for view in ("map", "twin"))
    seen = frames_seen(page)
    expect(sentence_locator(page)).not_to_have_text(first)
    page.mouse.up()
    redrawn(page, before)
    assert seen["count"] >= 40
    assert (seen["blank"], seen["at_rest"]) == (0, 0)
    x_linked, y_linked = (parse_qs(urlsplit(page.url).query)[name][0].split(",")[0] for name in "xy")
    assert f"x = {float(x_linked):.2g}".replace("-", "−") in sentence(page)
    assert f"loss {float(y_linked) ** 2:.3f}" in sentence(page)
    press(page, "Undo (Ctrl+Z)")
    assert sentence(page) == first


def test_runs_play_to_their_end_and_the_caught_one_escapes(open_page):
    page = drawn(open_page())
    at_rest = sentence(page)
    page.get_by_label("Speed").select_option("10")
    page.get_by_role("slider", name="Step", exact=True).fill("0")
    assert step_shown(page) == 0
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("parseInt(document.querySelector('.stage-readout').textContent.slice(5)) > 0")
    expect(page.locator(".stage-readout")).to_contain_text("475 of 475")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(sentence_locator(page)).to_have_text(at_rest)
    drawn(page)
    before = times_drawn(page)
    page.locator("li[data-run=run0]").get_by_role("button", name="Escape").click()
    redrawn(page, before)
    expect(sentence_locator(page, "escape0")).to_contain_text("falls from 1.000 to 0")
    assert trace(page, "losses", "escape0-line")[1][-1] <= 1e-9


def test_a_number_is_typed_and_the_menu_leads_to_the_convex_twin(open_page):
    page = drawn(open_page())
    type_in(page, "y₁", "0.5")
    assert "Stuck at loss 0.2500, and the best is 0." in sentence(page)
    page.get_by_role("link", name="Convex twin", exact=True).click()
    expect(page.get_by_role("heading", name="Convex twin", exact=True)).to_be_visible()
    drawn(page)
    expect(page.locator(".stage-sentences li").first).to_contain_text("No network of this kind, of any width")
    page.go_back()
    expect(page.get_by_role("heading", name="Hidden convex landscape")).to_be_visible()
    assert "Stuck at loss 0.2500" in sentence(drawn(page))


def test_the_surface_is_drawn_in_three_dimensions(open_page):
    page = drawn(open_page("/?surface=surface"))
    page.wait_for_function("!!document.querySelector('[data-view=relief] .stage-plot')._fullLayout?.scene?._scene")
    assert colours_on(page, "relief") > 200
