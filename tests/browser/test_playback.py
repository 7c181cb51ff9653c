"""Time in a real browser: playing, scrubbing, the way out, and a step size that takes over midway."""

import re
from itertools import pairwise

import numpy as np
import pytest
from on_stage import (
    drawn,
    into_stage,
    press,
    redrawn,
    sentence,
    sentence_locator,
    step_shown,
    times_drawn,
    trace,
    type_in,
)
from playwright.sync_api import expect


def test_the_choice_of_speed_keeps_its_focus_when_the_stage_draws_anew(open_page):
    page = drawn(open_page())
    speed = page.get_by_label("Speed")
    speed.focus()
    before = times_drawn(page)
    page.evaluate(
        "document.querySelector('.stage').parentElement.style.setProperty('--st-background-color', '#fffffe')"
    )
    redrawn(page, before)
    expect(speed).to_be_focused()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("[aria-label='Runs and history'] > :nth-last-child(2)")).to_have_attribute(
        "aria-label", "Speed"
    )


def test_runs_play_pause_and_are_scrubbed_by_keys_that_yield_to_text_fields(open_page):
    page = drawn(open_page())
    at_rest = sentence(page)
    into_stage(page)
    page.keyboard.press("Home")
    assert step_shown(page) == 0
    expect(sentence_locator(page)).to_contain_text("step 0, loss 8.29")
    page.keyboard.press("Space")
    page.wait_for_function("parseInt(document.querySelector('.stage-readout').textContent.slice(5)) > 0")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    paused = step_shown(page)
    assert 0 < paused < 475
    drawn(page)
    assert step_shown(page) == paused  # Python was told, and its answer moved nothing
    page.keyboard.press("ArrowRight")
    assert step_shown(page) == paused + 1
    page.keyboard.press("ArrowLeft")
    assert step_shown(page) == paused
    field = page.get_by_role("spinbutton", name="y₁", exact=True)
    field.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    page.keyboard.press("End")
    assert step_shown(page) == paused
    into_stage(page)
    page.keyboard.press("End")
    drawn(page)
    assert step_shown(page) == 475
    expect(sentence_locator(page)).to_have_text(at_rest)
    page.get_by_role("slider", name="Step", exact=True).fill("100")
    assert step_shown(page) == 100
    expect(sentence_locator(page, "run1")).to_contain_text("step 100")
    page.get_by_label("Speed").select_option("10")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(sentence_locator(page)).to_have_text(at_rest)


def test_an_answer_that_comes_late_does_not_take_the_playhead_back(open_page):
    page = drawn(open_page())
    before = times_drawn(page)
    # Both in one turn of the page's script: no answer comes between.
    page.evaluate(
        """() => {
          const scrub = document.querySelector('.stage-scrub');
          scrub.value = '20';
          scrub.dispatchEvent(new Event('input'));
          scrub.dispatchEvent(new Event('change'));
          scrub.closest('.stage').dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true }));
        }"""
    )
    assert step_shown(page) == 475
    redrawn(page, before)
    assert step_shown(page) == 475


def loss_at(line: tuple[list[float], list[float]], step: int) -> float:
    """Return the loss that a curve shows at a step."""
    steps, losses = line
    return float(np.exp(np.interp(step, steps, np.log(losses))))


def test_a_step_size_set_midway_takes_over_there_and_stands_in_the_link(open_page):
    page = drawn(open_page())
    before = times_drawn(page)
    page.get_by_role("slider", name="Step", exact=True).fill("20")
    redrawn(page, before)
    before_change = trace(page, "losses", "run1-line")
    type_in(page, "Step size", "0.1")
    assert re.search(r"0\.1(%40|@)20", page.url)
    after_change = trace(page, "losses", "run1-line")
    # Drawn are the steps between which straight lines look like all of them.
    for step in range(21):
        assert loss_at(after_change, step) == pytest.approx(loss_at(before_change, step), rel=0.05)
    assert loss_at(after_change, 40) < loss_at(before_change, 40) / 2
    assert step_shown(page) == 20


def test_the_way_out_plays_leg_by_leg_and_ends_at_the_optimum(open_page):
    page = drawn(open_page())
    before = times_drawn(page)
    page.get_by_role("button", name="Escape →").click()
    redrawn(page, before)
    page.wait_for_function("!!document.querySelector('.stage-in-motion')")
    expect(sentence_locator(page, "escape0")).to_contain_text(re.compile(r"^Way out of Run 1\. Loss [01]"))
    expect(page.locator(".stage-in-motion")).to_have_count(0)
    text = sentence(page, "escape0")
    assert "1. " in text
    assert "2. " in text
    assert "falls from 1.000 to 0" in text
    losses = trace(page, "losses", "escape0-line")[1]
    assert all(after <= before + 1e-6 for before, after in pairwise(losses))
    assert losses[-1] <= 1e-9
    assert re.search("escape=1", page.url)
    press(page, "Hide the way out")
    assert page.locator("li[data-run=escape0]").count() == 0


def test_who_prefers_less_motion_is_shown_the_end_at_once(open_page):
    page = open_page()
    page.emulate_media(reduced_motion="reduce")
    drawn(page)
    press(page, "Escape →")
    assert page.locator(".stage-in-motion").count() == 0
    assert "falls from 1.000 to 0" in sentence(page, "escape0")


def test_a_network_too_narrow_for_the_way_out_is_offered_neurons(open_page):
    page = open_page("/?m=1&run=gd:0.05:-2")
    page.emulate_media(reduced_motion="reduce")
    drawn(page)
    press(page, "Escape →")
    assert "needs 1 neuron more than the 1 here" in sentence(page, "escape0")
    press(page, "Add 1 neuron at 0")
    assert "m=2" in page.url
    assert "falls from" in sentence(page, "escape0")
