"""The opening in a real browser: the runs play once, rest at the end, and yield to any touch."""

from __future__ import annotations

import pytest
from on_stage import (
    drawn,
    follow,
    frames_pass,
    into_stage,
    sentence,
    sentence_locator,
    step_shown,
    times_drawn,
    type_in,
)
from playwright.sync_api import Page, expect

AT_REST = "Stuck at loss 1.000"

WATCH = """() => {
  window.seen = [];
  window.said = [];
  window.mutations = 0;
  const live = '[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=log], output';
  const look = () => {
    const stage = document.querySelector('.stage');
    const step = stage?.querySelector('.stage-readout')?.textContent;
    if (stage?.dataset.opening && step !== window.seen.at(-1)) window.seen.push(step);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const node = target.nodeType === 1 ? target : target.parentElement;
      if (!node?.closest('.stage')) continue;
      window.mutations += 1;
      const region = node.closest(live);
      if (region) window.said.push([node.closest('.stage').dataset.opening, region.textContent]);
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
}"""


@pytest.fixture
def watched(open_page):
    """Open a page whose readout and announcements are written down from its first moment."""

    def opened(path: str = "/", *, reduced: bool = False) -> Page:
        page = open_page("/_stcore/health")
        page.emulate_media(reduced_motion="reduce" if reduced else "no-preference")
        page.add_init_script(f"({WATCH})()")
        page.goto(path)
        page.wait_for_selector(".stage[data-drawn]")
        return page

    return opened


def steps_seen(page: Page) -> list[int]:
    """Return every step that was shown since the page was opened."""
    return [int(text.split()[1].replace(",", "")) for text in page.evaluate("window.seen")]


def test_the_opening_plays_from_the_start_to_the_end_once_and_rests_there(watched, app_url):
    page = watched(app_url)
    expect(page.locator(".stage[data-opening=plays]")).to_be_visible()
    expect(page.get_by_role("button", name="Skip to the end")).to_be_visible()
    page.wait_for_selector(".stage[data-opening=done]")
    expect(sentence_locator(page)).to_contain_text(AT_REST)
    assert step_shown(page) == 475
    assert page.locator(".stage-in-motion").count() == 0
    steps = steps_seen(page)
    assert steps == sorted(steps)
    assert steps[0] == 0
    # Of the way that the runs go, nine tenths lie before step 57.
    assert len([step for step in steps if 0 < step < 57]) > 10
    assert "at=" not in page.url
    type_in(page, "y₁", "0.5")
    follow(page, "About")
    expect(page.get_by_role("heading", name="The theorem")).to_be_visible()
    follow(page, "Landscape")
    drawn(page)
    frames_pass(page, 20)
    assert page.locator(".stage-in-motion").count() == 0
    assert page.locator(".stage").get_attribute("data-opening") is None


def test_nothing_is_announced_while_runs_play_and_the_end_is_announced_once(watched, app_url):
    page = watched(app_url)
    page.wait_for_selector(".stage[data-opening=done]")
    expect(page.locator(".stage-said")).to_contain_text(AT_REST)
    assert page.evaluate("window.mutations") > 20
    said = page.evaluate("window.said")
    assert [state for state, _ in said] == ["done"]
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("parseInt(document.querySelector('.stage-readout').textContent.slice(5)) > 100")
    assert page.evaluate("window.said.length") == 1
    page.keyboard.press("Space")
    expect(page.locator(".stage-said")).to_contain_text("Run 1. step")
    assert page.evaluate("window.said.length") == 2


@pytest.mark.parametrize("touch", ["a key", "the wheel", "a press", "space", "its button"])
def test_any_touch_skips_the_opening_and_does_what_it_does_anyway(watched, app_url, touch):
    page = watched(app_url)
    page.wait_for_selector(".stage[data-opening=plays]")
    end = 475
    if touch == "a key":
        into_stage(page)
        page.keyboard.press("ArrowLeft")
        end = 474
    elif touch == "the wheel":
        page.mouse.wheel(0, 1)
    elif touch == "a press":
        page.get_by_role("button", name="Share", exact=True).click()
        expect(page.get_by_text("Opens exactly this picture.")).to_be_visible()
    elif touch == "space":
        into_stage(page)
        page.keyboard.press("Space")
    else:
        page.get_by_role("button", name="Skip to the end").click()
    expect(page.locator(".stage")).to_have_attribute("data-opening", "done")
    frames_pass(page, 5)
    assert step_shown(page) == end


@pytest.mark.parametrize(("path", "reduced"), [("/?at=20", False), ("/", True), ("/?run=none", False)])
def test_a_link_with_a_step_and_less_motion_open_at_rest(watched, app_url, path, reduced):
    page = watched(app_url + path, reduced=reduced)
    frames_pass(page, 10)
    drawn(page)
    assert len(set(steps_seen(page))) <= 1
    assert page.locator(".stage[data-opening=plays]").count() == 0
    if "at=20" in path:
        assert step_shown(page) == 20
        into_stage(page)
        page.keyboard.press("End")
        follow(page, "About")
        expect(page.get_by_role("heading", name="The theorem")).to_be_visible()
        follow(page, "Landscape")
        drawn(page)
        assert page.locator(".stage").get_attribute("data-opening") is None
    elif "none" not in path:
        assert AT_REST in sentence(page)


def test_a_document_that_was_opened_at_another_page_does_not_begin_to_play(watched, app_url):
    page = watched(f"{app_url}/dynamics")
    follow(page, "Landscape")
    expect(page.get_by_role("heading", name="Hidden convex landscape")).to_be_visible()
    page.wait_for_selector("[data-view=map]")
    drawn(page)
    assert page.locator(".stage").get_attribute("data-opening") is None


def test_a_state_that_comes_while_the_opening_plays_does_not_stop_it(watched, app_url):
    page = watched(app_url)
    page.wait_for_selector(".stage[data-opening=plays]")
    before = times_drawn(page)
    # Another theme draws every picture anew, as a state from the server does.
    page.evaluate(
        "document.querySelector('.stage').parentElement.style.setProperty('--st-background-color', '#fffffe')"
    )
    expect(page.locator(".stage")).not_to_have_attribute("data-drawn", before or "")
    assert page.locator(".stage").get_attribute("data-opening") == "plays"
    page.wait_for_selector(".stage[data-opening=done]")
    assert steps_seen(page) == sorted(steps_seen(page))
    assert AT_REST in sentence(page)
