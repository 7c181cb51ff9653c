"""The page Beyond: in every setting the values agree, and what is dragged is solved anew."""

from __future__ import annotations

import json
import math
import re
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from app_server import ROOT
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from landscape.extensions import batch_norm as bn
from landscape.figures.beyond.norm_curves import with_fixed_statistics
from landscape.figures.beyond.value_strip import Row, value_strip
from landscape.model.network import predict
from landscape.web.beyond import controls, state as states
from landscape.web.beyond.controls import resized
from landscape.web.beyond.line_data import more_on_line
from landscape.web.beyond.setting import Setting, trained_sentence
from landscape.web.beyond.settings import SETTINGS
from landscape.web.beyond.settings.batch_norm import BATCH_NORM
from landscape.web.beyond.settings.parallel_linear import PARALLEL_LINEAR, _more as more_linear
from landscape.web.beyond.settings.vector_output import VECTOR_OUTPUT, _more as more_vector, outputs_changed
from landscape.web.beyond.settings.wgan_state import dims_changed, more as more_game

NUMBER = r"−?\d+(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
MORE = {"vector": more_vector, "norm": more_on_line, "layers": more_on_line, "linear": more_linear, "game": more_game}

each_setting = pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)


def variants(setting: Setting) -> list[Any]:
    """Return the example of a setting and a state for each of its choices."""
    start = setting.start
    others = {
        "vector": lambda: [outputs_changed(start, 3)],
        "norm": lambda: [replace(start, where="after")],
        "layers": lambda: [replace(start, width=1)],
        "linear": lambda: [replace(start, depth=2)],
        "game": lambda: [replace(dims_changed(start, 1), discriminator="relu"), replace(start, discriminator="linear")],
    }
    return [start, *others[setting.name]()]


def trained(setting: Setting, state: Any) -> Any:
    return setting.train(replace(state, starts=2), lambda done, all_: None, lambda: False)


@each_setting
def test_every_picture_is_one_plotly_accepts_before_and_after_the_answers(setting: Setting) -> None:
    import plotly.graph_objects as go

    for state in variants(setting):
        found = setting.solve(state)
        for answers in ((None, None), (found, None), (found, trained(setting, state))):
            views = setting.views(state, *answers)
            assert len({view.name for view in views}) == len(views)
            for view in views:
                assert len(go.Figure(json.loads(view.figure)).data) > 0
                assert all((view.title, view.caption, view.alt.endswith(".")))
                uids = [trace["uid"] for trace in json.loads(view.figure)["data"]]
                assert len(uids) == len(set(uids))
            assert all(said.text for said in setting.sentences(state, *answers))


@each_setting
def test_what_can_be_dragged_stands_in_a_picture_and_goes_where_it_is_dragged(setting: Setting) -> None:
    for state in variants(setting):
        names = {view.name for view in setting.views(state, setting.solve(state), None)}
        for held in setting.points(state):
            assert held.view in names
            x, y = held.x + 0.125, held.y + 0.25
            moved = setting.move_point(state, held.id, x, y)
            now = next(point for point in setting.points(moved) if point.id == held.id)
            if "x" in held.axes:
                assert now.x == pytest.approx(x, rel=1e-3)
            if "y" in held.axes:
                assert now.y == pytest.approx(y, rel=1e-3)


@each_setting
def test_a_state_survives_its_address(setting: Setting) -> None:
    for state in variants(setting):
        query = states.to_query(state, setting.start)
        assert states.from_query(query, setting.start) == state
    assert states.to_query(setting.start, setting.start) == {}


@each_setting
@pytest.mark.parametrize(
    "query", [{"x": "a,b"}, {"x": "1,2,3"}, {"x": "nan,1"}, {"starts": "1e9"}, {"seed": "-1"}, {"y": "1e99,0"}]
)
def test_an_address_that_describes_no_state_is_refused(setting: Setting, query: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"must|could not"):
        states.from_query(query, setting.start)


@each_setting
def test_points_are_added_and_dropped_without_moving_the_others(setting: Setting) -> None:
    for state in variants(setting):
        n = state.n
        for count in (int(state.sizes.low), n + 1, int(state.sizes.high)):
            other = resized(state, count, MORE[setting.name])
            assert other.n == count
            shared = min(n, count)
            assert other.x[: shared * state.per_x] == state.x[: shared * state.per_x]
            assert other.y[: shared * state.per_y] == state.y[: shared * state.per_y]


@pytest.mark.parametrize("where", ["before", "after"])
def test_with_fixed_statistics_a_normalised_network_is_an_ordinary_one(where: Any) -> None:
    rng = np.random.default_rng(3)
    X = np.column_stack([rng.standard_normal(7), np.ones(7)])
    network = bn.NormNetwork(rng.standard_normal((2, 4)), *rng.standard_normal((3, 4)))
    plain = with_fixed_statistics(X, network, where)
    np.testing.assert_allclose(predict(X, plain), bn.predict(X, network, where), atol=1e-12)


