"""Everything by the keyboard: few stops of the Tab key, numbers beside every drag, and a focus that never is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from on_stage import (
    drawn,
    handle,
    into_stage,
    press,
    previews,
    redrawn,
    sentence_locator,
    step_shown,
    times_drawn,
    wait_for_preview,
)
from playwright.sync_api import Page, expect

PAGES = ("/", "/?m=1", "/?surface=both", "/convex_twin", "/dynamics", "/beyond", "/race")

MOST_TO_A_POINT = 4
"""Presses of Tab from the beginning of the front page to its first data point, Enter on the skip link not counted."""

FOCUSED = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return '';
  return node.getAttribute('aria-label') ?? node.innerText ?? node.tagName;
}"""


def focused(page: Page) -> str:
    """Return the name of what has the focus; nothing where that is the page's body."""
    return page.evaluate(FOCUSED)


def wait_for_focus(page: Page, name: str) -> None:
    """Wait until what is called so has the focus."""
    page.wait_for_function(f"(name) => ({FOCUSED})().includes(name)", arg=name)


def test_the_first_stop_leads_to_the_pictures_and_the_second_to_the_presets(open_page):
    page = drawn(open_page())
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the pictures")
    expect(skip).to_be_focused()
    box = skip.bounding_box()
    assert box is not None
    assert box["width"] > 100
    page.keyboard.press("Enter")
    expect(handle(page, "run0 start")).to_be_focused()
    assert "#" not in page.url
    presses = 1
    while focused(page) != "Data point 1":
        presses += 1
        assert presses <= MOST_TO_A_POINT
        page.keyboard.press("Tab")
    page.reload()
    drawn(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Presets")).to_be_focused()


@pytest.mark.parametrize("path", PAGES)
def test_every_picture_has_one_stop_that_says_its_name(open_page, path):
    page = drawn(open_page(path))
    expect(page.locator(".stage-sentences").first).not_to_contain_text("on the way")
    drawn(page)
    stops = page.evaluate(
        """() => [...document.querySelectorAll('.stage-view:not([hidden])')].map((view) => [view.dataset.view,
          [...view.querySelectorAll('.stage-frame :is(button, a, select, [tabindex])')].filter((node) =>
            node.tabIndex >= 0 && node.getClientRects().length).map((node) => node.getAttribute('aria-label')),
          [...view.querySelectorAll('.stage-tools > :is(button, select)')].filter(
            (node) => node.tabIndex >= 0).length])"""
    )
    assert stops
    for view, names, tools in stops:
        assert len(names) == 1, view
        assert names[0], view
        assert tools == 1, view
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("() => Boolean(document.activeElement.closest('.stage-view'))")


def test_a_picture_is_walked_by_page_down_and_keeps_the_stop_that_was_used_last(open_page):
    page = drawn(open_page())
    point = handle(page, "data0")
    point.focus()
    names = [focused(page)]
    while len(names) < 9 and names.count(names[0]) == 1:
        page.keyboard.press("PageDown")
        names.append(focused(page))
    assert names == [
        "Data point 1",
        "Data point 2",
        "Slope of neuron 1 of run 1",
        "Slope of neuron 2 of run 1",
        "Data point 1",
    ]
    page.keyboard.press("PageDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(handle(page, "data1")).to_be_focused()
    page.keyboard.press("PageUp")
    expect(point).to_be_focused()


@pytest.mark.parametrize(
    ("name", "field", "typed", "said"),
    [
        ("data1", "y", "1,5", "x 1, y 1.5"),
        ("run0 start", "w 2", "0.25", "w 1 = 2.45, w 2 = 0.25"),
        ("run1 twin start", "u 1", "2", "u 1 = 2, u 2 = −0.5"),
        (
            "run0 slope 0",
            "weight of neuron 1",
            "1.5",
            re.compile("^w 1 = (?!2.45)"),
        ),  # where training takes it from there
    ],
)
def test_the_numbers_of_whatever_can_be_dragged_are_typed_beside_it(open_page, name, field, typed, said):
    page = drawn(open_page("/?run=gd:0.02:2.45,2.25&run=gd:0.02:3,-0.5&at=0"))
    node = handle(page, name)
    node.focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("dialog", name=re.compile("^Numbers of "))
    number = box.get_by_role("textbox", name=field, exact=True)
    expect(box.locator("input").first).to_be_focused()
    before = number.input_value()
    number.fill("a hundred")
    number.press("Enter")
    expect(box.get_by_role("alert")).to_contain_text("is no number")
    assert number.input_value() == before
    drawings = times_drawn(page)
    number.fill(typed)
    number.press("Enter")
    redrawn(page, drawings)
    expect(node).to_have_attribute("aria-valuetext", said)
    page.keyboard.press("Escape")
    expect(node).to_be_focused()
    expect(box).to_have_count(0)


def test_a_press_that_moves_nothing_opens_the_numbers_and_another_closes_them(open_page):
    page = drawn(open_page())
    box = page.get_by_role("dialog", name="Numbers of Data point 1")
    handle(page, "data0").click()
    expect(box).to_be_visible()
    expect(handle(page, "data0")).to_be_focused()
    handle(page, "data0").click()
    expect(box).to_have_count(0)


def test_points_of_the_other_pages_have_their_numbers_too(open_page):
    page = drawn(open_page("/beyond"))
    node = page.locator(".stage-handle:not([hidden])").first
    node.focus()
    before = node.get_attribute("aria-valuetext")
    page.keyboard.press("Enter")
    field = page.get_by_role("dialog", name=re.compile("^Numbers of ")).locator("input").last
    drawings = times_drawn(page)
    field.fill("0.125")
    field.press("Enter")
    redrawn(page, drawings)
    expect(node).not_to_have_attribute("aria-valuetext", before or "")
    expect(node).to_have_attribute("aria-valuetext", re.compile("0.125"))


def test_a_start_is_set_and_a_run_is_added_at_the_crosshair(open_page):
    page = drawn(open_page())
    handle(page, "run0 start").focus()
    page.keyboard.press("PageUp")
    probe = page.locator("[data-view=map] .stage-probe")
    expect(probe).to_be_focused()
    before = times_drawn(page)
    page.keyboard.press("Enter")
    redrawn(page, before)
    expect(handle(page, "run0 start")).to_have_attribute("aria-valuetext", "w 1 = 2, w 2 = 2")
    expect(probe).to_be_focused()
    before = times_drawn(page)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+Enter")
    redrawn(page, before)
    expect(page.locator(".stage-sentences li[data-run=run2]")).to_be_visible()
    expect(probe).to_be_focused()


def test_a_data_point_that_is_removed_leaves_the_focus_to_its_neighbour_and_is_said(open_page):
    page = drawn(open_page("/convex_twin"))
    expect(page.locator(".stage-sentences").first).not_to_contain_text("on the way")
    points = page.locator(".stage-handle[data-handle^=data]")
    count = points.count()
    last = handle(page, f"data{count - 1}")
    last.focus()
    page.keyboard.press("Delete")
    expect(points).to_have_count(count - 1)
    expect(handle(page, f"data{count - 2}")).to_be_focused()


def test_a_run_is_selected_by_its_marker(open_page):
    page = drawn(open_page())
    other = page.get_by_role("button", name="Select Run 2", exact=True)
    expect(other).to_have_attribute("aria-pressed", "false")
    before = times_drawn(page)
    other.focus()
    page.keyboard.press("Space")
    redrawn(page, before)
    expect(other).to_have_attribute("aria-pressed", "true")
    expect(other).to_be_focused()
    expect(page.get_by_role("button", name="Select Run 1", exact=True)).to_have_attribute("aria-pressed", "false")


def test_keys_of_the_playback_scroll_the_page_while_the_focus_is_elsewhere(open_page):
    page = drawn(open_page(viewport=(1280, 500)))
    page.get_by_role("heading", name="Hidden convex landscape").click()
    at = step_shown(page)
    page.keyboard.press("Space")
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 100")
    page.keyboard.press("Home")
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop === 0")
    assert step_shown(page) == at
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.locator("[data-view=outputs] .stage-plot").click(position={"x": 2, "y": 2})
    page.keyboard.press("Home")
    assert step_shown(page) == 0


def test_all_keys_are_listed_and_those_of_one_character_can_be_turned_off(open_page):
    page = drawn(open_page())
    into_stage(page)
    keys = page.get_by_role("dialog", name="Keys")
    page.keyboard.press("?")
    for row in ("F enlarge the view", "? this list", "Space play the runs", "Delete on a data point"):
        expect(keys.get_by_role("row", name=row)).to_be_visible()
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "() => document.activeElement === document.body || Boolean(document.activeElement.closest('dialog'))"
        )
    keys.get_by_role("switch", name="These keys act").uncheck()
    page.keyboard.press("Escape")
    expect(keys).not_to_be_visible()
    expect(page.locator(".stage")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("?")
        page.keyboard.press("f")
        expect(keys).not_to_be_visible()
        expect(page.get_by_role("button", name="Back to all views")).to_have_count(0)
        page.reload()
        drawn(page)
        into_stage(page)
    opener = page.get_by_role("button", name="Keys (?)")
    opener.click()
    keys.get_by_role("switch", name="These keys act").check()
    keys.get_by_role("button", name="Close").click()
    expect(opener).to_be_focused()
    page.keyboard.press("?")
    expect(keys).to_be_visible()


def test_a_browser_that_keeps_nothing_has_its_keys_and_can_turn_them_off(open_page):
    page = open_page("/about")
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused'); } });")
    page.goto(page.url.replace("/about", "/"))
    drawn(page)
    into_stage(page)
    keys = page.get_by_role("dialog", name="Keys")
    page.keyboard.press("?")
    keys.get_by_role("switch", name="These keys act").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(keys).not_to_be_visible()


def by_button(name: str) -> Callable[[Page], None]:
    """Press a button of the stage by Enter, and wait for the answer."""

    def act(page: Page) -> None:
        before = times_drawn(page)
        page.locator(".stage").get_by_role("button", name=name, exact=True).first.press("Enter")
        redrawn(page, before)

    return act


def choose_a_preset(page: Page) -> None:
    before = times_drawn(page)
    page.get_by_role("button", name="Presets").press("Enter")
    page.get_by_role("button", name="One neuron").press("Enter")
    redrawn(page, before)


def undo_all(page: Page) -> None:
    by_button("Basins")(page)
    by_button("Undo (Ctrl+Z)")(page)
    expect(page.get_by_role("button", name="Undo (Ctrl+Z)")).to_be_disabled()


def enlarge_and_go_back(page: Page) -> None:
    by_button("Enlarge Network outputs")(page)
    wait_for_focus(page, "Back to all views")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Back to all views")).to_have_count(0)


def hide_what_has_the_focus(page: Page) -> None:
    page.get_by_role("button", name="Enlarge Network outputs").press("Enter")
    wait_for_focus(page, "Back to all views")
    before = times_drawn(page)
    page.go_back()
    page.wait_for_function("(before) => document.querySelector('.stage').dataset.drawn !== before", arg=before)


def numbers_and_back(page: Page) -> None:
    page.get_by_role("button", name="Numbers of Run 1").press("Enter")
    page.keyboard.press("Escape")


def lesson_and_back(page: Page) -> None:
    page.get_by_role("button", name="Show me").press("Enter")
    page.wait_for_selector("dialog.lesson[data-scene='1']")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.lesson")).to_have_count(0)


def draw_otherwise(page: Page) -> None:
    before = times_drawn(page)
    page.get_by_role("radio", name="Map").focus()
    page.keyboard.press("ArrowRight")
    redrawn(page, before)


def word_and_back(page: Page) -> None:
    page.locator(".stage-sentences .word").first.press("Enter")
    page.keyboard.press("Escape")


ACTIONS: dict[str, tuple[Callable[[Page], None], str]] = {
    "play": (lambda page: page.get_by_role("button", name="Play").press("Enter"), "Pause"),
    "a step": (lambda page: page.get_by_role("button", name="One step back").press("Enter"), "One step back"),
    "escape": (by_button("Escape →"), ""),
    "a neuron": (by_button("Add neuron"), ""),
    "the proof": (by_button("How do we know?"), "How do we know?"),
    "pin": (by_button("Pin Run 1: a click elsewhere will not move it"), "Unpin Run 1"),
    "remove": (by_button("Remove Run 1"), ""),
    "remove the last": (by_button("Remove Run 2"), ""),
    "basins": (by_button("Basins"), "Basins"),
    "undo": (undo_all, "Redo"),
    "reset": (by_button("Reset"), "Reset"),
    "optimisers": (by_button("All optimisers"), "All optimisers"),
    "formulas": (by_button("Formulas"), "Formulas"),
    "a preset": (choose_a_preset, "Presets"),
    "enlarge": (enlarge_and_go_back, "Enlarge Network outputs"),
    "numbers": (numbers_and_back, "Numbers of Run 1"),
    "a lesson": (lesson_and_back, "Show me"),
    "a drawing": (draw_otherwise, "3-D"),
    "a word": (word_and_back, ""),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_no_action_loses_the_focus(open_page, action):
    page = drawn(open_page())
    act, name = ACTIONS[action]
    act(page)
    drawn(page)
    page.wait_for_function(f"() => ({FOCUSED})() !== ''")
    if name:
        wait_for_focus(page, name)
    assert page.evaluate("() => document.activeElement.getClientRects().length > 0")


def test_a_page_of_the_menu_begins_at_its_title(open_page):
    page = drawn(open_page())
    page.get_by_role("link", name="Convex twin", exact=True).press("Enter")
    page.wait_for_selector("[data-view=cones]")
    drawn(page)
    page.wait_for_function("() => document.activeElement.matches('h1')")
    assert page.evaluate("() => document.activeElement.textContent") == "Convex twin"


LISTEN = """() => {
  const live = '[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=log]';
  window.heard = [];
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const region = (target instanceof Element ? target : target.parentElement)?.closest(live);
      if (region) window.heard.push(region.className || region.dataset.testid || region.tagName);
    }
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
}"""


def test_no_live_region_changes_while_runs_play(open_page):
    page = drawn(open_page())
    page.evaluate(LISTEN)
    page.get_by_role("slider", name="Step", exact=True).focus()
    into_stage(page)
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    page.get_by_role("slider", name="Step", exact=True).focus()
    page.wait_for_function("parseInt(document.querySelector('.stage-readout').textContent.slice(5)) > 100")
    assert page.locator(".stage-scrub").get_attribute("aria-valuetext") == "playing"
    assert page.evaluate("window.heard") == []
    page.keyboard.press("Space")
    expect(page.locator(".stage-said")).to_contain_text("Run 1. step")
    expect(page.locator(".stage-scrub")).to_have_attribute("aria-valuetext", re.compile("^step "))


def test_what_an_arrow_key_moves_says_each_new_value(open_page):
    page = drawn(open_page())
    node = handle(page, "data0")
    node.focus()
    heard = [node.get_attribute("aria-valuetext")]
    for _ in range(3):
        before = previews(page)
        page.keyboard.press("ArrowUp")
        wait_for_preview(page, before)
        heard.append(node.get_attribute("aria-valuetext"))
    assert len(set(heard)) == 4
    expect(node).to_be_focused()


def test_plus_minus_and_0_zoom_the_picture_around_what_has_the_focus(open_page):
    page = drawn(open_page())
    handle(page, "data0").focus()
    width = """() => {
      const { range } = document.querySelector('[data-view=outputs] .stage-plot')._fullLayout.xaxis;
      return range[1] - range[0];
    }"""
    whole = page.evaluate(width)
    place = handle(page, "data0").bounding_box()
    page.keyboard.press("+")
    page.wait_for_function(f"(whole) => ({width})() < whole * 0.9", arg=whole)
    assert place is not None
    now = handle(page, "data0").bounding_box()
    assert now is not None
    assert now["x"] == pytest.approx(place["x"], abs=2)
    page.keyboard.press("0")
    page.wait_for_function(f"(whole) => Math.abs(({width})() - whole) < 1e-6", arg=whole)


def test_the_tools_of_a_picture_are_one_stop_and_arrow_keys_walk_them(open_page):
    page = drawn(open_page())
    bar = page.get_by_role("toolbar", name="Tools of Network outputs")
    bar.get_by_role("button", name="Enlarge Network outputs").focus()
    page.keyboard.press("ArrowLeft")
    expect(bar.get_by_label("Save Network outputs as a picture")).to_be_focused()
    page.keyboard.press("End")
    expect(bar.get_by_role("button", name="Enlarge Network outputs")).to_be_focused()
    page.keyboard.press("Tab")
    expect(handle(page, "data0")).to_be_focused()


def test_the_start_of_a_run_is_told_by_the_names_of_the_axes(open_page):
    page = drawn(open_page("/?m=1&x=-1,1&y=1,0.5&run=gd:0.05:-2"))
    expect(handle(page, "run0 start")).to_have_attribute("aria-valuetext", re.compile(r"^w −2, loss "))
    press(page, "Add neuron")
    expect(sentence_locator(page)).to_be_visible()


def test_arrow_keys_choose_among_the_controls_of_streamlit_too(open_page):
    page = drawn(open_page("/convex_twin"))
    group = page.get_by_role("radiogroup", name="Output bias")
    group.get_by_role("radio", name="None").focus()
    for key, chosen in (
        ("ArrowRight", "Free"),
        ("End", "Penalised"),
        ("ArrowDown", "None"),
        ("ArrowLeft", "Penalised"),
    ):
        page.keyboard.press(key)
        radio = group.get_by_role("radio", name=chosen)
        expect(radio).to_have_attribute("aria-checked", "true")
        expect(radio).to_be_focused()
    page.keyboard.press("Tab")
    expect(group.locator(":focus")).to_have_count(0)
    page.keyboard.press("Shift+Tab")
    expect(group.get_by_role("radio", name="Penalised")).to_be_focused()


def test_a_box_that_a_key_opens_takes_the_focus_keeps_it_and_gives_it_back(open_page):
    page = drawn(open_page())
    opener = page.get_by_role("button", name="Presets")
    opener.press("Enter")
    stops = page.get_by_test_id("stPopoverBody").get_by_role("button")
    expect(stops.first).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(stops.last).to_be_focused()
    page.keyboard.press("Tab")
    expect(stops.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(stops).to_have_count(0)
    expect(opener).to_be_focused()
    opener.click()
    expect(stops.first).to_be_visible()
    opener.focus()
    page.keyboard.press("Tab")
    expect(stops.first).to_be_focused()
