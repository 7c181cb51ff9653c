"""What is heard of the stage in a real browser whose synthesiser writes down what it would play."""

from __future__ import annotations

import re
from typing import Any

import pytest
from on_stage import drawn, frames_pass, place
from playwright.sync_api import Page, expect

RECORDER = """
  window.played = [];
  let number = 0;
  class Value {
    constructor(owner, name) { Object.assign(this, { owner, name, value: 0 }); }
    note(how, value, time) { window.played.push({ of: this.owner.number, name: this.name, how, value, time }); }
    setValueAtTime(value, time) { this.note("set", value, time); }
    linearRampToValueAtTime(value, time) { this.note("line", value, time); }
    exponentialRampToValueAtTime(value, time) { this.note("glide", value, time); }
    setTargetAtTime(value, time) { this.note("to", value, time); }
    cancelScheduledValues(time) { this.note("cancel", null, time); }
  }
  class Node {
    constructor() {
      this.number = number += 1;
      for (const name of ["frequency", "gain", "pan"]) this[name] = new Value(this, name);
    }
    connect() {}
    start(time) { window.played.push({ of: this.number, name: "start", time }); }
    stop(time) { window.played.push({ of: this.number, name: "stop", time: time ?? null }); }
  }
  window.AudioContext = class {
    constructor() {
      window.contexts = (window.contexts ?? 0) + 1;
      Object.assign(this, { destination: {}, began: performance.now() });
    }
    get currentTime() { return (performance.now() - this.began) / 1000; }
    resume() { return Promise.resolve(); }
    close() { window.played.push({ name: "closed" }); return Promise.resolve(); }
    createOscillator() { return new Node(); }
    createGain() { return new Node(); }
    createStereoPanner() { return new Node(); }
  };
"""

STUCK, CHORD = 110, [523.25, 659.25, 783.99]


def recorded(open_page: Any, path: str = "/", **how: Any) -> Page:
    """Open a page whose synthesiser records, and wait until it has said what happened."""
    page = open_page("/about", **how)
    page.add_init_script(RECORDER)
    page.goto(page.url.removesuffix("/about") + path)
    drawn(page)
    expect(page.locator(".stage-said")).to_contain_text("Run 1.")
    return page


def played(page: Page) -> list[dict[str, Any]]:
    return page.evaluate("window.played")


def forget(page: Page) -> None:
    page.evaluate("window.played = []")


def pitches(page: Page) -> list[float]:
    """Return the pitches that begin to sound, in their order."""
    found = sorted((e for e in played(page) if e["name"] == "frequency" and e["how"] == "set"), key=lambda e: e["time"])
    return [event["value"] for event in found]


def wait_for_pitch(page: Page, pitch: float) -> None:
    page.wait_for_function(
        "(pitch) => window.played.some((e) => e.name === 'frequency' && Math.abs(e.value - pitch) < 0.5)", arg=pitch
    )


def turn_on(page: Page) -> None:
    page.get_by_role("button", name="Sound", exact=True).click()
    expect(page.get_by_role("button", name="Sound", exact=True)).to_have_attribute("aria-pressed", "true")


def test_nothing_is_made_before_it_is_turned_on_and_a_key_does_so(open_page):
    page = recorded(open_page)
    page.get_by_role("button", name="One step back").click()
    frames_pass(page, 3)
    assert page.evaluate("window.contexts ?? 0") == 0
    page.locator("[data-view=map] .stage-plot").hover()
    page.keyboard.press("s")
    expect(page.locator(".stage-said")).to_contain_text("Sound is on. Higher is a higher loss, on a logarithmic scale.")
    assert page.evaluate("window.contexts") == 1
    page.keyboard.press("s")
    expect(page.locator(".stage-said")).to_have_text("Sound is off.")
    assert played(page)[-1] == {"name": "closed"}
    forget(page)
    page.get_by_role("button", name="One step back").click()
    frames_pass(page, 3)
    assert played(page) == []
    page.reload()
    drawn(page)
    expect(page.get_by_role("button", name="Sound", exact=True)).to_have_attribute("aria-pressed", "false")


def test_runs_that_fall_are_heard_to_fall_and_end_with_their_tones(open_page):
    page = recorded(open_page)
    turn_on(page)
    page.get_by_label("Speed").select_option("5")
    forget(page)
    page.get_by_role("button", name="Play", exact=True).click()
    wait_for_pitch(page, CHORD[-1])
    events = played(page)
    first_tone = min(e["time"] for e in events if e["name"] == "frequency" and e["value"] == STUCK)
    held: dict[int, list[float]] = {}
    for event in events:
        if event["name"] == "frequency" and event["time"] < first_tone - 0.04:
            held.setdefault(event["of"], []).append(event["value"])
    assert len(held) == 2, "two runs"
    for heard in held.values():
        assert len(heard) > 3
        assert heard == sorted(heard, reverse=True)
        assert heard[-1] < 0.7 * heard[0]
    after = [p for p in pitches(page) if p == STUCK or p in CHORD]
    assert after == [STUCK, STUCK, *CHORD], "run 1 is stuck, run 2 at the optimum"
    gains = [e for e in events if e["name"] == "gain" and e.get("how") == "line" and e["value"] > 0]
    assert all(event["value"] <= 1 / 3 for event in gains)


