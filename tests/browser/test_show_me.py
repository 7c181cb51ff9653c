"""*Show me* in a real browser: it walks by button and by keys, lets one do things, and leaves the page as it was."""

import re

import pytest
from on_stage import drawn, press, type_in
from playwright.sync_api import Locator, Page, Route, expect

from landscape.formatting import short
from landscape.scenario import Scenario

START = "w 1 = {}, w 2 = {}".format(*(short(w, 3) for w in Scenario().training.runs[0].w))
"""Where run 1 starts, as the label of its handle has it."""

TITLES = ("Stuck", "Why", "The slopes", "The bowl", "The way out")


def layer(page: Page) -> Locator:
    return page.locator("dialog.lesson")


def shown(page: Page, number: int) -> Locator:
    """Wait until a step of the lesson is drawn."""
    expect(layer(page)).to_have_attribute("data-scene", str(number))
    expect(page.locator(".lesson-card h2")).to_have_text(TITLES[number - 1])
    return layer(page)


def begin(page: Page) -> Locator:
    page.get_by_role("button", name="Show me").click()
    return shown(page, 1)


def go(page: Page, key: str, number: int) -> Locator:
    page.keyboard.press(key)
    return shown(page, number)


def note_what_is_sent(page: Page) -> None:
    """Note what the page sends to its server from now on, in window.sent."""
    page.evaluate(
        """() => {
          window.sent = [];
          const send = WebSocket.prototype.send;
          WebSocket.prototype.send = function (data) { window.sent.push(String(data)); return send.call(this, data); };
        }"""
    )


def test_show_me_walks_by_its_buttons_and_ends_at_the_button_that_opened_it(open_page):
    page = drawn(open_page())
    lesson = begin(page)
    expect(lesson.get_by_text("1 of 5")).to_be_visible()
    expect(lesson.get_by_role("button", name="Back", exact=True)).to_be_disabled()
    for number in range(2, 6):
        lesson.get_by_role("button", name="Next", exact=True).click()
        shown(page, number)
        expect(lesson.get_by_text(f"{number} of 5")).to_be_visible()
    lesson.get_by_role("button", name="Back", exact=True).click()
    shown(page, 4)
    lesson.get_by_role("button", name="Next", exact=True).click()
    shown(page, 5)
    lesson.get_by_role("button", name="End", exact=True).click()
    expect(layer(page)).to_have_count(0)
    expect(page.get_by_role("button", name="Show me")).to_be_focused()


