"""A picture in words, and a landscape that is heard: as they follow what a visitor does."""

from __future__ import annotations

import pytest
from on_stage import drawn, redrawn, times_drawn
from playwright.sync_api import Locator, Page, expect

RECORDED = """
window.tones = [];
window.AudioContext = class {
  constructor() { Object.assign(this, { currentTime: 0, state: "running", destination: {} }); }
  resume() {}
  close() {}
  createOscillator() {
    const tone = {};
    window.tones.push(tone);
    const frequency = {
      setValueAtTime: (from, at) => Object.assign(tone, { from, at }),
      exponentialRampToValueAtTime: (to) => Object.assign(tone, { to }),
    };
    return { frequency, connect: (next) => next, start() {}, stop() {} };
  }
  createGain() {
    return { gain: { setValueAtTime() {}, linearRampToValueAtTime() {} }, connect: (next) => next };
  }
  createStereoPanner() { return { pan: {}, connect: (next) => next }; }
};
null
"""
"""Takes the place of what plays tones: it keeps when each would begin and at which frequency."""


def described(page: Page, view: str) -> Locator:
    return page.locator(f"[data-view={view}] .stage-description")


def tones(page: Page, since: int = 0) -> list[float]:
    """Return the frequencies of what was played, in Hz, in order."""
    return [tone["from"] for tone in page.evaluate("window.tones")[since:]]


@pytest.fixture
def heard(open_page) -> Page:
    """The front page at rest, with a recorder in place of its sounds, which are on."""
    page = open_page()
    drawn(page)
    page.evaluate(RECORDED)
    page.get_by_role("button", name="Sound", exact=True).click()
    expect(page.get_by_role("button", name="Sound")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".stage-said")).to_contain_text("The higher the loss, the higher the tone.")
    return page


def test_the_loss_landscape_is_described_with_where_runs_get_stuck(open_page):
    page = drawn(open_page())
    expect(described(page, "map")).to_be_hidden()
    button = page.get_by_role("button", name="Describe Loss landscape")
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    text = described(page, "map").inner_text()
    for part in (
        "The global minimum, loss 0, is at (2, −1) and at (−1, 2).",
        "Runs get stuck on the segment (2, 0) to (0, 2), at loss 1.",
        "stand at w₁ = 0 and w₂ = 0.",
        "Run 1 began at (2.45, 2.25) and ended at (1.1, 0.9). Stuck at loss 1.000",
        "Run 2 began at (3, −0.5) and ended at (2, −1). Reached the best",
    ):
        assert part in text
    expect(page.locator(".stage-said")).to_contain_text("loss 0, is at (2, minus 1) and at (minus 1, 2)")
    button.click()
    expect(described(page, "map")).to_be_hidden()


def test_a_description_follows_the_data_and_the_playhead(open_page):
    page = drawn(open_page())
    page.get_by_role("button", name="Describe Network outputs").click()
    outputs = described(page, "outputs")
    expect(outputs).to_contain_text("Run 1 has slope 2 right of 0 and 0 left of it and misses point 1 by 1, too low.")
    expect(outputs).to_contain_text("Run 2 has slope 2 right of 0 and −1 left of it and goes through every point.")
    page.get_by_role("button", name="Describe Loss landscape").click()
    page.get_by_label("Step", exact=True).focus()
    page.keyboard.press("Home")
    expect(described(page, "map")).to_contain_text(
        "Run 1 began at (2.45, 2.25) and is at (2.45, 2.25) at step 0, loss 8.29."
    )
    page.keyboard.press("End")
    before = times_drawn(page)
    field = page.get_by_role("spinbutton", name="y₂")
    field.fill("3")
    field.press("Enter")
    redrawn(page, before)
    expect(described(page, "map")).to_contain_text("The global minimum, loss 0, is at (3, −1) and at (−1, 3).")
    expect(outputs).to_contain_text("Run 1 has slope 3 right of 0")