def test_a_step_is_heard_and_a_pause_is_silent(open_page):
    page = recorded(open_page)
    turn_on(page)
    page.keyboard.press("Home")
    forget(page)
    page.get_by_role("button", name="One step forward").click()
    page.wait_for_function("window.played.filter((e) => e.name === 'start').length === 2")
    one = pitches(page)
    forget(page)
    page.get_by_role("button", name="One step forward").click()
    page.wait_for_function("window.played.filter((e) => e.name === 'start').length === 2")
    assert all(later < before for later, before in zip(pitches(page), one, strict=True))
    page.get_by_label("Speed").select_option("0.1")
    forget(page)
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("window.played.some((e) => e.name === 'start')")
    page.get_by_role("button", name="Pause", exact=True).click()
    page.wait_for_function("window.played.filter((e) => e.name === 'stop').length === 2")


def focus_crosshair(page: Page, view: str) -> None:
    page.locator(f"[data-view={view}] .stage-probe").focus()


def test_keys_over_the_map_sound_its_loss_walls_and_stuck_places(open_page):
    page = recorded(open_page)
    turn_on(page)
    focus_crosshair(page, "map")  # at three quarters, w₁ = w₂ = 2
    probe = page.locator("[data-view=map] .stage-probe")
    forget(page)
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    expect(probe).to_have_attribute(
        "aria-valuetext", re.compile(r"^Weights 1\.2 and 2 give the slopes .*, loss 2\.44$")
    )
    falling = pitches(page)
    assert falling == sorted(falling, reverse=True)
    assert len(falling) == 4
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    wait_for_pitch(page, STUCK)
    forget(page)
    page.keyboard.press("ArrowLeft")
    expect(probe).to_have_attribute("aria-valuetext", re.compile(r"^Weights −0\.2 and 2 "))
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    wait_for_pitch(page, CHORD[0])
    assert STUCK not in pitches(page)


def test_notes_that_follow_each_other_fast_do_not_add_up(open_page):
    page = recorded(open_page)
    turn_on(page)
    focus_crosshair(page, "map")
    forget(page)
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    events = played(page)
    loud = [event for event in events if event["name"] == "gain"]
    begun = [event["of"] for event in loud if event["how"] == "line" and event["value"] > 0]
    faded = [event["of"] for event in loud if event["how"] == "to" and event["value"] == 0]
    assert len(begun) == 6
    assert faded == begun[:-1], "each ends when the next begins"


def test_crossing_a_wall_ticks(open_page):
    page = recorded(open_page)
    turn_on(page)
    focus_crosshair(page, "map")
    for _ in range(9):
        page.keyboard.press("ArrowDown")
    assert 2400 not in pitches(page)
    page.keyboard.press("ArrowDown")
    wait_for_pitch(page, 2400)


def test_a_curve_is_scrubbed_along_its_weight(open_page):
    page = recorded(open_page, "/?m=1&run=none&starts=2")
    turn_on(page)
    focus_crosshair(page, "curve")  # at w = 1.5 of −3 to 3
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    wait_for_pitch(page, CHORD[0])
    assert CHORD[2] not in pitches(page), "the best of one neuron is not the optimum"
    forget(page)
    for _ in range(22):
        page.keyboard.press("ArrowLeft")
    wait_for_pitch(page, STUCK)
    assert pitches(page).count(2400) == 1


def test_a_finger_is_heard_only_while_sound_is_on(open_page):
    page = recorded(open_page, viewport=(390, 844), touch=True)
    frame = page.locator("[data-view=map] .stage-frame")
    assert frame.evaluate("(node) => getComputedStyle(node).touchAction") == "auto"
    turn_on(page)
    assert frame.evaluate("(node) => getComputedStyle(node).touchAction") == "none"
    forget(page)
    session = page.context.new_cdp_session(page)
    points = [place(page, "map", -2.0, y) for y in (-3.5, -3.0, -2.5, -2.0)]
    for k, (x, y) in enumerate(points):
        kind = "touchStart" if k == 0 else "touchMove"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("window.played.filter((e) => e.name === 'start').length >= 3")
    heard = pitches(page)
    assert heard == sorted(heard, reverse=True)
    assert page.evaluate("document.querySelector('.stage').dataset.drawn") is not None


def test_a_hidden_page_is_silent(open_page):
    page = recorded(open_page)
    turn_on(page)
    page.get_by_label("Speed").select_option("0.1")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("window.played.filter((e) => e.name === 'start').length === 2")
    forget(page)
    page.evaluate("""() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    assert sum(event["name"] == "stop" for event in played(page)) == 2


@pytest.mark.parametrize("how", ["button", "key"])
def test_a_browser_without_a_synthesiser_says_so(open_page, how):
    page = open_page("/about")
    page.add_init_script("delete window.AudioContext;")
    page.goto(page.url.removesuffix("/about") + "/")
    drawn(page)
    if how == "button":
        page.get_by_role("button", name="Sound", exact=True).click()
    else:
        page.locator("[data-view=map] .stage-plot").hover()
        page.keyboard.press("s")
    expect(page.locator(".stage-mute")).to_have_text("This browser cannot play sound here.")
    expect(page.locator(".stage-mute")).to_be_visible()
