"""Direct manipulation in a real browser: what is dragged, clicked or tapped is shown at once, and then exactly."""

import math
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from on_stage import (
    click_at,
    drawn,
    frames_seen,
    handle,
    place,
    plotted,
    press,
    previews,
    redrawn,
    sentence,
    sentence_locator,
    taken,
    times_drawn,
    trace,
    two_frames,
    type_in,
    wait_for_preview,
    watch_frames,
)
from playwright.sync_api import expect


def query(page) -> dict[str, list[str]]:
    """Return the query of the page's address."""
    return parse_qs(urlsplit(page.url).query)


def runs(page) -> list[str]:
    return query(page).get("run", [])


# No neuron is active on the first point, so that the loss is the square of its label.
LOSS_IS_OF_LABEL = """() => {
  const label = document.querySelector("[data-handle=data0]").dataset.label.match(/, ([\\d.]+)\\)/)[1];
  const loss = document.querySelector("li[data-run=run0] .stage-text").textContent.match(/at loss ([\\d.]+)/)[1];
  return Math.abs(loss / label ** 2 - 1) < 0.01;
}"""


def test_a_dragged_data_point_is_followed_while_it_moves_and_exact_when_it_is_let_go(open_page):
    page = drawn(open_page())
    before, first = times_drawn(page), sentence(page)
    x, y = taken(page, "data0")
    page.mouse.move(x + 30, y + 20, steps=6)
    page.wait_for_function("document.querySelector('.stage').dataset.previews > 2")
    expect(sentence_locator(page)).not_to_have_text(first)
    page.wait_for_function(LOSS_IS_OF_LABEL)
    moving = sentence(page)
    assert times_drawn(page) == before  # nothing from Python is drawn over what is held
    page.mouse.up()
    redrawn(page, before)
    assert sentence(page) == moving
    assert "stage-preview" not in (page.locator("[data-view=map] .stage-plot").get_attribute("class") or "")
    x_linked = [float(v) for v in query(page)["x"][0].split(",")]
    y_linked = [float(v) for v in query(page)["y"][0].split(",")]
    assert x_linked[0] != -1
    assert y_linked[0] != 1
    for drawn_at, linked in zip(trace(page, "outputs", "data"), (x_linked, y_linked), strict=True):
        assert drawn_at == pytest.approx(linked, rel=1e-6)
    again = drawn(open_page(page.url))
    assert plotted(again) == plotted(page)
    assert sentence(again) == sentence(page)
    # The numbers beside it are in step, and the whole drag is undone at once.
    assert float(page.get_by_role("spinbutton", name="y₁", exact=True).input_value()) == pytest.approx(y_linked[0])
    press(page, "Undo (Ctrl+Z)")
    assert sentence(page) == first
    assert page.get_by_role("button", name="Undo (Ctrl+Z)").is_disabled()
    press(page, "Redo (Ctrl+Shift+Z)")
    assert sentence(page) == moving


PAINTED = """() => {
  const { data } = document.querySelector("[data-view=map] canvas.stage-overlay").getContext("2d")
    .getImageData(0, 0, 2000, 2000);
  return data.some((value) => value > 0);
}"""


def test_what_is_held_stays_drawn_while_the_window_changes_its_size(open_page):
    page = drawn(open_page(viewport=(1366, 900)))
    first = sentence(page)
    x, y = taken(page, "data0")
    page.mouse.move(x + 30, y + 20, steps=2)
    expect(sentence_locator(page)).not_to_have_text(first)
    page.wait_for_function(LOSS_IS_OF_LABEL)
    held = sentence(page)
    page.set_viewport_size({"width": 1300, "height": 900})
    page.wait_for_function("innerWidth === 1300")
    two_frames(page)
    assert sentence(page) == held
    assert page.evaluate(PAINTED)
    page.mouse.up()