def test_one_neuron_too_few_has_no_global_minimum_and_a_key_describes(open_page):
    page = drawn(open_page("/?m=1&x=-1,1&y=1,2&run=gd:0.05:-2&run=gd:0.05:2"))
    page.locator("[data-view=curve]").hover()
    page.keyboard.press("d")
    expect(described(page, "curve")).to_contain_text("The best that 1 neuron can do, loss 1, is at 2.")
    expect(described(page, "curve")).to_contain_text("Runs get stuck at −1, at loss 4.")
    page.keyboard.press("d")
    expect(described(page, "curve")).to_be_hidden()


@pytest.mark.parametrize("path", ["/convex_twin", "/dynamics", "/race", "/beyond"])
def test_every_picture_of_every_page_can_be_described(open_page, path):
    page = drawn(open_page(path))
    buttons = page.get_by_role("button", name="Describe ")
    views = page.locator(".stage-view").count()
    assert buttons.count() == views > 0
    for k in range(views):
        buttons.nth(k).click()
        expect(page.locator(".stage-view").nth(k).locator(".stage-description")).not_to_be_empty()


def test_a_run_that_falls_is_heard_falling_and_its_end_is_told_apart(heard):
    before = len(tones(heard))
    heard.get_by_role("button", name="Play", exact=True).click()
    heard.wait_for_function("() => window.tones.some(({ at }) => at > 0.5)")
    played = heard.evaluate("window.tones")[before:]
    assert [tone["from"] for tone in played[-5:]] == [110, 110, 523, 659, 784], "stuck, then the optimum"
    first, second = ([tone["from"] for tone in played[k:-5:2]] for k in (0, 1))
    assert min(len(first), len(second)) > 5
    for falling in (first, second):
        assert falling == sorted(falling, reverse=True)
        assert falling[0] > falling[-1]
    assert first[-1] > second[-1], "the run that is stuck stays above the other"


def test_a_slice_is_heard_along_the_crosshair(heard):
    probe = heard.locator("[data-view=map] .stage-probe")
    probe.focus()
    # From (2, 2) down to (2, 0), where the segment of local minima begins, and on to the optimum at (2, −1).
    before = len(tones(heard))
    for _ in range(15):
        heard.keyboard.press("ArrowDown")
    down = tones(heard, before)
    assert 2400 in down, "the wall"
    assert down[down.index(523) :][:3] == [523, 659, 784], "the optimum"
    assert 110 in down[: down.index(523)], "the segment where runs get stuck"
    towards = down[: down.index(110)]
    assert towards == sorted(towards, reverse=True)
    expect(probe).to_have_attribute("aria-valuetext", "Weights 2 and −1 give the slopes u₁ = 2, u₂ = −1, loss 0")


def test_nothing_is_heard_before_it_is_asked_for_nor_after(heard):
    heard.get_by_role("button", name="Sound", exact=True).click()
    expect(heard.get_by_role("button", name="Sound")).to_have_attribute("aria-pressed", "false")
    before = len(tones(heard))
    heard.locator("[data-view=map] .stage-probe").focus()
    heard.keyboard.press("ArrowLeft")
    heard.get_by_label("Step", exact=True).focus()
    heard.keyboard.press("Home")
    expect(heard.locator(".stage-readout")).to_contain_text("step 0")
    assert len(tones(heard)) == before


def test_a_finger_scrubs_while_sound_is_on(open_page):
    page = drawn(open_page(viewport=(390, 844), touch=True))
    page.evaluate(RECORDED)
    page.get_by_role("button", name="Sound", exact=True).click()
    before = len(tones(page))
    frame = page.locator("[data-view=map] .stage-frame")
    frame.scroll_into_view_if_needed()
    expect(frame).to_have_css("touch-action", "none")
    box = frame.bounding_box()
    assert box is not None
    session = page.context.new_cdp_session(page)
    for k, kind in enumerate(("touchStart", "touchMove", "touchMove", "touchMove", "touchEnd")):
        at = {"x": box["x"] + box["width"] * (0.4 + 0.05 * k), "y": box["y"] + box["height"] / 3}
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [] if kind == "touchEnd" else [at]})
    page.wait_for_function("(before) => window.tones.length > before", arg=before)
