"""The front page without a pointer: by the keyboard alone, and as a screen reader hears it.

A run is started, where it was caught is heard, it is let escape, and the page *Convex twin* is opened. A control is
found by its name, however many others stand before it.
"""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from on_stage import VIEWS, step_shown, times_drawn
from playwright.sync_api import Page, expect
from screen_reader import ScreenReader

CAUGHT = r"Run 1\. Stuck at loss "
"""What is said of a run that was caught, up to the loss at which it was."""


@pytest.fixture
def page(open_page) -> Page:
    """The front page, at rest: a key that does nothing else has ended its opening."""
    page = open_page()
    page.wait_for_selector(".stage[data-drawn]")
    page.keyboard.press("Shift")
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.locator(".stage-in-motion")).to_have_count(0)
    return page


def type_over(page: Page, number: str) -> None:
    """Put a number in place of what the field that has the focus holds."""
    before = times_drawn(page)
    page.keyboard.press("Control+A")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    expect(page.locator(".stage")).not_to_have_attribute("data-drawn", before or "")


def played_to_the_end(page: Page) -> None:
    """Wait until runs that play have come to rest at their last step."""
    page.wait_for_function("""() => {
      const [, at, , last] = document.querySelector(".stage-readout").textContent.split(" ");
      return at === last && !document.querySelector(".stage-in-motion");
    }""")


def test_by_the_keyboard_alone(page):
    reader = ScreenReader(page)

    # A run is started at another place.
    field = reader.tab_to("spinbutton", "^Run 1 starts at w₁$")
    assert float(field.value) == pytest.approx(2.45)
    type_over(page, "1.5")
    assert "at loss 1.000, and the best is 0. Both neurons act right of 0" in reader.hears(CAUGHT)
    focused = reader.focused
    assert focused is not None
    assert (focused.name, focused.value) == (field.name, "1.5"), "the focus stays where it was"

    # It is played, from the beginning, in silence until it rests.
    heard = len(reader.announced)
    slider = reader.tab_to("slider", "^Step$")
    assert re.fullmatch(r"step (\S+) of \1", slider.value)
    page.keyboard.press("Home")
    reader.hears(r"Run 1\. .*[Ss]tep 0", heard)
    heard = len(reader.announced)
    reader.tab_to("button", "^Play$", backwards=True)
    page.keyboard.press("Enter")
    expect(page.locator(".stage-in-motion")).to_have_count(1)
    focused = reader.focused
    assert focused is not None
    assert focused.name == "Pause", "the same button stops it"
    played_to_the_end(page)
    reader.hears(CAUGHT, heard)
    assert [text for text in reader.announced[heard:] if text.startswith("Run 1")] == [reader.hears(CAUGHT, heard)]
    focused = reader.focused
    assert focused is not None
    assert focused.name == "Play"

    # It is let escape.
    heard, before = len(reader.announced), times_drawn(page)
    reader.tab_to("button", "[Ee]scape")
    page.keyboard.press("Enter")
    redrawn_by_keys(page, before)
    assert "falls from 1.000 to 0" in reader.hears("Way out of Run 1", heard)
    assert len([text for text in reader.announced[heard:] if "Way out of Run 1" in text]) == 1
    assert page.locator("li[data-run=escape0]").count() == 1

    # The page Convex twin is opened.
    link = reader.tab_to("link", "^Convex twin$", backwards=True)
    assert link.states["focusable"]
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Convex twin", level=1, exact=True)).to_be_visible()
    expect(page).to_have_title(re.compile("^Convex twin"))
    page.wait_for_selector(".stage[data-drawn]")
    expect(page.locator(".stage-sentences li").first).to_contain_text("No network of this kind, of any width")


def redrawn_by_keys(page: Page, before: str | None) -> None:
    """Wait until the stage has drawn again and nothing moves any more."""
    expect(page.locator(".stage")).not_to_have_attribute("data-drawn", before or "")
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.locator(".stage-in-motion")).to_have_count(0)


def test_as_a_screen_reader_hears_it(page):
    reader = ScreenReader(page)

    # The page says what is on it: by headings, by pictures with what they show, by a list of what happened.
    levels = [(node.states["level"], node.name) for node in reader.all_of("heading")]
    assert levels[0] == (1, "Hidden convex landscape")
    assert [name for level, name in levels if level == 2 and name in VIEWS] == list(VIEWS)
    for before, after in pairwise(levels):
        assert after[0] <= before[0] + 1, f"{after} stands below {before}"
    pictures = [node.name for node in reader.all_of("image", f"^({'|'.join(VIEWS)})\\.")]
    assert [name.split(".")[0] for name in pictures] == list(VIEWS)
    assert all(re.search(r"\d", name) for name in pictures), "each says numbers of what it shows"
    (told,) = reader.texts_below("list", "^What happened$")
    assert re.search(CAUGHT + r"1\.000", told)
    assert reader.all_of("main")
    assert reader.all_of("link", "^Convex twin$")

    # The caught run is started anew, and heard.
    play = reader.all_of("button", "^Play$")
    assert len(play) == 1
    heard = len(reader.announced)
    reader.use("button", "^Play$")
    expect(page.locator(".stage-in-motion")).to_have_count(1)
    assert [node.name for node in reader.all_of("button", "^(Play|Pause)$")] == ["Pause"]
    played_to_the_end(page)
    assert "1.000, and the best is 0." in reader.hears(CAUGHT, heard)
    assert step_shown(page) == 475
    after_play = reader.announced[heard:]
    assert len([text for text in after_play if "Run 1" in text]) == 1, "what moved on the way was not read out"

    # It is let escape: the way out joins what happened.
    heard, before = len(reader.announced), times_drawn(page)
    reader.use("button", "[Ee]scape")
    redrawn_by_keys(page, before)
    way = reader.hears("Way out of Run 1", heard)
    assert "falls from 1.000 to 0" in way
    (told,) = reader.texts_below("list", "^What happened$")
    assert "falls from 1.000 to 0" in told
    assert reader.all_of("button", "^Hide the way out$")

    # The page Convex twin is opened, and says what it is.
    reader.use("link", "^Convex twin$")
    expect(page.get_by_role("heading", name="Convex twin", level=1, exact=True)).to_be_visible()
    page.wait_for_selector(".stage[data-drawn]")
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
    assert [node.name for node in reader.all_of("heading") if node.states["level"] == 1] == ["Convex twin"]
    (told,) = reader.texts_below("list", "^What happened$")
    assert "No network of this kind, of any width" in told
    root = reader.tree()[0]
    assert (root.role, root.name.split(" ")[0]) == ("RootWebArea", "Convex")
