"""From weights to slopes on the front page: what is pointed at in one landscape is marked in the other, and in f."""

from __future__ import annotations

import re

import pytest
from on_stage import drawn, handle, place, press, taken, type_in, wait_for_preview
from playwright.sync_api import Page, expect

from landscape.formatting import short
from landscape.scenario import Scenario


def point_at(page: Page, view: str, x: float, y: float) -> None:
    left, top = place(page, view, x, y)
    page.mouse.move(left - 4, top - 4)
    page.mouse.move(left, top)


def linked(page: Page, view: str, text: str) -> None:
    """Wait until a landscape says what belongs to what is pointed at, and has drawn it."""
    expect(page.locator(f"[data-view={view}] .stage-plot")).to_have_attribute("data-linked", text)
    assert page.evaluate(
        """(view) => {
          const canvas = document.querySelector(`[data-view=${view}] .stage-marks`);
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return data.some((value) => value > 0);
        }""",
        view,
    )


def place_of_start() -> tuple[float, float]:
    """Return the slopes right and left of 0 of run 1's start, whose second layer is of ones."""
    w = Scenario().training.runs[0].w
    return sum(v for v in w if v > 0), sum(v for v in w if v < 0)


def told(page: Page, side: int) -> str:
    """Return how a slope comes about, 0 left of 0 and 1 right of it, as one line."""
    return " ".join(page.locator(".stage-slopes > div").nth(side).inner_text().split())


def test_weights_mark_their_slopes_and_slopes_their_weights(open_page):
    page = drawn(open_page())
    point_at(page, "map", 1.0, 2.0)
    linked(page, "twin", "u₁ = 3, u₂ = 0")
    expect(page.locator(".stage-slopes > div").nth(1)).to_contain_text("u₁ = w₁ + w₂")
    point_at(page, "twin", 2.0, -2.5)
    page.wait_for_function("/; /.test(document.querySelector('[data-view=map] .stage-plot').dataset.linked)")
    pairs = page.locator("[data-view=map] .stage-plot").get_attribute("data-linked").split("; ")
    first, second = (pair.split(", ") for pair in pairs)
    assert first == second[::-1], "the same network, its neurons swapped"
    point_at(page, "twin", 3.5, 0.05)
    linked(page, "map", "all of these")
    point_at(page, "twin", -2.0, 2.0)
    linked(page, "map", "no weights here have these slopes")
    page.mouse.move(5, 5)
    expect(page.locator("[data-view=map] .stage-plot")).to_have_attribute("data-linked", "")


@pytest.mark.parametrize("query", ["m=1&run=none&starts=1", "m=5&run=none&starts=1", "layer=trained&lam=0.1"])
def test_the_link_holds_in_slices_and_for_one_neuron(open_page, query):
    page = drawn(open_page(f"/?{query}"))
    view = "curve" if query.startswith("m=1") else "map"
    middle = page.evaluate(
        """(view) => {
          const { xaxis, yaxis } = document.querySelector(`[data-view=${view}] .stage-plot`)._fullLayout;
          return [xaxis, yaxis].map(({ range }) => range[0] + 0.7 * (range[1] - range[0]));
        }""",
        view,
    )
    point_at(page, view, *middle)
    page.wait_for_function(
        "/^u₁ = .*, u₂ = /.test(document.querySelector('[data-view=twin] .stage-plot').dataset.linked)"
    )
    assert page.locator(".stage-slopes .stage-pointed").count() == 2


def test_on_the_plane_of_a_path_nothing_is_linked_for_its_coordinates_are_no_weights(open_page):
    page = drawn(open_page("/?m=3&plane=path&run=none&starts=1"))
    middle = page.evaluate(
        """() => {
          const { xaxis, yaxis } = document.querySelector('[data-view=map] .stage-plot')._fullLayout;
          return [xaxis, yaxis].map(({ range }) => range[0] + 0.7 * (range[1] - range[0]));
        }"""
    )
    point_at(page, "map", *middle)
    assert page.locator("[data-view=twin] .stage-plot").get_attribute("data-linked") == ""
    assert page.locator(".stage-probe").count() == 0


def test_the_crosshair_is_reached_and_moved_by_the_keyboard(open_page):
    page = drawn(open_page())
    probe = page.locator("[data-view=map] .stage-probe")
    probe.focus()
    linked(page, "twin", "u₁ = 4, u₂ = 0")
    for _ in range(20):
        page.keyboard.press("ArrowDown")
    linked(page, "twin", "u₁ = 2, u₂ = −2")
    assert "u₁ = 2, u₂ = −2" in (probe.get_attribute("aria-valuetext") or "")
    assert page.locator(".stage-readout").inner_text().startswith("step 475"), "the arrow keys move no playhead"