def test_a_neuron_without_spread_is_its_shift_alone() -> None:
    X = np.column_stack([np.ones(3), np.ones(3)])
    network = bn.NormNetwork(np.array([[1.0], [2.0]]), np.array([3.0]), np.array([0.6]), np.array([1.0]))
    np.testing.assert_allclose(predict(X, with_fixed_statistics(X, network, "before")), 0.6 / math.sqrt(3))


def test_dragging_a_singular_value_changes_it_alone() -> None:
    state = PARALLEL_LINEAR.start
    before = PARALLEL_LINEAR.solve(state)
    after = PARALLEL_LINEAR.solve(PARALLEL_LINEAR.move_point(state, "sigma1", 2.0, 0.3))
    assert after.spectrum[0] == pytest.approx(before.spectrum[0], rel=1e-6)
    assert after.spectrum[1] == pytest.approx(0.3, rel=1e-6)
    assert after.misfit == pytest.approx(before.misfit, rel=1e-6)


def test_stretching_the_feature_changes_nothing_under_batch_normalisation() -> None:
    state = BATCH_NORM.start
    stretched = replace(state, x=tuple(7.0 * x for x in state.x))
    assert BATCH_NORM.solve(stretched).value == pytest.approx(BATCH_NORM.solve(state).value, rel=1e-9)


def test_the_plain_nuclear_norm_lies_below_the_exact_value_on_the_example() -> None:
    found = VECTOR_OUTPUT.solve(VECTOR_OUTPUT.start)
    assert found.nuclear < 0.9 * found.value


def test_the_number_of_a_row_is_the_least_of_its_dots() -> None:
    drawn = value_strip([Row("a", [2.5, 1.25, float("inf")]), Row("b", [])], "F", 1.25)
    texts = [note["text"] for note in drawn["layout"]["annotations"]]
    assert texts == ["<b>1.250</b>", "<i>to come</i>"]


def test_values_that_agree_but_for_rounding_stand_in_one_line() -> None:
    drawn = value_strip([Row("a", [1.59]), Row("b", [1.59 * (1 + 2e-8)])], "F", 1.59)
    low, high = drawn["layout"]["xaxis"]["range"]
    assert high - low > 0.1


def test_starts_that_never_fit_are_counted_and_not_called_values() -> None:
    assert "1 did not come to fit" in trained_sentence([float("inf"), 2.0], 2.0).text
    assert "none of 2 networks" in trained_sentence([float("inf")] * 2, 2.0).text


def opened(**query: str) -> AppTest:
    """Run the page with a query in its address until all its answers are there."""
    page = AppTest.from_file(str(ROOT / "front.py"), default_timeout=120)
    page.switch_page("pages/beyond.py")
    for key, value in query.items():
        page.query_params[key] = value
    return answered(page.run())


def answered(page: AppTest) -> AppTest:
    """Run the page again until all its answers are there."""
    for _ in range(200):
        assert not page.exception
        if "on the way" not in told(page):
            return page
        time.sleep(0.1)
        page.run()
    raise AssertionError("The answers never came.")


def payload(page: AppTest) -> dict[str, Any]:
    (component,) = page.get("bidi_component")
    return json.loads(component.proto.bytes)


def told(page: AppTest) -> str:
    return " ".join(f"{said['name']} {said['text']}" for said in payload(page)["state"]["sentences"])


@each_setting
def test_the_page_shows_each_setting_of_the_address(setting: Setting) -> None:
    page = opened(tab=setting.name, starts="3", seed="7")
    assert payload(page)["state"]["drag"]["points"]
    assert (page.query_params["tab"], page.query_params["seed"]) == (setting.name, "7")


@pytest.mark.parametrize(
    ("query", "sentence"), [({"tab": "nothing"}, "no tab"), ({"tab": "norm", "x": "1,2,oops"}, "could not be read")]
)
def test_an_unknown_tab_or_state_is_said_and_the_page_opens_all_the_same(query: dict[str, str], sentence: str) -> None:
    page = AppTest.from_file(str(ROOT / "front.py"), default_timeout=120)
    page.switch_page("pages/beyond.py")
    for key, value in query.items():
        page.query_params[key] = value
    page.run()
    assert sentence in page.text[0].value
    answered(page)


# In a browser: what is dragged is solved anew, and the numbers that are read agree.


def ready(page: Page) -> Page:
    """Wait until every answer is there and drawn."""
    page.wait_for_selector(".stage[data-drawn]")
    expect(page.locator(".stage-sentences")).not_to_contain_text("on the way")
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
    return page


