"""The page Dynamics in a real browser: the runs play, and any of their steps is certified."""

import re

from on_stage import drawn, press, sentence, sentence_locator, two_frames, type_in
from playwright.sync_api import expect


def test_the_first_screen_tells_the_story_and_plays(open_page):
    page = drawn(open_page("/dynamics"))
    last = page.locator(".stage-sentences li").last.bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= 768
    assert "until about step" in sentence(page, "run0")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(sentence_locator(page, "run0")).to_contain_text("step")
    expect(page.locator(".stage-readout")).not_to_have_text("step 0 of 300")
    inked = page.evaluate(
        """() => ['kinks0', 'kinks1', 'plane0', 'plane1', 'losses', 'curve'].map((view) => {
          const canvas = document.querySelector(`[data-view=${view}] .stage-overlay`);
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          return data.some((value) => value > 0);
        })"""
    )
    assert inked == [True] * 6


def scrub(page, step: int) -> None:
    page.locator(".stage-scrub").evaluate(
        "(bar, at) => { bar.value = at; for (const kind of ['input', 'change']) bar.dispatchEvent(new Event(kind)); }",
        step,
    )


def test_any_step_is_certified_and_the_playhead_stays(open_page):
    page = drawn(open_page("/dynamics"))
    scrub(page, 120)
    press(page, "Certify this step")
    expect(page.locator(".stage-sentences li[data-run=optimum]")).to_contain_text("At step 120.")
    found = re.search(r"At step 120\. .* Scale 10⁻⁹ is ([\d.]+) above it", sentence(page, "optimum"))
    assert found
    assert 0.06 <= float(found[1]) <= 0.12
    expect(page.locator(".stage-readout")).to_have_text("step 120 of 300")
    assert "at=120" in page.url


def test_a_step_one_goes_to_is_drawn_though_its_sentences_are_shorter(open_page):
    page = drawn(open_page("/dynamics"))
    height = page.locator(".stage-sentences").bounding_box()
    scrub(page, 120)
    expect(sentence_locator(page, "run0")).to_contain_text("step 120")
    page.wait_for_function(
        "(tall) => document.querySelector('.stage-sentences').offsetHeight < tall", arg=height["height"]
    )
    two_frames(page)
    for view in ("kinks0", "kinks1", "plane0", "plane1", "losses", "curve"):
        expect(page.locator(f"[data-view={view}] .stage-overlay:not(.stage-marks)")).to_be_visible()


def test_the_panel_closes_over_the_preset_it_has_set(open_page):
    page = drawn(open_page("/dynamics"))
    page.get_by_role("button", name="Presets").click()
    page.get_by_role("button", name="One neuron, Adam").click()
    expect(page.get_by_role("button", name="One neuron, Adam")).not_to_be_visible()
    expect(sentence_locator(page, "run0")).to_contain_text("The loss starts at 0.4862")


def test_a_long_film_shows_its_beginning_and_can_be_stopped(open_page):
    page = drawn(
        open_page("/dynamics?x=-1,1&y=1,2&bias=1&m=200&layer=trained&run=none&scales=1e-5&steps=60000&step=1e-5")
    )
    bar = page.locator("[data-testid=stProgress]")
    expect(bar).to_contain_text(re.compile(r"Shown: the first [\d,]+ steps\."))
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Restart")).to_be_visible()
    expect(page.locator("[data-testid=stText]")).to_contain_text("The film of 60,000 steps was stopped: its first")
    for label, value in (("Scale", "0.00001"), ("Steps", "60000"), ("Neurons m", "200")):
        expect(page.get_by_role("spinbutton", name=label, exact=True)).to_have_value(value)
    assert int(re.search(r"of ([\d,]+)", page.locator(".stage-readout").inner_text())[1].replace(",", "")) < 60_000


def test_a_typed_scale_draws_another_film(open_page):
    page = drawn(open_page("/dynamics"))
    type_in(page, "Scale", "0.01")
    assert page.locator(".stage-sentences li[data-run=run0] strong").inner_text() == "Small start, scale 0.01."
    assert page.get_by_role("heading", name="Small start: neurons").is_visible()


def test_a_phone_keeps_the_bar_in_sight_and_cuts_nothing_off(open_page):
    page = drawn(open_page("/dynamics", viewport=(390, 844), touch=True))
    bar = page.locator(".stage-bar").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] <= 845
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
