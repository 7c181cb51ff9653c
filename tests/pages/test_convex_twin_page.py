"""The page Convex twin: any data a visitor brings, solved, proven, and never lost."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from landscape.figures.convex_twin.pattern_matrix import MOST_ROWS
from landscape.scenario import Data, Scenario, Training
from landscape.web.convex_twin.page import START
from landscape.web.convex_twin.sentences import sentences_of
from landscape.web.convex_twin.views import views_of
from landscape.web.shared.results_cache import solved_scenario_of

ROOT = Path(__file__).resolve().parents[2]


def trained(**values: object) -> Training:
    return Training(**{"layer": "trained", "lam": 0.1, "runs": (), "starts": 1, "steps": 100, **values})


SCENARIOS = {
    "start": START,
    "one point": Scenario(Data((0.5,), (1.0,), bias=True), trained()),
    "all labels zero": Scenario(Data((-1.0, 1.0), (0.0, 0.0), bias=True), trained()),
    "equal points, other labels": Scenario(Data((1.0, 1.0, 1.0), (0.0, 1.0, 2.0), bias=True), trained()),
    "almost equal points": Scenario(Data((1.0, 1.0 + 1e-9, 2.0), (0.0, 1.0, 2.0), bias=True), trained()),
    "a constant feature": Scenario(Data((3.0, 3.0), (1.0, -1.0), features=1, bias=True), trained()),
    "large": Scenario(Data((-1e6, 1e6, 5.0), (1e6, -1e6, 0.0), bias=True), trained()),
    "small": Scenario(Data((-1e-6, 1e-6, 3e-6), (1e-6, -1e-6, 0.0), bias=True), trained()),
    "no regularisation": Scenario(Data((-1.0, 0.0, 1.0), (1.0, 0.0, 1.0), bias=True), trained(lam=0.0)),
    "beyond λ_max": Scenario(Data((-1.0, 0.0, 1.0), (1.0, 0.0, 1.0), bias=True), trained(lam=1.2)),
    "two features": Scenario(
        Data((1.0, 1.0, -1.0, 1.0, -1.0, -1.0, 1.0, -1.0), (1.0, -1.0, 1.0, -1.0), features=2, bias=True), trained()
    ),
    "two features on a line": Scenario(
        Data((1.0, 1.0, 2.0, 2.0, 3.0, 3.0), (1.0, 0.0, 1.0), features=2, bias=True), trained()
    ),
    "more features than points": Scenario(Data((1.0, 2.0), (1.0,), features=2, bias=True), trained()),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_any_data_are_solved_certified_and_drawn(name):
    scenario = SCENARIOS[name]
    solved = solved_scenario_of(scenario)
    size = max(float(solved.problem.y @ solved.problem.y), 1e-300)
    assert solved.proof.complete
    assert solved.proof.gap <= 1e-6 * size
    views = views_of(scenario)
    assert {view.name for view in views} & {"outputs", "optimum"}
    for view in views:
        assert "NaN" not in view.figure
        json.loads(view.figure)
    assert sentences_of(scenario, solved)[0].text.startswith("No ReLU network of any width does better than")


def test_five_thousand_points_are_solved_and_proven():
    import numpy as np

    x = np.linspace(-1, 1, 5000)
    scenario = Scenario(Data(tuple(x), tuple(np.sin(9 * x)), bias=True), trained(steps=2, m=2))
    solved = solved_scenario_of(scenario)
    assert solved.proof.gap <= 1e-7 * solved.proof.value
    matrix = json.loads(next(view.figure for view in views_of(scenario) if view.name == "patterns"))
    assert len(matrix["data"][0]["z"]) <= MOST_ROWS


@pytest.mark.parametrize(
    "query",
    [{}, {"x": "1,2,3", "y": "0,0", "m": "0"}, {"x": "<b>", "lam": "-1"}, {"x": "1,2", "y": "1,2", "features": "7"}],
)
def test_the_page_opens_on_any_link(query):
    page = AppTest.from_file(str(ROOT / "front.py"), default_timeout=60)
    page.query_params.update(query)
    page.switch_page("pages/convex_twin.py").run()
    assert not page.exception
    assert page.get("bidi_component")


def drawn(page: Page) -> Page:
    page.wait_for_selector(".stage[data-drawn]")
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
    return page


def certified(page: Page) -> str:
    return page.locator(".stage-sentences li[data-run=optimum] .stage-text").first.inner_text()


def test_points_are_dragged_added_deleted_pasted_and_taken_back(open_page):
    page = drawn(open_page("/convex_twin"))
    first = certified(page)
    assert re.search(r"does better than 0\.9\d+ \(gap", first)
    handle = page.locator("[data-handle=data1]")
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y - 40, steps=6)
    page.mouse.up()
    expect(page.locator(".stage-sentences li[data-run=optimum] .stage-text").first).not_to_have_text(first)
    drawn(page)

    page.locator("[data-handle=data0]").focus()
    page.keyboard.press("Delete")
    expect(page.locator(".stage-handle[data-handle^=data]")).to_have_count(4)
    drawn(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".stage-handle[data-handle^=data]")).to_have_count(5)
    drawn(page)

    page.get_by_text("Paste or upload points").click()
    field = page.get_by_label("One point a line")
    field.fill("x;label\n-1,0;1\n0,5;two\n")
    page.get_by_role("button", name="Use these points").click()
    expect(page.locator("[data-testid=stText]").first).to_contain_text("two")
    drawn(page)
    expect(page.locator(".stage-handle[data-handle^=data]")).to_have_count(5)
    field.fill("x;label\n-1,0;1\n0,5;2\n2;0\n")
    field.press("Tab")
    page.get_by_role("button", name="Use these points").click()
    expect(page.locator(".stage-handle[data-handle^=data]")).to_have_count(3)


def test_the_value_with_the_sources_lambda_does_not_match(open_page):
    page = drawn(open_page("/convex_twin?x=-1,1&y=1,2&layer=trained&lam=0.05&m=2&starts=1&steps=500&run=none"))
    # λ_max = 2, so that this is λ = 0.1, where both problems give 0.580 and (2) with λ gives 0.295.
    expect(page.get_by_text("0.5800").first).to_be_visible()
    page.get_by_text("Write λ instead of 2λ").click()
    expect(page.get_by_text("0.2950").first).to_be_visible()


def test_width_is_tried_in_the_background_and_can_be_stopped(open_page):
    page = drawn(
        open_page("/convex_twin?x=-1,0,1&y=1,-1,1&bias=1&layer=trained&lam=0.1&m=2&starts=1&steps=300&run=none")
    )
    page.get_by_role("tab", name="Width").click()
    page.get_by_role("button", name="Train them").click()
    expect(page.get_by_role("heading", name="Share of starts that reach it")).to_be_visible()
    page.get_by_role("tab", name="Landscape").click()
    expect(page.get_by_role("heading", name="Loss landscape, a slice")).to_be_visible()
