"""A link's step, and Back and Forward, in a real browser: what was shown comes back, picture and controls."""

import re

import pytest
from on_stage import (
    drawn,
    follow,
    plotted,
    redrawn,
    sentence,
    sentence_locator,
    step_shown,
    taken,
    times_drawn,
    type_in,
)
from playwright.sync_api import Page, expect

from landscape.results.solved_scenario import solve_scenario
from landscape.scenario import Scenario

LINK = "/?x=-1,1&y=1,2&m=2"


def controls(page: Page) -> list[str]:
    """Return what every number field of the sidebar holds."""
    return [field.input_value() for field in page.get_by_role("spinbutton").all()]


def seen(page: Page) -> tuple:
    """Return the pictures, the controls, the sentences and the step that a visitor sees."""
    texts = page.locator(".stage-sentences li .stage-text").all_inner_texts()
    return plotted(page), controls(page), texts, step_shown(page)


def field(page: Page, label: str):
    return page.get_by_role("spinbutton", name=label, exact=True)


def entries(page: Page) -> int:
    return page.evaluate("history.length")


def back(page: Page, label: str, value: str) -> None:
    """Go back and wait until a control has its value of then."""
    before = times_drawn(page)
    page.go_back()
    expect(field(page, label)).to_have_value(value)
    redrawn(page, before)


def forward(page: Page, label: str, value: str) -> None:
    before = times_drawn(page)
    page.go_forward()
    expect(field(page, label)).to_have_value(value)
    redrawn(page, before)


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
@pytest.mark.parametrize("step", [0, 5])
def test_a_link_opens_at_its_step_paused_and_a_reload_keeps_it(open_page, step, size):
    page = drawn(open_page(f"{LINK}&at={step}", viewport=size, touch=size[0] < 400))
    scenario = Scenario()
    run = solve_scenario(scenario.data, scenario.training).runs[1].trajectory
    loss = float(run.objective[list(run.steps).index(step)])
    for _ in range(2):
        assert step_shown(page) == step
        expect(sentence_locator(page, "run1")).to_contain_text(re.compile(rf"step {step}, loss {loss:.2g}"[:18]))
        expect(page.get_by_role("button", name="Play", exact=True)).to_have_count(1)
        assert f"at={step}" in page.url
        page.reload()
        drawn(page)


@pytest.mark.parametrize(
    ("path", "step"),
    [("/convex_twin?x=-1,0,1&y=1,-1,1&bias=1&m=2&run=none&starts=1&steps=300", 40), ("/dynamics", 40)],
)
def test_every_page_that_plays_opens_at_the_step_of_its_link_and_writes_where_it_rests(open_page, path, step):
    page = drawn(open_page(f"{path}{'&' if '?' in path else '?'}at={step}"))
    assert step_shown(page) == step
    before = entries(page)
    page.get_by_role("slider", name="Step", exact=True).fill("7")
    expect(page).to_have_url(re.compile(r"[?&]at=7\b"))
    page.get_by_role("button", name="Share", exact=True).click()
    link = page.get_by_test_id("stCode").locator("code").filter(has_text=re.compile("^http"))
    expect(link).to_contain_text("at=7")
    again = drawn(open_page(link.inner_text().strip()))
    assert step_shown(again) == 7
    assert entries(page) == before


def test_the_address_follows_the_playhead_at_rest_and_the_end_has_no_step(open_page):
    page = drawn(open_page(f"{LINK}&at=5"))
    before = entries(page)
    for _ in range(3):
        page.get_by_role("button", name="One step forward").click()
    expect(page).to_have_url(re.compile(r"&at=8$"))
    page.get_by_label("Speed").select_option("10")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page).to_have_url(re.compile(r"m=2$"))
    assert entries(page) == before


def test_a_step_beyond_the_end_of_the_runs_is_dropped(open_page):
    page = drawn(open_page(f"{LINK}&at=490"))
    assert step_shown(page) == 475
    expect(page).to_have_url(re.compile(r"m=2$"))


