"""One view large in a real browser: by button, key and double click, kept in the address, and no step of undo."""

from __future__ import annotations

import json
import re

import pytest
from on_stage import drawn, into_stage, press, redrawn, sentence, times_drawn, type_in
from playwright.sync_api import Page, expect


def shown(page: Page) -> list[str]:
    """Return the names of the views that are seen, in order."""
    return page.evaluate(
        "[...document.querySelectorAll('.stage-view')].filter((v) => v.offsetParent).map((v) => v.dataset.view)"
    )


def enlarged(page: Page, name: str) -> None:
    """Wait until this view alone is seen, drawn at its new size."""
    page.wait_for_function(
        """(name) => {
          const seen = [...document.querySelectorAll('.stage-view')].filter((view) => view.offsetParent);
          const plot = seen[0]?.querySelector('.stage-plot');
          return seen.length === 1 && seen[0].dataset.view === name
            && Math.abs((plot._fullLayout?.width ?? 0) - plot.clientWidth) < 2;
        }""",
        arg=name,
    )


ALL = ["map", "outputs", "twin", "losses"]


def test_a_large_view_survives_a_reload_and_goes_back_by_button_key_and_double_click(open_page):
    page = drawn(open_page())
    expect(page.locator(".stage-said")).to_contain_text("Run 1.")  # what happened is announced before
    press(page, "Enlarge Convex landscape")
    enlarged(page, "twin")
    assert "enlarged=twin" in page.url
    expect(page.locator(".stage-said")).to_have_text("Convex landscape fills the stage.")
    page.reload()
    drawn(page)
    enlarged(page, "twin")
    # The others were never drawn.
    assert page.locator(".stage-plot.js-plotly-plot").count() == 1
    press(page, "Back to all views")
    assert shown(page) == ALL
    assert page.locator(".stage-plot.js-plotly-plot").count() == 4
    assert "enlarged" not in page.url

    page.locator("[data-view=losses] .stage-plot").hover()
    page.keyboard.press("f")
    enlarged(page, "losses")
    page.keyboard.press("Escape")
    assert shown(page) == ALL

    page.get_by_role("heading", name="Network outputs").dblclick()
    enlarged(page, "outputs")
    page.get_by_role("heading", name="Network outputs").dblclick()
    assert shown(page) == ALL

    page.get_by_role("button", name="Enlarge Loss landscape").focus()
    page.keyboard.press("f")
    enlarged(page, "map")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Back to all views"
    page.keyboard.press("f")
    assert shown(page) == ALL


def test_letters_that_are_typed_and_keys_with_others_enlarge_nothing(open_page):
    page = drawn(open_page())
    page.locator("[data-view=map] .stage-plot").hover()
    page.keyboard.press("Control+f")
    page.get_by_role("spinbutton", name="y₁", exact=True).focus()
    page.keyboard.press("f")
    assert shown(page) == ALL
    assert "enlarged" not in page.url


def test_a_large_view_is_no_step_of_undo_and_stays_through_changes_and_undo(open_page):
    page = drawn(open_page())
    press(page, "Enlarge Network outputs")
    undo = page.get_by_role("button", name=re.compile("^Undo"))
    expect(undo).to_be_disabled()
    type_in(page, "y₁", "0.5")
    enlarged(page, "outputs")
    assert "enlarged=outputs" in page.url
    press(page, "Undo (Ctrl+Z)")
    enlarged(page, "outputs")
    assert "enlarged=outputs" in page.url
    expect(undo).to_be_disabled()
    # What was drawn before the change is drawn anew when it is seen again.
    type_in(page, "y₁", "0.25")
    press(page, "Back to all views")
    ends = page.evaluate("Array.from(document.querySelector('[data-view=losses] .stage-plot').data.at(-1).y)")
    assert sentence(page).startswith("Run 1.")
    assert shown(page) == ALL
    assert ends


def test_runs_play_in_a_large_view_whose_neighbours_were_never_drawn(open_page):
    # So many neurons send no weights: the outputs are drawn from the places in the twin, which is hidden.
    page = drawn(open_page("/?m=20&enlarged=outputs&run=gd:auto:1,-1&at=5"))
    enlarged(page, "outputs")
    painted = page.evaluate(
        """() => {
          const canvas = document.querySelector('[data-view=outputs] .stage-overlay');
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          return data.some((value) => value > 0);
        }"""
    )
    assert painted
    into_stage(page)
    page.keyboard.press("End")
    expect(page.locator(".stage-in-motion")).to_have_count(0)


def test_another_drawing_of_the_same_takes_the_place_of_a_large_one(open_page):
    page = drawn(open_page("/?enlarged=map"))
    enlarged(page, "map")
    before = times_drawn(page)
    page.get_by_role("radio", name="3-D").click()
    redrawn(page, before)
    enlarged(page, "relief")


