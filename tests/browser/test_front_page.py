"""The app as a visitor meets it, in a real browser: any error of a page fails its test."""

import re

from on_stage import VIEWS, drawn, follow, plotted, sentence, sentence_locator, trace, type_in
from playwright.sync_api import Page, expect


def test_the_first_screen_tells_the_story_without_scrolling(open_page):
    page = drawn(open_page())
    boxes = [page.get_by_role("img", name=re.compile(f"^{name}")).bounding_box() for name in VIEWS]
    assert all(box is not None for box in boxes)
    first, outputs, twin, below = boxes
    assert first["x"] + first["width"] <= outputs["x"]
    assert outputs["x"] + outputs["width"] <= twin["x"]
    assert max(box["y"] + box["height"] for box in boxes[:3]) <= 768
    assert below["y"] > first["y"] + first["height"]
    assert "Stuck at loss 1.000, and the best is 0." in sentence(page, "run0")
    assert "Reached the best" in sentence(page, "run1")
    last = page.locator(".stage-sentences li").last.bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= 768
    stars, _ = trace(page, "map", "optimum")
    assert sorted(stars) == [-1, 2]


def test_both_landscapes_are_drawn_with_their_losses_and_paths_with_their_casings(open_page):
    page = drawn(open_page("/?surface=both"))
    for name in ("map", "twin", "relief", "twin-relief"):
        losses = page.evaluate(
            """(name) => document.querySelector(`[data-view=${name}] .stage-plot`)._fullData
              .filter(({ uid }) => uid.startsWith("field")).map(({ z, customdata }) => [z, customdata].map((rows) =>
                [rows.length, rows[0].length, [...rows].flatMap((row) => [...row]).every(Number.isFinite)]))""",
            name,
        )
        part = 61 if name == "twin-relief" else 121  # less what no network can be
        assert losses == [[[part, part, True]] * 2], name
    for name in ("map", "twin"):
        for run in ("run0", "run1"):
            assert trace(page, name, f"{run}-casing") == trace(page, name, f"{run}-line")


def test_a_changed_number_changes_the_sentence_and_the_address(open_page):
    page = drawn(open_page())
    type_in(page, "y₁", "0.5")
    assert "Stuck at loss 0.2500, and the best is 0." in sentence(page)
    assert "y=0.5%2C2" in page.url or "y=0.5,2" in page.url