@pytest.mark.parametrize("width", [1366, 1100])
def test_no_frame_of_a_drag_is_blank_or_drawn_as_at_rest_though_sentences_wrap_anew(open_page, width):
    page = drawn(open_page("/?starts=2", viewport=(width, 900)))
    page.evaluate("""() => {
      window.heights = new Set();
      new ResizeObserver(([entry]) => window.heights.add(Math.round(entry.contentRect.height)))
        .observe(document.querySelector(".stage"));
    }""")
    x, y = taken(page, "data0")
    shown = previews(page)
    page.mouse.move(x + 4, y + 4)
    wait_for_preview(page, shown)
    watch_frames(page)
    for k in range(60):
        page.mouse.move(x + 60 * math.sin(k / 6), y + 80 * math.sin(k / 9))
        two_frames(page)
        if k in (20, 40):  # a sentence that wraps anew, whatever the words of the runs are here
            page.evaluate(
                "(width) => { document.querySelector('.stage-sentences').style.paddingRight = width; }", f"{k * 8}px"
            )
    seen = frames_seen(page)
    page.mouse.up()
    assert seen["count"] >= 60
    assert (seen["blank"], seen["at_rest"]) == (0, 0)
    assert page.evaluate("window.heights.size") > 1


def test_a_drag_let_go_while_a_drawing_is_under_way_is_not_dropped_when_that_ends(open_page):
    page = drawn(open_page())
    # plotly.js takes its time, as on a slow machine.
    page.evaluate("""() => {
      const { react } = Plotly;
      Plotly.react = async (...figure) => {
        await new Promise((done) => setTimeout(done, 600));
        return react(...figure);
      };
    }""")
    before = times_drawn(page)
    old = handle(page, "data0").get_attribute("data-label")
    page.locator(".stage").get_by_role("button", name="Basins", exact=True).click()
    expect(page.get_by_role("button", name="Basins", exact=True)).to_have_attribute("aria-pressed", "true")
    x, y = taken(page, "data0")
    shown = previews(page)
    page.mouse.move(x + 30, y - 30, steps=3)
    wait_for_preview(page, shown)
    new = handle(page, "data0").get_attribute("data-label")
    watch_frames(page)
    page.mouse.up()
    redrawn(page, before)
    page.wait_for_function("!document.querySelector('.stage-preview')")
    seen = frames_seen(page)
    assert new != old
    assert seen["labels"] == [new]
    assert seen["blank"] == 0
    assert handle(page, "data0").get_attribute("data-label") == new


def test_points_and_slopes_can_both_be_taken_where_a_run_is_optimal(open_page):
    page = drawn(open_page("/?x=-1,1&y=1,2&m=2&run=gd:0.02:1.5,-0.5"))
    for name, moved in (("data1", "y"), ("run0 slope 0", "run"), ("data0", "y")):
        before, query_before = times_drawn(page), query(page)[moved]
        x, y = taken(page, name)
        page.mouse.move(x, y - 30, steps=3)
        page.mouse.up()
        redrawn(page, before)
        assert query(page)[moved] != query_before, name


def test_a_dragged_value_has_the_digits_that_one_sees_and_dragged_back_it_is_what_it_was(open_page):
    page = drawn(open_page("/?x=-1.000612,1&y=1.129041,2"))
    before = times_drawn(page)
    x, y = taken(page, "data0")
    page.mouse.move(x + 40, y + 25, steps=4)
    page.mouse.up()
    redrawn(page, before)
    for text in (query(page)["x"][0].split(",")[0], query(page)["y"][0].split(",")[0]):
        assert len(text.strip("-").replace("0.", "")) <= 4, text
    press(page, "Undo (Ctrl+Z)")
    x, y = taken(page, "data0")
    shown = previews(page)
    page.mouse.move(x + 40, y + 25, steps=4)
    wait_for_preview(page, shown)
    page.mouse.move(x, y, steps=2)
    page.mouse.up()
    page.wait_for_function("!document.querySelector('.stage-preview')")
    drawn(page)
    assert query(page)["x"] == ["-1.000612,1"]
    assert query(page)["y"] == ["1.129041,2"]


def test_arrow_keys_move_a_handle_that_has_the_focus_and_no_key_press_is_lost(open_page):
    page = drawn(open_page())
    height = page.evaluate("""(() => {
      const [low, high] = document.querySelector('[data-view=outputs] .stage-plot')._fullLayout.yaxis.range;
      return high - low;
    })()""")
    handle(page, "data1").focus()
    for _ in range(5):
        label = handle(page, "data1").get_attribute("data-label") or ""
        page.keyboard.press("ArrowUp")
        expect(handle(page, "data1")).not_to_have_attribute("data-label", label)
    expect(page.locator(".stage-preview")).to_have_count(0)
    drawn(page)
    label = handle(page, "data1").get_attribute("aria-valuetext") or ""
    assert label.startswith("x 1, y 2.")
    assert float(query(page)["y"][0].split(",")[1]) == pytest.approx(2 + 5 * 0.02 * height, abs=5 * 0.005)
    assert page.evaluate("document.activeElement.dataset.handle") == "data1"
    before = times_drawn(page)
    page.keyboard.press("Control+z")
    redrawn(page, before)