def test_show_me_walks_by_keys_and_its_card_has_the_focus(open_page):
    page = drawn(open_page())
    begin(page)
    card = page.locator(".lesson-card")
    expect(card).to_be_focused()
    go(page, "ArrowRight", 2)
    expect(card).to_be_focused()
    go(page, "PageDown", 3)
    go(page, "End", 5)
    go(page, "PageUp", 4)
    go(page, "ArrowLeft", 3)
    go(page, "Home", 1)
    page.keyboard.press("ArrowLeft")  # there is none before the first
    shown(page, 1)
    region = page.get_by_role("region", name="Stuck")
    expect(region).to_have_accessible_description(re.compile("Two runs of gradient descent .* Press ▶"))
    # A scene keeps all its views: in a lesson nothing would bring them back.
    layer(page).get_by_role("heading", name="Network outputs").dblclick()
    expect(layer(page).locator(".stage-view[hidden]")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(layer(page)).to_have_count(0)


def test_show_me_leaves_the_page_as_it_was(open_page):
    page = drawn(open_page("/?x=-1,1&y=1,2&m=2&at=30", viewport=(1000, 500)))
    type_in(page, "y₁", "0.5")
    expect(page.locator(".stage-readout")).to_have_text(re.compile("^step 30 of"))
    page.locator("[data-testid=stMain]").evaluate("(main) => main.scrollTo(0, 20)")
    picture = """() => {
      const plot = document.querySelector('[data-view=map] .stage-plot');
      return JSON.stringify([
        location.href, history.length, document.querySelector('[data-testid=stMain]').scrollTop,
        document.querySelector('.stage').dataset.drawn, document.querySelector('.stage-readout').textContent,
        [...document.querySelectorAll('.stage-sentences li')].map((item) => item.innerText),
        plot._fullLayout.xaxis.range, [...document.querySelectorAll('.stage-bar button')].map((b) => b.disabled),
      ]);
    }"""
    before = page.evaluate(picture)
    note_what_is_sent(page)
    begin(page)
    press_play(page)
    expect(page.locator(".lesson-done")).to_have_text("✓ Done")
    for number in range(2, 6):
        go(page, "PageDown", number)
    page.keyboard.press("Control+z")
    page.keyboard.press("Escape")
    expect(layer(page)).to_have_count(0)
    assert page.evaluate(picture) == before
    assert page.evaluate("window.sent") == []
    press(page, "Undo (Ctrl+Z)")
    assert "y=1" in page.url


def press_play(page: Page) -> None:
    layer(page).get_by_role("button", name="Play", exact=True).click()


def within(page: Page, view: str, x: float, y: float) -> tuple[float, float]:
    """Return where on the screen a point of a plot of the lesson is."""
    page.locator(f"dialog.lesson [data-view={view}]").scroll_into_view_if_needed()
    found = page.evaluate(
        """([view, x, y]) => {
          const plot = document.querySelector(`dialog.lesson [data-view=${view}] .stage-plot`);
          const { xaxis, yaxis } = plot._fullLayout;
          const box = plot.getBoundingClientRect();
          return [box.left + xaxis._offset + xaxis.d2p(x), box.top + yaxis._offset + yaxis.d2p(y)];
        }""",
        [view, x, y],
    )
    return found[0], found[1]


def start_of_run_1(page: Page) -> Locator:
    return page.locator("dialog.lesson [data-view=map] .stage-handle[data-handle='run0 start']")


def drag_to(page: Page, x: float, y: float) -> None:
    """Drag the start of run 1 in the loss landscape to a place; the mouse stays down."""
    box = start_of_run_1(page).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(*within(page, "map", x, y), steps=4)


def test_each_thing_to_do_is_done_in_the_browser_and_nothing_is_sent(open_page):
    page = drawn(open_page())
    note_what_is_sent(page)
    begin(page)
    done = page.locator(".lesson-done")
    expect(done).to_have_text("")
    assert step_of(page) == 0
    layer(page).get_by_label("Speed").select_option("10")
    press_play(page)
    expect(done).to_have_text("✓ Done")

    go(page, "PageDown", 2)
    expect(done).to_have_text("")
    drag_to(page, 2.4, -2.0)
    expect(done).to_have_text("✓ Done")
    page.mouse.up()
    expect(start_of_run_1(page)).to_have_attribute("aria-valuetext", re.compile(r"^w 1 = 2\.\d*, w 2 = −[12]"))
    # What was dragged is what is played.
    press_play(page)
    expect(layer(page).locator(".stage-readout")).to_have_text(re.compile(r"^step (\d+) of \1$"))
    expect(start_of_run_1(page)).to_have_attribute("aria-valuetext", re.compile(r"^w 1 = 2\.\d*, w 2 = −[12]"))

    go(page, "PageDown", 3)
    expect(done).to_have_text("")
    expect(start_of_run_1(page)).to_have_attribute("aria-valuetext", re.compile(re.escape(START)))
    drag_to(page, 1.0, 1.0)
    page.mouse.up()
    expect(done).to_have_text("✓ Done")
    assert step_of(page) == 0  # its slopes are those of the start
    # What was dragged is at rest: what is pointed at is marked in the other landscape as before.
    page.mouse.move(*within(page, "map", 2.0, 1.0))
    expect(layer(page).locator("[data-view=twin] .stage-plot")).to_have_attribute("data-linked", "u₁ = 3, u₂ = 0")

    go(page, "PageDown", 4)
    press_play(page)
    expect(done).to_have_text("✓ Done")
    go(page, "PageDown", 5)
    assert step_of(page) > 0
    expect(done).to_have_text("")
    press_play(page)
    expect(done).to_have_text("✓ Done")
    page.keyboard.press("Escape")
    expect(layer(page)).to_have_count(0)
    assert page.evaluate("window.sent") == []


def test_arrow_keys_move_a_start_that_has_the_focus_and_complete_the_task(open_page):
    page = drawn(open_page())
    begin(page)
    go(page, "PageDown", 2)
    start_of_run_1(page).focus()
    for _ in range(30):
        page.keyboard.press("ArrowDown")
    expect(page.locator(".lesson-done")).to_have_text("✓ Done")
    shown(page, 2)
    go(page, "PageDown", 3)


def test_a_tap_on_a_phone_sets_the_start(open_page):
    page = drawn(open_page(viewport=(390, 844), touch=True))
    begin(page)
    page.get_by_role("button", name="Next", exact=True).tap()
    shown(page, 2)
    page.touchscreen.tap(*within(page, "map", 2.0, -2.5))
    expect(page.locator(".lesson-done")).to_have_text("✓ Done")


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768), (1920, 1080), (390, 844)])
def test_the_card_covers_nothing_of_what_it_speaks_of(open_page, size):
    page = drawn(open_page(viewport=size, touch=size[0] < 600))
    begin(page)
    for number in range(1, 6):
        if number > 1:
            go(page, "PageDown", number)
        # On a phone what is to be touched may lie above or below what is spoken of.
        wanted = ".lesson-lit, .lesson-here" if size[0] > 600 else ".lesson-lit"
        page.wait_for_function(
            """([wanted, width]) => {
              const card = document.querySelector('.lesson-card');
              const top = card.getBoundingClientRect().top;
              const lit = document.querySelectorAll(`dialog.lesson :is(${wanted})`);
              const boxes = [...lit].map((view) => view.getBoundingClientRect());
              return boxes.length > 0 && card.scrollHeight <= card.clientHeight + 1
                && boxes.every((b) => b.top >= -1 && b.bottom <= top + 1 && b.left >= 0 && b.right <= width);
            }""",
            arg=[wanted, size[0]],
        )


