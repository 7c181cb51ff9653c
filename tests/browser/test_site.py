"""The static site in a real browser: alive without the app, on any host of files, and without a network next time."""

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from on_stage import VIEWS, into_stage, place, sentence, skip_opening, times_drawn, two_frames, type_in
from playwright.sync_api import Page, expect

from landscape.scenario import Scenario, read_query
from landscape.scenario.presets import preset
from landscape.web.front.stage_state import state_of
from landscape.web.shared.results_cache import solved_scenario_of


class Quiet(SimpleHTTPRequestHandler):
    """A host of files that writes no log."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site_url(site) -> Iterator[str]:
    """The address of the site, below a folder of a host."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site.parent)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/{site.name}/"
    server.shutdown()
    server.server_close()


def at_rest(page: Page) -> Page:
    """Wait until the stage has drawn; an opening that plays is skipped."""
    page.wait_for_selector(".stage[data-drawn]")
    skip_opening(page)
    return page


def drawn_again(page: Page, before: str | None) -> Page:
    expect(page.locator(".stage")).not_to_have_attribute("data-drawn", before or "")
    return at_rest(page)


type_here = partial(type_in, wait=drawn_again)
"""Type a number into its field, where there is no server."""


def scenario_in(page: Page) -> Scenario:
    """The scenario of the page's address, as the app reads it."""
    found, notes = read_query(parse_qs(urlsplit(page.url).query))
    assert not notes
    return found


def said_in_the_app(scenario: Scenario) -> list[str]:
    """What the app says of a scenario, a line for each sentence."""
    state = state_of(scenario, solved_scenario_of(scenario))
    return [" ".join(filter(None, (s.name, s.text, s.why))) for s in state.sentences]


def said_here(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(".stage-sentences .stage-text").all_inner_texts()]


def test_four_plots_stand_and_say_what_the_app_says(open_page, site_url):
    page = at_rest(open_page(site_url))
    for name in VIEWS:
        expect(page.get_by_role("img", name=re.compile(f"^{name}"))).to_be_visible()
    assert said_here(page) == said_in_the_app(Scenario())
    assert page.url == site_url


def test_a_picture_is_described_and_heard_without_a_server(open_page, site_url):
    page = at_rest(open_page(site_url))
    page.get_by_role("button", name="Describe Loss landscape").click()
    text = page.locator("[data-view=map] .stage-described")
    expect(text).to_contain_text("stuck on the segment from (2, 0) to (0, 2), at loss 1")
    type_here(page, "y₂", "3")
    expect(text).to_contain_text("from (3, 0) to (0, 3), at loss 1")
    page.get_by_role("button", name="Sound", exact=True).click()
    expect(page.get_by_role("button", name="Sound", exact=True)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="One step back").click()
    expect(text).to_contain_text("is at step")


def test_a_dragged_point_is_solved_here_as_the_app_solves_its_link(open_page, site_url):
    page = at_rest(open_page(f"{site_url}?x=-1,1&y=1,2&m=2&basins=1"))
    before = times_drawn(page)
    x, y = place(page, "outputs", 1.0, 2.0)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 20, y + 40, steps=6)
    page.mouse.up()
    drawn_again(page, before)
    moved = scenario_in(page)
    assert moved.data.y[1] < 2.0
    assert said_here(page) == said_in_the_app(moved)
    expect(page.get_by_role("spinbutton", name="y₂", exact=True)).to_have_value(f"{moved.data.y[1]:.6g}")
    before = times_drawn(page)
    page.go_back()
    drawn_again(page, before)
    assert scenario_in(page) == Scenario().changed(basins=True)
    assert said_here(page) == said_in_the_app(Scenario().changed(basins=True))
    before = times_drawn(page)
    page.go_forward()
    drawn_again(page, before)
    assert scenario_in(page) == moved


def test_every_number_can_be_typed_as_in_the_app(open_page, site_url):
    page = at_rest(open_page(site_url))
    for label, value in (("x₁", "-1,5"), ("Neurons m", "3"), ("Random starts", "2"), ("Seed", "4"), ("Steps", "300")):
        type_here(page, label, value)
    shown = Scenario().changed(x=(-1.5, 1.0), m=3, starts=2, seed=4, steps=300)
    assert scenario_in(page) == shown
    assert said_here(page) == said_in_the_app(shown)
    before = times_drawn(page)
    page.get_by_role("radio", name="Trained").click()
    drawn_again(page, before)
    type_here(page, "Regularisation λ / λₘₐₓ", "0.1")
    assert scenario_in(page) == shown.changed(layer="trained", lam=0.1)
    assert said_here(page) == said_in_the_app(scenario_in(page))
    field = page.get_by_role("spinbutton", name="Neurons m", exact=True)
    field.fill("many")
    field.press("Enter")
    expect(page.get_by_role("alert").filter(visible=True)).to_have_text(
        "Neurons m must be a whole number from 1 to 200, but “many” was typed: it stays 3."
    )
    assert scenario_in(page) == shown.changed(layer="trained", lam=0.1)


def test_a_repaired_link_says_what_was_changed(open_page, site_url):
    page = at_rest(open_page(f"{site_url}?x=-1,1&y=1,2&m=2000&steps=soon"))
    scenario, notes = read_query({"x": "-1,1", "y": "1,2", "m": "2000", "steps": "soon"})
    assert page.locator(".site-note p").all_inner_texts() == list(notes)
    assert said_here(page) == said_in_the_app(scenario)
    page = at_rest(open_page(f"{site_url}?x=-1,1&y=1,2&bias=1"))
    expect(page.locator(".site-note")).to_contain_text("other data need the app")
    assert said_here(page) == said_in_the_app(Scenario())