def test_starts_and_slopes_are_dragged(open_page):
    page = drawn(open_page())
    before = times_drawn(page)
    taken(page, "run0 start")
    page.mouse.move(*place(page, "map", -2, 3), steps=5)
    page.mouse.up()
    redrawn(page, before)
    start = [float(v) for v in runs(page)[0].split(":")[2].split(",")]
    assert start == pytest.approx([-2, 3], abs=0.05)
    assert "Reached the best" in sentence(page)
    before = times_drawn(page)
    x, _ = taken(page, "run0 slope 1")
    zero = place(page, "outputs", 0.0, 0.0)
    one = place(page, "outputs", 1.0, 1.0)
    edge = (x - zero[0]) / (one[0] - zero[0])
    page.mouse.move(x, place(page, "outputs", edge, 0.5)[1], steps=5)
    page.mouse.up()
    redrawn(page, before)
    slope = [float(v) for v in runs(page)[0].split(":")[2].split(",")][1]
    assert slope == pytest.approx(0.5 / edge, abs=0.03)
    before = times_drawn(page)
    taken(page, "run1 twin start")
    page.mouse.move(*place(page, "twin", 1.0, -3.0), steps=5)
    page.mouse.up()
    redrawn(page, before)
    w = [float(v) for v in runs(page)[1].split(":")[2].split(",")]
    assert sum(v for v in w if v > 0) == pytest.approx(1.0, abs=0.06)
    assert sum(v for v in w if v < 0) == pytest.approx(-3.0, abs=0.06)


def test_clicks_on_both_landscapes_move_a_run_and_with_shift_or_the_switch_add_one(open_page):
    page = drawn(open_page())
    click_at(page, "map", -2.5, -2)
    assert [float(v) for v in runs(page)[0].split(":")[2].split(",")] == pytest.approx([-2.5, -2], abs=0.05)
    assert "Stuck at loss 4.000" in sentence(page)
    click_at(page, "map", 2, 3, shift=True)
    assert len(runs(page)) == 3
    assert page.locator(".stage-sentences li[data-run=run2]").count() == 1
    page.get_by_role("button", name="Add runs").click()
    click_at(page, "twin", 3, -2)
    assert len(runs(page)) == 4
    assert "Reached the best" in sentence(page, "run3")
    page.get_by_role("button", name="Add runs").click()
    click_at(page, "twin", -2, -2)
    assert len(runs(page)) == 4
    expect(page.locator("[data-testid=stText]").first).to_contain_text("No network is there")
    press(page, "Remove Run 4")
    press(page, "Remove Run 3")
    assert len(runs(page)) == 2
    before = times_drawn(page)
    page.get_by_role("button", name=re.compile("^Pin Run 1")).click()
    redrawn(page, before)
    before = times_drawn(page)
    sentence_locator(page).click()
    redrawn(page, before)
    click_at(page, "map", 1, 1)
    assert [float(v) for v in runs(page)[0].split(":")[2].split(",")] == pytest.approx([-2.5, -2], abs=0.05)
    assert [float(v) for v in runs(page)[1].split(":")[2].split(",")] == pytest.approx([1, 1], abs=0.05)


def test_all_optimisers_start_where_the_selected_run_does_and_reset_takes_them_away(open_page):
    page = drawn(open_page())
    press(page, "All optimisers")
    assert [run.split(":")[0] for run in runs(page)] == ["gd", "gd", "momentum", "adam"]
    assert {run.split(":")[2] for run in runs(page)} == {"2.45,2.25", "3,-0.5"}
    press(page, "Reset")
    assert "run" not in query(page) or len(runs(page)) == 2
    assert page.locator(".stage-sentences li[data-run^=run]").count() == 2