def drag(page: Page, view: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag the mouse across a plot, from one share of its frame to another."""
    box = page.locator(f"[data-view={view}] .stage-plot").bounding_box()
    assert box is not None
    points = [(box["x"] + fx * box["width"], box["y"] + fy * box["height"]) for fx, fy in (start, end)]
    page.mouse.move(*points[0])
    page.mouse.down()
    page.mouse.move(*points[1], steps=8)
    page.mouse.up()


def looked_at(page: Page) -> tuple[list[float], dict[str, float]]:
    """Return the range of the map's first axis and where the camera of the surface stands."""
    return page.evaluate("""() => {
      const plot = (name) => document.querySelector(`[data-view=${name}] .stage-plot`);
      return [plot('map')._fullLayout.xaxis.range, plot('relief')._fullLayout.scene._scene.getCamera().eye];
    }""")


def at_rest(page: Page) -> tuple[list[float], dict[str, float]]:
    """Return what is looked at once the camera stands still for ten frames: it follows the mouse some frames later."""
    page.wait_for_function("""() => {
      const { eye } = document.querySelector('[data-view=relief] .stage-plot')._fullLayout.scene._scene.getCamera();
      const now = JSON.stringify(eye);
      window.still = window.eye === now ? (window.still ?? 0) + 1 : 0;
      window.eye = now;
      return window.still >= 10;
    }""")
    return looked_at(page)


def test_zoom_and_camera_survive_a_change(open_page):
    page = drawn(open_page("/?surface=both"))
    untouched = looked_at(page)
    drag(page, "map", (0.45, 0.3), (0.7, 0.6))
    drag(page, "relief", (0.4, 0.5), (0.6, 0.55))
    chosen = at_rest(page)
    assert chosen[0] != untouched[0]
    assert chosen[1] != untouched[1]
    type_in(page, "y₁", "1.5")
    kept = looked_at(page)
    assert kept[0] == chosen[0]
    assert all(abs(kept[1][axis] - chosen[1][axis]) < 1e-6 for axis in "xyz")


def test_a_link_opens_as_exactly_the_same_picture(open_page):
    first = drawn(open_page("/?x=-1,1&y=1,0.5&m=3&starts=2&seed=4&run=adam:0.1:1,-1"))
    type_in(first, "x₁", "-1.25")
    second = drawn(open_page(first.url))
    assert [sentence(first, f"run{k}") for k in range(3)] == [sentence(second, f"run{k}") for k in range(3)]
    assert plotted(first) == plotted(second)


def test_a_link_that_asks_for_the_impossible_says_so_and_shows_the_rest(open_page):
    page = drawn(open_page("/?x=-1,1&y=1,2&m=0&steps=1e9&seed=<script>alert(1)</script>&run=no"))
    for name in ("m", "steps"):
        expect(page.get_by_test_id("stText").filter(has_text=re.compile(rf"\b{name} = "))).to_be_visible()
    assert "Stuck" in sentence(page) or "Reached" in sentence(page)


def test_a_phone_stacks_the_views_and_cuts_nothing_off(open_page):
    page = drawn(open_page(viewport=(390, 844), touch=True))
    boxes = [page.get_by_role("img", name=re.compile(f"^{name}")).bounding_box() for name in VIEWS]
    told = page.locator(".stage-sentences li").first.bounding_box()
    assert told is not None
    assert boxes[0]["y"] < told["y"] < boxes[1]["y"], "what happened follows the first picture"
    assert told["y"] + told["height"] <= 844
    assert boxes[2]["y"] + boxes[2]["height"] <= 1.55 * 844, "weights, outputs and slopes in one and a half screens"
    assert all(box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
    tops = [box["y"] for box in boxes]
    assert tops == sorted(set(tops))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_deep_link_works_on_a_server_nobody_has_visited(open_page, cold_app_url):
    page = open_page(f"{cold_app_url}/about")
    expect(page.get_by_role("heading", name="The theorem")).to_be_visible()
    follow(page, "Landscape")
    drawn(page)
    assert "Stuck at loss 1.000" in sentence(page)


def test_what_was_set_survives_a_visit_to_another_page(open_page):
    page = drawn(open_page())
    type_in(page, "y₁", "0.5")
    before = sentence(page)
    follow(page, "About")
    expect(page.get_by_role("heading", name="The theorem")).to_be_visible()
    follow(page, "Landscape")
    drawn(page)
    assert sentence(page) == before


def test_hovering_a_sentence_marks_its_run_in_every_view(open_page):
    page = drawn(open_page())
    page.locator(".stage-sentences li[data-run=run1]").hover()
    marked = page.evaluate(
        "[...document.querySelectorAll('.stage-view')].filter((v) => v.querySelector('.trace.stage-focus')).length"
    )
    assert marked == 4


def test_a_step_that_is_too_large_is_explained_with_one_that_works(open_page):
    page = drawn(open_page("/?run=gd:5:1.5,-0.5"))
    expect(sentence_locator(page)).to_contain_text(
        re.compile(r"Diverged.*With a step of 0\.\d+ the same start converges")
    )
    assert "NaN" not in page.locator("body").inner_text()


def test_dark_theme_is_followed(open_page):
    page = drawn(open_page(dark=True))
    color = page.evaluate("document.querySelector('[data-view=losses] .stage-plot')._fullLayout.font.color")
    assert color.upper() == "#E6EAEF"