def test_a_lesson_that_cannot_be_fetched_says_so_and_is_asked_for_again(open_page):
    page = drawn(open_page())
    page.route("**/lesson-show-me-*.json", lambda route: route.fulfill(body="{"))
    page.get_by_role("button", name="Show me").click()
    expect(layer(page).get_by_text("The lesson could not be fetched.")).to_be_visible()
    layer(page).get_by_role("button", name="End", exact=True).click()
    expect(layer(page)).to_have_count(0)
    page.unroute("**/lesson-show-me-*.json")
    begin(page)


def test_a_lesson_that_is_closed_while_it_is_fetched_is_not_played(open_page):
    page = drawn(open_page())
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/lesson-show-me-*.json", hold)
    page.evaluate(
        """() => {
          window.drawings = 0;
          const { react } = Plotly;
          Plotly.react = (...given) => { window.drawings += 1; return react(...given); };
        }"""
    )
    with page.expect_request("**/lesson-show-me-*.json"):
        page.get_by_role("button", name="Show me").click()
    page.keyboard.press("Escape")
    expect(layer(page)).to_have_count(0)
    with page.expect_response("**/lesson-show-me-*.json"):
        waiting[0].continue_()
    begin(page)  # after the first could have been played
    assert page.evaluate("window.drawings") == layer(page).locator(".stage-plot").count()


def step_of(page: Page) -> int:
    return int(layer(page).locator(".stage-readout").inner_text().split()[1])