def test_the_critical_set_the_missing_neuron_and_the_basins_are_drawn(open_page):
    page = drawn(open_page("/?window=4"))
    texts = page.locator("[data-view=map] .annotation").all_text_contents()
    assert any(re.search(r"stuck at\s*loss 1\.000", text) for text in texts)
    assert any(re.search(r"stuck at\s*loss 4\.000", text) for text in texts)
    assert trace(page, "outputs", "run0-ghost")[1][0] > 0
    press(page, "Basins")
    assert "70.3" in sentence(page, "basins")
    assert "exact" in sentence(page, "basins")
    assert (
        page.locator("[data-view=map] .stage-plot").evaluate(
            "(plot) => plot._fullData.filter((t) => String(t.uid).startsWith('basin')).length"
        )
        >= 2
    )
    press(page, "Add neuron")
    assert query(page)["m"] == ["3"]
    assert "Reached the best" in sentence(page)


def test_presets_set_everything_that_matters_and_undo_takes_them_back(open_page):
    page = drawn(open_page())
    before = times_drawn(page)
    page.get_by_role("button", name="Presets").click()
    page.get_by_role("button", name="One neuron").click()
    redrawn(page, before)
    assert page.locator("[data-view=curve]").count() == 1
    assert "0.2500" in sentence(page)
    page.keyboard.press("Escape")
    page.get_by_role("heading", name="Hidden convex landscape").click()
    before = times_drawn(page)
    page.keyboard.press("Control+z")
    redrawn(page, before)
    assert page.locator("[data-view=map]").count() == 1


def test_a_finger_drags_points_and_taps_starts_on_a_phone(open_page):
    page = drawn(open_page(viewport=(390, 844), touch=True))
    expect(page.locator("[data-testid=stSidebar]")).to_have_attribute("data-collapsed", "true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for name in ("Play", "Add runs", "Reset", "Escape →", "Remove Run 2"):
        button = page.locator(".stage").get_by_role("button", name=name, exact=True).first
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    before = times_drawn(page)
    page.touchscreen.tap(*place(page, "map", -2.5, -2))
    redrawn(page, before)
    assert "Stuck at loss 4.000" in sentence(page)
    before = times_drawn(page)
    node = handle(page, "data0")
    node.scroll_into_view_if_needed()
    box = node.bounding_box()
    assert box is not None
    assert box["width"] >= 40
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger = page.context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    expect(node).to_have_class(re.compile("stage-held"))  # a finger that moves on at once scrolls the page
    for k in range(1, 6):
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y - 8 * k}]})
    page.wait_for_function("document.querySelector('.stage').dataset.previews > 1")
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    redrawn(page, before)
    page.wait_for_url(lambda url: float(parse_qs(urlsplit(url).query)["y"][0].split(",")[0]) > 1.05)


COUNT_ANSWERS = """() => {
  window.answers = 0;
  const app = document.querySelector("[data-testid=stApp]");
  new MutationObserver(() => {
    if (app.dataset.testScriptState === "notRunning") window.answers += 1;
  }).observe(app, { attributeFilter: ["data-test-script-state"] });
}"""


def test_an_answer_on_its_way_never_overwrites_a_newer_drag(open_page):
    page = drawn(open_page())
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 700,
            "downloadThroughput": -1,
            "uploadThroughput": -1,
        },
    )
    x, y = taken(page, "data0")
    page.evaluate(COUNT_ANSWERS)
    shown = previews(page)
    page.mouse.move(x, y - 10, steps=3)
    wait_for_preview(page, shown)
    page.mouse.up()
    x, y = taken(page, "data0")
    for k in range(1, 9):
        shown = previews(page)
        page.mouse.move(x, y - 4 * k)
        wait_for_preview(page, shown)
    shown, seen = previews(page), handle(page, "data0").get_attribute("data-label")
    assert seen is not None
    page.wait_for_function("window.answers > 0")
    two_frames(page)
    assert handle(page, "data0").get_attribute("data-label") == seen
    assert previews(page) == shown
    page.mouse.up()
    page.wait_for_function("!document.querySelector('.stage-preview')")
    drawn(page)
    assert handle(page, "data0").get_attribute("data-label") == seen
    written = float(seen.strip("()").split(",")[1].replace("−", "-"))
    assert float(query(page)["y"][0].split(",")[0]) == pytest.approx(written, rel=5e-3)