def test_a_name_that_the_page_does_not_draw_is_said_and_all_are_shown(open_page):
    page = drawn(open_page("/?enlarged=<b>x</b>"))
    assert shown(page) == ALL
    note = page.locator(".stage-note")
    expect(note).to_be_visible()
    expect(note).to_contain_text("which this page does not draw: all are shown.")
    assert note.locator("b").count() == 0


@pytest.mark.parametrize("path", ["/convex_twin", "/dynamics", "/beyond", "/race"])
def test_every_view_of_every_page_can_be_enlarged_and_is_after_a_reload(open_page, path):
    page = drawn(open_page(path))
    # What is solved in the background brings views of its own.
    expect(page.locator(".stage-sentences li").first).to_be_visible()
    expect(page.locator(".stage-sentences").first).not_to_contain_text("on the way")
    first = shown(drawn(page))
    last = page.locator(".stage-view").last
    name = last.get_attribute("data-view")
    last.get_by_role("button", name=re.compile("^Enlarge ")).press("Enter")
    page.wait_for_function("(name) => new URLSearchParams(location.search).get('enlarged') === name", arg=name)
    page.reload()
    drawn(page)
    page.wait_for_selector(f"[data-view='{name}'] .js-plotly-plot, [data-view='{name}'] .stage-plot.js-plotly-plot")
    stage = page.locator(".stage").filter(has=page.locator(f"[data-view='{name}']"))
    expect(stage.get_by_role("button", name="Back to all views")).to_be_visible()
    page.keyboard.press("Escape")
    expect(stage.get_by_role("button", name="Back to all views")).to_have_count(0)
    assert shown(page) == first


CAMERAS = """() => JSON.stringify(['relief', 'twin-relief'].map((name) => {
  const plot = document.querySelector(`[data-view=${name}] .stage-plot`);
  const camera = plot._fullLayout.scene._scene.getCamera();
  return ['eye', 'center', 'up'].map((part) => ['x', 'y', 'z'].map((axis) => +camera[part][axis].toFixed(6)));
}))"""


def cameras(page: Page) -> list[list[list[float]]]:
    """Return the cameras of both landscapes once they agree and have stood still for twenty frames."""
    page.wait_for_function(
        f"""() => {{
          const now = ({CAMERAS})();
          const [one, other] = JSON.parse(now);
          window.still = window.seenCameras === now && JSON.stringify(one) === JSON.stringify(other)
            ? (window.still ?? 0) + 1 : 0;
          window.seenCameras = now;
          return window.still >= 20;
        }}"""
    )
    return json.loads(page.evaluate(CAMERAS))


def test_both_landscapes_in_space_have_one_camera(open_page):
    page = drawn(open_page("/?surface=surface"))
    untouched = cameras(page)
    assert untouched[0] == untouched[1]
    box = page.locator("[data-view=relief] .stage-plot").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.55 * box["height"], steps=5)
    page.mouse.up()
    turned = cameras(page)
    assert turned[0] == turned[1] != untouched[0]
    page.locator("[data-view=twin-relief] .stage-plot").focus()
    page.keyboard.press("ArrowLeft")
    by_key = cameras(page)
    assert by_key[0] == by_key[1] != turned[0]
    # A change draws both anew, and one alone is still seen from there.
    type_in(page, "y₁", "1.5")
    assert cameras(page) == by_key
    expect(page.locator("[data-view=twin-relief] .annotation-text").first).to_have_text("★")


def test_runs_play_in_both_landscapes_in_space(open_page):
    page = drawn(open_page("/?surface=surface&at=10"))
    lengths = """() => ['relief', 'twin-relief'].map((name) => {
      const { _fullData: traces } = document.querySelector(`[data-view=${name}] .stage-plot`);
      return traces.find((trace) => trace.uid === 'run1-line').x.length;
    })"""
    page.wait_for_function(f"() => ({lengths})().every((count) => count === 11)")
    into_stage(page)
    page.keyboard.press("End")
    page.wait_for_function(f"() => ({lengths})().every((count) => count === 476)")
    assert page.evaluate(lengths) == [476, 476]


def test_the_title_of_a_vertical_axis_is_cut_where_it_does_not_fit_and_whole_again_where_it_does(open_page):
    page = drawn(open_page("/?surface=both"))
    title = page.locator("[data-view=twin] .ytitle")
    expect(title).to_have_text("u₂")
    press(page, "Enlarge Convex landscape")
    enlarged(page, "twin")
    expect(title).to_have_text("u₂, slope of f left of 0")
    press(page, "Back to all views")
    expect(title).to_have_text("u₂")