def test_back_and_forward_restore_picture_and_controls(open_page):
    page = drawn(open_page(f"{LINK}&layer=trained"))
    expect(field(page, "at step")).to_have_value("500")  # the last of the controls, which come after the pictures
    shown = [seen(page)]
    type_in(page, "x₁", "-1.5")
    shown.append(seen(page))
    type_in(page, "Regularisation λ / λₘₐₓ", "0.25")
    shown.append(seen(page))
    assert entries(page) == 4  # about:blank, the link, and the two changes
    back(page, "Regularisation λ / λₘₐₓ", "0")
    assert seen(page) == shown[1]
    back(page, "x₁", "-1")
    assert seen(page) == shown[0]
    expect(page.locator(".stage").get_by_role("button", name="Undo")).to_be_disabled()
    forward(page, "x₁", "-1.5")
    assert seen(page) == shown[1]
    forward(page, "Regularisation λ / λₘₐₓ", "0.25")
    assert seen(page) == shown[2]
    expect(page.locator(".stage").get_by_role("button", name="Redo")).to_be_disabled()
    before = times_drawn(page)
    page.locator(".stage").get_by_role("button", name="Undo").click()
    redrawn(page, before)
    assert seen(page) == shown[1]


def test_back_leads_from_page_to_page_one_entry_each(open_page):
    page = drawn(open_page(LINK))
    type_in(page, "y₁", "0.5")
    before = entries(page)
    follow(page, "Convex twin")
    expect(page.get_by_role("heading", name="Convex twin", level=1)).to_be_visible()
    drawn(page)
    type_in(page, "λ / λ_max", "0.3")
    follow(page, "About")
    expect(page.get_by_role("heading", name="The theorem")).to_be_visible()
    assert entries(page) == before + 3
    page.go_back()
    drawn(page)
    expect(field(page, "λ / λ_max")).to_have_value("0.3")
    back(page, "λ / λ_max", "0.04")
    page.go_back()
    expect(field(page, "y₁")).to_have_value("0.5")
    assert "0.2500" in sentence(drawn(page))
    back(page, "y₁", "1")
    page.go_forward()
    expect(field(page, "y₁")).to_have_value("0.5")
    page.go_forward()
    expect(page.get_by_role("heading", name="Convex twin", level=1)).to_be_visible()
    expect(field(page, "λ / λ_max")).to_have_value("0.04")


@pytest.mark.parametrize("path", ["/", "/convex_twin", "/dynamics", "/beyond", "/race"])
def test_one_press_of_back_leaves_a_page_that_was_opened_without_a_link(open_page, path):
    page = drawn(open_page(path))
    assert entries(page) == 2  # about:blank and the page
    page.go_back()
    expect(page).to_have_url("about:blank")


def test_a_drag_is_one_entry_of_the_history(open_page):
    page = drawn(open_page(LINK))
    before, drawn_before = entries(page), times_drawn(page)
    x, y = taken(page, "data1")
    for k in range(1, 8):
        page.mouse.move(x + 5 * k, y - 5 * k, steps=4)
    page.mouse.up()
    redrawn(page, drawn_before)
    expect(page).not_to_have_url(re.compile(r"y=1,2"))
    assert entries(page) == before + 1
    back(page, "y₂", "2")
    assert page.url.endswith(LINK)


def test_back_on_a_phone_takes_back_a_change(open_page):
    page = drawn(open_page(LINK, viewport=(390, 844), touch=True))
    first = sentence(page)
    before = times_drawn(page)
    page.locator(".stage").get_by_role("button", name="Escape →").first.click()
    redrawn(page, before)
    expect(page).to_have_url(re.compile("escape=1"))
    page.go_back()
    expect(page.locator("li[data-run=escape0]")).to_have_count(0)
    expect(sentence_locator(page)).to_have_text(first)


def test_points_too_many_for_a_link_survive_a_reload(open_page):
    page = drawn(open_page("/convex_twin"))
    page.get_by_text("Paste or upload points").click()
    text = page.get_by_label("One point a line")
    text.fill("\n".join(f"{k / 40 - 1:.3f}, {(k % 7) / 7:.3f}" for k in range(80)))
    text.press("Tab")
    before = times_drawn(page)
    page.get_by_role("button", name="Use these points").click()
    redrawn(page, before)
    expect(page).to_have_url(re.compile(r"[?&]kept=[a-z2-7]{20}"))
    shown = sentence(page, "optimum")
    page.reload()
    drawn(page)
    expect(sentence_locator(page, "optimum")).to_have_text(shown)
    page.goto(re.sub("kept=[a-z2-7]{20}", "kept=" + "a" * 20, page.url))
    drawn(page)
    expect(page.get_by_test_id("stText").first).to_contain_text("no longer kept")


def test_the_menus_link_to_the_page_that_is_shown_does_not_stop_its_reports(open_page):
    page = drawn(open_page())
    follow(page, "Landscape")
    drawn(page)
    page.get_by_role("slider", name="Step", exact=True).fill("20")
    expect(page).to_have_url(re.compile(r"at=20"))