def drag(page: Page, handle: str, right: float, down: float) -> None:
    """Drag a point, and wait until what it changed is drawn."""
    sentences = page.locator(".stage-sentences")
    before = sentences.inner_text()
    node = page.locator(f"[data-handle='{handle}']")
    node.scroll_into_view_if_needed()
    box = node.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for share in (0.3, 0.7, 1.0):
        page.mouse.move(x + share * right, y + share * down)
    page.mouse.up()
    expect(sentences).not_to_have_text(before, use_inner_text=True)
    settled = ""
    while settled != sentences.inner_text():
        settled = sentences.inner_text()
        page.wait_for_timeout(1000)
        ready(page)


def said(page: Page, run: str) -> str:
    return page.locator(f".stage-sentences li[data-run='{run}'] .stage-text").inner_text()


def first_number(text: str) -> str:
    found = re.search(NUMBER, text.split(":", 1)[1])
    assert found
    return found.group()


@pytest.mark.parametrize("tab", ["vector", "norm", "layers"])
def test_dragging_a_label_changes_the_value_and_the_recovered_network_attains_it(open_page, tab):
    page = ready(open_page(f"/beyond?tab={tab}&starts=6"))
    before = first_number(said(page, "optimum"))
    drag(page, "data1.0" if tab == "vector" else "data1", 0, -60)
    value = first_number(said(page, "optimum"))
    assert value != before
    assert first_number(said(page, "recovered")) == value
    assert f"Proven bound {value}" in said(page, "optimum")
    rows = page.evaluate(
        "document.querySelector('[data-view=values] .stage-plot').layout.annotations.map((a) => a.text)"
    )
    assert rows[0] == rows[1] == f"<b>{value}</b>"


def test_dragging_a_singular_value_moves_both_penalties_and_closes_the_gap_at_zero(open_page):
    page = ready(open_page("/beyond?tab=linear&starts=4"))
    numbers = re.findall(NUMBER, said(page, "standard"))
    assert numbers[0] != numbers[1]
    assert numbers[-1] == numbers[0]
    parallel = re.findall(NUMBER, said(page, "parallel"))
    assert parallel[0] == parallel[1] == parallel[-1]
    drag(page, "sigma1", 0, 400)
    assert "no gap" in said(page, "standard")
    least, dual = re.findall(NUMBER, said(page, "standard"))[:2]
    assert least == dual


@pytest.mark.parametrize("kind", ["linear", "quadratic", "relu"])
def test_dragging_a_real_sample_changes_the_game_and_the_discriminator_agrees(open_page, kind):
    page = ready(open_page(f"/beyond?tab=game&discriminator={kind}&starts=1&dims=1&x=1.2,-0.8,1.6&y=-0.4,0.3,0.1"))
    before = said(page, "optimum")
    drag(page, "data2", -40, 0)
    assert said(page, "optimum") != before
    value = first_number(said(page, "optimum").replace("‖G‖² = ", ""))
    assert f"worth {value}" in said(page, "recovered")
    told_apart, allowed = re.findall(rf"by ({NUMBER}).*β = ({NUMBER})", said(page, "recovered"))[0]
    assert told_apart == allowed


def test_a_control_that_reports_after_its_tab_is_gone_changes_nothing(monkeypatch):
    heard: list[int] = []
    monkeypatch.setattr(controls, "shown", lambda: "norm")
    commit = controls.here(heard.append)
    commit(1)
    monkeypatch.setattr(controls, "shown", lambda: "linear")
    commit(2)
    assert heard == [1]


def test_a_drag_is_undone_at_once_and_a_tab_keeps_what_was_set(open_page):
    page = ready(open_page("/beyond?tab=norm&starts=3"))
    before = said(page, "optimum")
    drag(page, "data2", 0, 50)
    after = said(page, "optimum")
    page.get_by_role("radio", name="Parallel deep").or_(page.get_by_role("button", name="Parallel deep")).first.click()
    page.wait_for_selector(".stage-view[data-view=spectrum]")
    page.get_by_role("radio", name="Batch normalisation").or_(
        page.get_by_role("button", name="Batch normalisation")
    ).first.click()
    page.wait_for_selector(".stage-view[data-view=white]")
    ready(page)
    assert said(page, "optimum") == after
    page.get_by_role("button", name="Undo (Ctrl+Z)").click()
    expect(page.locator(".stage-sentences li[data-run=optimum] .stage-text")).to_have_text(before)


@pytest.mark.parametrize("tab", SETTINGS)
def test_a_phone_shows_every_formula_whole(open_page, tab):
    page = ready(open_page(f"/beyond?tab={tab}&starts=1", viewport=(390, 844), touch=True))
    widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]
    formulas = page.locator(".st-key-beyond-words .katex-display")
    hidden = formulas.evaluate_all("(all) => all.map((one) => one.scrollWidth - one.clientWidth)")
    assert max(hidden) <= 1