def test_a_dropped_connection_keeps_what_was_set(open_page):
    page = drawn(open_page("/?hide=sentences"))
    type_in(page, "y₁", "0.5")
    page.evaluate("window.onoffline = null")
    page.context.set_offline(True)
    x, y = taken(page, "data1")
    shown = previews(page)
    page.mouse.move(x, y - 25, steps=4)
    wait_for_preview(page, shown)
    page.mouse.up()
    seen = handle(page, "data1").get_attribute("data-label")
    two_frames(page)
    assert handle(page, "data1").get_attribute("data-label") == seen
    page.context.set_offline(False)
    page.wait_for_function("!document.querySelector('.stage-preview')")
    drawn(page)
    assert handle(page, "data1").get_attribute("data-label") == seen
    assert query(page)["y"][0].startswith("0.5,")


@pytest.mark.parametrize("key", ["x₁", "y₂"])
def test_a_point_dragged_far_away_rescales_the_picture_when_it_is_let_go(open_page, key):
    page = drawn(open_page())
    type_in(page, key, "-700")
    left, right = page.evaluate("document.querySelector('[data-view=outputs] .stage-plot')._fullLayout.xaxis.range")
    low, high = page.evaluate("document.querySelector('[data-view=outputs] .stage-plot')._fullLayout.yaxis.range")
    for x, y in zip(*trace(page, "outputs", "data"), strict=True):
        assert left <= x <= right
        assert low <= y <= high


FORESEEN = """() => {
  const stage = document.querySelector(".stage");
  const canvas = stage.querySelector("[data-view=map] .stage-overlay:not(.stage-marks)");
  window.foreseen = [];
  new MutationObserver(() => window.foreseen.push({
    drawn: stage.dataset.drawn, shown: canvas.style.display !== "none",
    painted: canvas.getContext("2d").getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data[3] === 255,
  })).observe(stage, { attributeFilter: ["data-foreseen"] });
}"""


def test_a_changed_number_is_painted_before_it_is_drawn_and_nothing_else_is(open_page):
    page = drawn(open_page())
    page.evaluate(FORESEEN)
    before = times_drawn(page)
    type_in(page, "y₁", "1.9")
    assert page.evaluate("window.foreseen") == [{"drawn": before, "shown": True, "painted": True}]
    expect(page.locator("[data-view=map] .stage-overlay:not(.stage-marks)")).to_be_hidden()
    assert page.locator(".stage-preview").count() == 0
    press(page, "Basins")  # the same numbers in another picture
    assert len(page.evaluate("window.foreseen")) == 1
    again = drawn(open_page(page.url))
    assert plotted(again) == plotted(page)


@pytest.mark.parametrize(
    ("path", "name", "view"),
    [
        (
            "/convex_twin?x=-1,0,1&y=1,-1,1&bias=1&layer=trained&lam=0.1&m=4&starts=1&run=none&steps=50",
            "data0",
            "outputs",
        ),
        ("/beyond", "data0.0", "outputs"),
    ],
    ids=["Convex twin", "Beyond"],
)
def test_what_is_held_stays_under_the_pointer_though_the_axes_follow_the_data(open_page, path, name, view):
    page = drawn(open_page(path, viewport=(1366, 900)))
    ranges = plotted(page)[view]["ranges"]
    x, y = taken(page, name)
    for away in (12, 24, 36):
        before = times_drawn(page)
        page.mouse.move(x - away, y - away)
        expect(page.locator(".stage")).not_to_have_attribute("data-drawn", before or "")
        two_frames(page)
        assert plotted(page)[view]["ranges"] == ranges
        page.mouse.move(x - away - 1, y - away)
        two_frames(page)
        box = handle(page, name).bounding_box()
        assert box["x"] + box["width"] / 2 == pytest.approx(x - away, abs=4)
        assert box["y"] + box["height"] / 2 == pytest.approx(y - away, abs=4)
    page.mouse.up()
    page.wait_for_function(
        """([view, range]) => {
          const { xaxis } = document.querySelector(`[data-view=${view}] .stage-plot`)._fullLayout;
          return String(xaxis.range) !== String(range);
        }""",
        arg=[view, ranges[0]],
    )
    drawn(page)
    again = drawn(open_page(page.url, viewport=(1366, 900)))
    assert plotted(again)[view]["ranges"] == plotted(page)[view]["ranges"]
