"""The formulas and the proof in a real browser: terms mark what they speak of, and the other way round."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from on_stage import drawn, handle, place, press, redrawn, taken, times_drawn
from playwright.sync_api import Page, expect

POSTER = "/?x=-1,1&y=1,2&m=2&formulas=1&proof=1"
TRAINED = "/?x=-1,1&y=1,2&m=2&layer=trained&lam=0.1&proof=1"
TWIN = "/convex_twin?x=-1,0,1&y=1,-1,1&bias=1&m=4&layer=trained&lam=0.1&run=none&starts=1&formulas=1&proof=1"


def opened(page: Page) -> list[str]:
    return [key for key in ("formulas", "proof") if parse_qs(urlsplit(page.url).query).get(key) == ["1"]]


def labels(url: str) -> str:
    return parse_qs(urlsplit(url).query)["y"][0]


def marked(page: Page, about: str, panel: str = "formulas"):
    """Wait until the terms of a panel that speak of something are marked."""
    node = page.locator(f"[data-panel={panel}] [data-about~='{about}']").first
    expect(node).to_have_class(re.compile(r"\bstage-on\b"))


def unmarked(page: Page, about: str, panel: str = "formulas"):
    node = page.locator(f"[data-panel={panel}] [data-about~='{about}']").first
    expect(node).not_to_have_class(re.compile(r"\bstage-on\b"))


def term(page: Page, about: str, panel: str = "formulas"):
    return page.locator(f"[data-panel={panel}] .stage-lines [data-about='{about}'][tabindex]").first


def uncovered(page: Page, selector: str):
    """Bring a part of the stage to where the panels at the foot of the window do not cover it."""
    page.locator(selector).first.evaluate("(node) => node.scrollIntoView({ block: 'center' })")


def test_how_do_we_know_opens_and_closes_and_a_reload_keeps_it_open(open_page):
    page = drawn(open_page())
    expect(page.locator(".stage-panel")).to_have_count(0)
    button = page.locator("li[data-run=optimum]").get_by_role("button", name="How do we know?")
    expect(button).to_have_attribute("aria-expanded", "false")
    before = times_drawn(page)
    button.focus()
    page.keyboard.press("Enter")
    redrawn(page, before)
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(button).to_be_focused()
    panel = page.get_by_role("region", name="How do we know?")
    expect(panel).to_contain_text("costs at least 0, because its loss is a sum of squares")
    expect(panel).to_be_in_viewport()
    assert opened(page) == ["proof"]
    again = drawn(open_page(page.url))
    expect(again.get_by_role("region", name="How do we know?")).to_be_visible()
    before = times_drawn(page)
    panel.get_by_role("button", name="Close").click()
    redrawn(page, before)
    expect(page.locator(".stage-panel")).to_have_count(0)
    expect(button).to_be_focused()
    assert opened(page) == []


def test_the_formulas_stay_open_while_the_scenario_changes_and_follow_it(open_page):
    page = drawn(open_page())
    press(page, "Formulas")
    panel = page.get_by_role("region", name="Formulas")
    expect(panel).to_contain_text("1.000")
    expect(page.locator(".stage").get_by_role("button", name="Formulas")).to_have_attribute("aria-expanded", "true")
    before = times_drawn(page)
    field = page.get_by_role("spinbutton", name="y₂", exact=True)
    field.fill("3.25")
    field.press("Enter")
    redrawn(page, before)
    expect(panel.locator(".stage-formula").nth(1)).to_contain_text("3.25")
    press(page, "Formulas")
    expect(panel).to_have_count(0)


def test_a_term_marks_its_part_of_the_pictures(open_page):
    page = drawn(open_page(POSTER))
    term(page, "point0").hover()
    expect(page.locator("[data-view=outputs]")).to_have_attribute("data-marked", "point0")
    marked(page, "point0")
    marked(page, "point0", "proof")
    term(page, "neuron1").hover()
    expect(page.locator("[data-view=map]")).to_have_attribute("data-marked", "neuron1")
    expect(page.locator("[data-view=outputs]")).not_to_have_attribute("data-marked", "point0")
    unmarked(page, "point0")
    term(page, "pattern1").hover()
    expect(page.locator("[data-view=twin]")).to_have_attribute("data-marked", "pattern1")
    expect(page.locator("[data-view=outputs]")).to_have_attribute("data-marked", "pattern1")
    wall = page.locator("[data-panel=formulas] .stage-lines [data-about=wall]").first
    wall.hover(position={"x": 25, "y": 8})
    expect(page.locator("[data-view=twin]")).to_have_attribute("data-marked", re.compile("wall|pattern"))
    term(page, "run0").hover()
    expect(page.locator("li[data-run=run0]")).to_have_class(re.compile("stage-focus"))
    page.locator("[data-panel=proof] .stage-lines [data-about=optimum]").first.hover()
    expect(page.locator("li[data-run=optimum]")).to_have_class(re.compile("stage-focus"))
    page.mouse.move(5, 5)
    unmarked(page, "optimum")


def test_the_pictures_mark_their_terms(open_page):
    page = drawn(open_page(POSTER))
    page.locator("li[data-run=run1] .stage-text").hover()
    marked(page, "run1")
    marked(page, "run1", "proof")
    unmarked(page, "run0")
    uncovered(page, "[data-handle=data1]")
    handle(page, "data1").hover()
    marked(page, "point1")
    unmarked(page, "point0")
    page.mouse.move(*place(page, "map", 1.0, -2.5))
    marked(page, "active1:0")  # w₁ > 0 acts on x₂ = 1
    marked(page, "active0:1")  # w₂ < 0 on x₁ = −1
    unmarked(page, "active0:0")
    marked(page, "pattern1")
    marked(page, "pattern2")
    page.mouse.move(*place(page, "twin", -2.0, 2.0))
    marked(page, "wall")
    uncovered(page, "[data-handle=data1]")
    page.mouse.move(*place(page, "outputs", -0.3, 1.9))
    marked(page, "pattern2")
    unmarked(page, "pattern1")


def test_terms_are_walked_with_the_keyboard(open_page):
    page = drawn(open_page(POSTER))
    lines = page.locator("[data-panel=formulas] .stage-lines")
    expect(lines.locator("[tabindex='0']")).to_have_count(1)
    lines.locator("[tabindex='0']").focus()
    expect(page.locator("[data-view=map]")).to_have_attribute("data-marked", "neuron0")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-view=map]")).to_have_attribute("data-marked", "neuron1")
    expect(lines.locator("[tabindex='0']")).to_have_count(1)
    chips = page.locator("[data-panel=formulas] .stage-legend")
    chips.locator("[tabindex='0']").focus()
    expect(page.locator("[data-view=outputs]")).to_have_attribute("data-marked", "point0")


def test_the_term_in_focus_keeps_its_focus_and_mark_when_the_pictures_are_drawn_anew(open_page):
    page = drawn(open_page(POSTER))
    handle(page, "data1").focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_url(lambda url: labels(url) != "1,2")
    drawn(page)
    lines = page.locator("[data-panel=formulas] .stage-lines")
    lines.locator("[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    marked_on_the_map = expect(page.locator("[data-view=map]"))
    marked_on_the_map.to_have_attribute("data-marked", "neuron1")
    page.set_viewport_size({"width": 1100, "height": 700})
    marked_on_the_map.to_have_attribute("data-marked", "neuron1")
    before = times_drawn(page)
    page.evaluate("history.back()")
    page.wait_for_url(lambda url: labels(url) == "1,2")
    page.wait_for_function("before => Number(document.querySelector('.stage').dataset.drawn) > before", arg=before)
    expect(lines.locator(":focus")).to_have_attribute("data-about", "neuron1")
    expect(lines.locator("[tabindex='0']")).to_have_count(1)
    marked_on_the_map.to_have_attribute("data-marked", "neuron1")


def test_while_a_point_is_dragged_the_numbers_are_put_aside(open_page):
    page = drawn(open_page(POSTER))
    aside = page.locator(".stage-panels.stage-aside")
    before = times_drawn(page)
    uncovered(page, "[data-handle=data0]")
    x, y = taken(page, "data0")
    page.mouse.move(x + 20, y - 15, steps=4)
    expect(aside).to_have_count(1)
    expect(page.locator(".stage-put-aside").first).to_contain_text("Put aside")
    page.mouse.up()
    redrawn(page, before)
    expect(aside).to_have_count(0)
    moved = parse_qs(urlsplit(page.url).query)["y"][0].split(",")[0]
    assert moved != "1"
    shown = page.locator("[data-panel=formulas] .stage-line [data-about=point0]").all_text_contents()
    assert f"{float(moved):.4g}" in shown


def test_every_number_of_the_proof_is_the_pictures(open_page):
    page = drawn(open_page(TRAINED))
    panel = page.get_by_role("region", name="How do we know?")
    text = panel.inner_text()
    bound = re.search(r"costs at least\s+([\d.]+)", text)
    assert bound is not None
    said = page.locator("li[data-run=optimum] .stage-text").inner_text()
    assert bound[1] == "1.120"
    assert f"The best loss is {bound[1]}" in said
    expect(panel.locator(".stage-formula")).to_contain_text("=1.120")
    ends = panel.locator("li", has_text="Run 1").inner_text()
    loss = re.search(r"loss ([\d.]+)", page.locator("li[data-run=run0] .stage-text").inner_text())
    assert loss is not None
    assert loss[1] in ends
    expect(panel.locator("math").first).to_be_visible()
    panel.get_by_role("button", name="All digits").click()
    expect(panel.get_by_role("button", name="All digits")).to_have_attribute("aria-pressed", "true")
    expect(panel.get_by_role("button", name="All digits")).to_be_focused()
    expect(panel).to_contain_text("0.2")


def test_patterns_of_many_points_mark_cones_and_rows_and_are_marked_by_them(open_page):
    page = drawn(open_page(TWIN))
    part = page.locator("[data-panel=formulas] .stage-legend [data-about^=pattern]").first
    part.hover()
    expect(page.locator("[data-view=cones]")).to_have_attribute("data-marked", "pattern1")
    expect(page.locator("[data-view=patterns]")).to_have_attribute("data-marked", "pattern1")
    expect(page.locator("[data-view=outputs]")).to_have_attribute("data-marked", "pattern1")
    uncovered(page, "[data-view=cones]")
    # A neuron along (w, b) = (0, 1) is active on every point, one along (0, −1) on none.
    for b in (0.3, -0.3):
        page.mouse.move(*place(page, "cones", 0.001, b))
        points = "every point" if b > 0 else "no point"
        chip = page.locator("[data-panel=proof] .stage-chip", has_text=points)
        if chip.count():
            expect(chip).to_have_class(re.compile(r"\bstage-on\b"))
    handle(page, "data2").hover()
    marked(page, "point2")


@pytest.mark.parametrize("path", [POSTER, TWIN])
def test_a_phone_needs_no_sideways_scroll(open_page, path):
    page = drawn(open_page(path, viewport=(390, 844), touch=True))
    expect(page.locator(".stage-panel")).to_have_count(2)
    wide = page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll('.stage-panel')]
          .map((node) => node.scrollWidth - node.clientWidth)"""
    )
    assert max(wide) <= 0