def test_a_start_that_has_the_focus_is_pointed_at_and_takes_the_link_along(open_page):
    page = drawn(open_page())
    start = handle(page, "run0 start")
    start.focus()
    right, left = place_of_start()
    linked(page, "twin", f"u₁ = {short(right, 3)}, u₂ = {short(left, 3)}")
    before = page.locator("[data-view=twin] .stage-plot").get_attribute("data-linked")
    start.press("ArrowDown")
    page.wait_for_function(
        """(before) => {
          const { linked } = document.querySelector('[data-view=twin] .stage-plot').dataset;
          return linked && linked !== before;
        }""",
        arg=before,
    )
    start.blur()
    expect(page.locator("[data-view=twin] .stage-plot")).to_have_attribute("data-linked", "")
    box = start.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("[data-view=twin] .stage-plot")).to_have_attribute("data-linked", re.compile("^u₁ = "))


def test_the_slopes_in_words_follow_playback_drags_and_a_changed_number(open_page):
    page = drawn(open_page())
    assert told(page, 0) == "Slope left of 0 u₂ = 0: no neuron acts u₂ = −1"
    assert told(page, 1) == "Slope right of 0 u₁ = w₁ + w₂ = 1.1 + 0.9 = 2 u₁ = 2"
    type_in(page, "y₁", "0.5")
    assert told(page, 0).endswith("u₂ = −0.5")
    before = told(page, 1)
    seen = int(page.locator(".stage").get_attribute("data-previews") or 0)
    x, y = taken(page, "run0 start")
    page.mouse.move(x + 30, y - 30, steps=3)
    wait_for_preview(page, seen)
    expect(page.locator(".stage-slopes > div").nth(1)).not_to_have_text(before)
    page.mouse.up()
    expect(handle(page, "run0 start")).to_be_attached()


def test_what_follows_what_in_the_document_is_what_is_seen(open_page):
    page = drawn(open_page())
    order = page.evaluate(
        """() => [...document.querySelectorAll('.stage-view, .stage-bar, .stage-sentences')].map(
          (node) => [node.dataset.view ?? node.className.split(' ')[0], node.getBoundingClientRect()])
          .map(([name, { left, top }]) => [name, Math.round(left), Math.round(top)])"""
    )
    assert [name for name, *_ in order] == ["map", "outputs", "twin", "stage-bar", "stage-sentences", "losses"]
    assert order[0][2] == order[1][2] == order[2][2] < order[3][2] < order[4][2] < order[5][2]
    press(page, "Basins")


CUT = """() => [...document.querySelectorAll('.stage-view')].flatMap((view) => {
  const plot = view.querySelector('.stage-plot').getBoundingClientRect();
  return [...view.querySelectorAll('.annotation, .xtitle, .ytitle, .cbtitle, .stage-slopes p')].filter((node) => {
    const box = node.getBoundingClientRect();
    return box.width && (box.left < plot.left - 2 || box.right > plot.right + 2 || box.top < plot.top - 2
      || box.bottom > plot.bottom + 2);
  }).map((node) => `${view.dataset.view}: ${node.textContent}`);
})"""

OVER = """() => [...document.querySelectorAll('.stage-view')].flatMap((view) => {
  const told = '.annotation, .xtitle, .ytitle, .stage-slopes p, h2, figcaption p, .stage-tools';
  const boxes = [...view.querySelectorAll(told)]
    .map((node) => [node.textContent, (node.querySelector('rect.bg') ?? node).getBoundingClientRect()])
    .filter(([, box]) => box.width > 0);
  return boxes.flatMap(([text, one], k) => boxes.slice(k + 1).filter(([, other]) =>
    one.left < other.right - 2 && other.left < one.right - 2
    && one.top < other.bottom - 2 && other.top < one.bottom - 2)
    .map(([other]) => `${view.dataset.view}: ${text} | ${other}`));
})"""


@pytest.mark.parametrize("viewport", [(1280, 720), (1366, 768), (1920, 1080), (390, 844)])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_is_cut_off_and_nothing_covers_anything(open_page, viewport, dark):
    page = drawn(open_page(viewport=viewport, dark=dark, touch=viewport[0] < 500))
    assert page.evaluate(CUT) == []
    assert page.evaluate(OVER) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport[0]