def test_presets_open_and_the_link_is_handed_out(open_page, site_url):
    page = at_rest(open_page(site_url))
    before = times_drawn(page)
    page.get_by_role("button", name="Presets").click()
    page.get_by_role("button", name="Ten neurons").click()
    drawn_again(page, before)
    expect(page.locator("#presets")).to_be_hidden()
    shown = preset("ten-neurons").scenario
    assert scenario_in(page) == shown
    assert said_here(page) == said_in_the_app(shown)
    page.locator(".site-buttons").get_by_role("button", name="Share").click()
    link = page.get_by_role("textbox", name="Link").input_value()
    assert link == page.url
    again = at_rest(open_page(link))
    assert said_here(again) == said_here(page)


def test_the_pictures_are_painted_where_plots_will_stand_before_plotly_has_come(open_page, browser, site_url):
    context = browser.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    page = context.new_page()
    held = []
    page.route("**/plotly-*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright needs a function
    page.goto(site_url)
    page.wait_for_selector(".stage[data-early]")
    two_frames(page)
    boxes = (
        "() => [...document.querySelectorAll('.stage-plot')].map((plot) => { const b = plot.getBoundingClientRect();"
    )
    painted = page.evaluate(
        """() => [...document.querySelectorAll('.stage-plot canvas')].map((canvas) => {
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let count = 0;
          for (let k = 3; k < data.length; k += 4) count += data[k] > 0;
          return count / (data.length / 4);
        })"""
    )
    early = page.evaluate(f"{boxes} return [b.left, b.top, b.width, b.height]; }})")
    assert len(painted) == 4
    assert min(painted[0], painted[2]) > 0.4  # both landscapes fill their frames
    assert min(painted) > 0.001
    assert held
    held[0].continue_()
    at_rest(page)
    assert page.evaluate(f"{boxes} return [b.left, b.top, b.width, b.height]; }})") == early
    context.close()


@pytest.mark.parametrize("name", ["convex-twin", "dynamics", "race", "beyond"])
def test_recordings_of_the_other_pages_play(open_page, site_url, name):
    page = at_rest(open_page(f"{site_url}{name}.html"))
    assert page.locator(".stage-plot .main-svg").count() >= 1
    if page.get_by_role("group", name="Playback").is_visible():
        into_stage(page)
        page.keyboard.press("Home")
        page.keyboard.press("Space")
        page.wait_for_selector(".stage-in-motion")
    for tab in page.get_by_role("tab").all()[1:]:
        tab.click()
        page.wait_for_selector(".stage[data-drawn]")
        expect(tab).to_have_attribute("aria-selected", "true")


def test_show_me_is_told_here(open_page, site_url):
    page = at_rest(open_page(site_url))
    page.get_by_role("button", name="Show me").click()
    page.wait_for_selector("dialog.lesson[data-scene='1']")
    page.keyboard.press("PageDown")
    page.wait_for_selector("dialog.lesson[data-scene='2']")
    page.get_by_role("button", name="End", exact=True).click()
    expect(page.locator("dialog.lesson")).to_have_count(0)


def test_the_second_visit_needs_no_network(open_page, site_url):
    page = at_rest(open_page(site_url))
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.context.set_offline(True)
    page.goto(f"{site_url}?x=-1,1&y=1,0.5&m=2")
    at_rest(page)
    assert said_here(page) == said_in_the_app(Scenario().changed(y=(1.0, 0.5)))
    for name in ("about", "dynamics"):
        page.goto(f"{site_url}{name}.html")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    at_rest(page)
    page.context.set_offline(False)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [(1366, 768), (390, 844), (1920, 1080)])
def test_nothing_is_cut_off(open_page, site_url, size, dark):
    page = at_rest(open_page(site_url, viewport=size, dark=dark, touch=size[0] < 500))
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(width) <= 0
    if size[0] < 769:
        page.get_by_role("button", name="Controls").tap()
        expect(page.get_by_role("spinbutton", name="Neurons m")).to_be_visible()
        page.get_by_role("button", name="Close").tap()
    for name in ("about.html", "beyond.html"):
        page.goto(f"{site_url}{name}")
        assert page.evaluate(width) <= 0
    at_rest(page)


def test_the_offline_page_of_the_app_is_as_alive(site_url, browser, tmp_path):
    from landscape.web.site.offline_front import offline_front_page

    shown = Scenario().changed(y=(1.0, 0.5))
    (tmp_path / "landscape.html").write_text(offline_front_page(shown), encoding="utf-8")
    context = browser.new_context(offline=True, viewport={"width": 1366, "height": 768})
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((tmp_path / "landscape.html").as_uri())
    at_rest(page)
    assert said_here(page) == said_in_the_app(shown)
    type_here(page, "y₂", "2")
    assert said_here(page) == said_in_the_app(Scenario())
    assert sentence(page)
    assert not complaints
    context.close()


def test_keys_of_one_character_act_without_the_app_too(open_page, site_url):
    page = at_rest(open_page(site_url))
    page.locator("[data-view=map]").hover()
    page.keyboard.press("d")
    expect(page.locator("[data-view=map] .stage-described")).to_contain_text("The proven optimum, loss 0")
    page.keyboard.press("s")
    expect(page.get_by_role("button", name="Sound", exact=True)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("describe the view")
