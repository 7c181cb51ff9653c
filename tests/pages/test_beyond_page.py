"""The page Beyond: in every setting the values agree, and what is dragged is solved anew."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import streamlit as st
import visit
from streamlit.testing.v1 import AppTest
from visit import payload

from landscape.extensions import batch_norm as bn
from landscape.figures.beyond.norm_curves import with_fixed_statistics
from landscape.figures.beyond.value_strip import Row, value_strip
from landscape.model.network import predict
from landscape.web.beyond import controls, state as states, tab_choice
from landscape.web.beyond.controls import resized
from landscape.web.beyond.line_data import more_on_line
from landscape.web.beyond.setting import Setting, trained_sentence
from landscape.web.beyond.settings import SETTINGS
from landscape.web.beyond.settings.batch_norm import BATCH_NORM
from landscape.web.beyond.settings.parallel_linear import PARALLEL_LINEAR, _more as more_linear
from landscape.web.beyond.settings.vector_output import VECTOR_OUTPUT, _more as more_vector, outputs_changed
from landscape.web.beyond.settings.wgan_state import dims_changed, more as more_game
from landscape.web.jobs import queue

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
            assert all(line.text for line in setting.sentences(state, *answers))


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
def test_what_a_drag_leaves_of_0_is_0_and_a_link_with_smaller_numbers_says_which_it_may_hold(setting):
    """No problem can be set with them: their squares vanish."""
    moved = states.with_number(setting.start, "x", 0, 0.1 + 0.2 - 0.3)
    assert moved.x[0] == 0.0
    tiny = {"x": ",".join(["1e-252", *("0.5" for _ in setting.start.x[1:])])}
    with pytest.raises(ValueError, match=r"x must be a number from .* and 0 or at least 1·10⁻¹⁵ in size"):
        states.from_query(tiny, setting.start)


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
    return answered(visit.opened("pages/beyond.py", **query))


def answered(page: AppTest) -> AppTest:
    """Run the page again, each time its work is done, until all its answers are there."""
    for _ in range(5):
        assert not page.exception
        if "on the way" not in sentences(page):
            return page
        assert queue().wait(60)
        page.run()
    raise AssertionError("The answers never came.")


def sentences(page: AppTest) -> str:
    return " ".join(f"{line['name']} {line['text']} {line['why']}" for line in payload(page)["state"]["sentences"])


@each_setting
def test_the_page_shows_each_setting_of_the_address(setting: Setting) -> None:
    page = opened(tab=setting.name, starts="3", seed="7")
    assert payload(page)["state"]["drag"]["points"]
    assert (page.query_params["tab"], page.query_params["seed"]) == (setting.name, "7")


@pytest.mark.parametrize(
    ("query", "sentence"), [({"tab": "nothing"}, "no tab"), ({"tab": "norm", "x": "1,2,oops"}, "could not be read")]
)
def test_an_unknown_tab_or_state_is_said_and_the_page_opens_all_the_same(query: dict[str, str], sentence: str) -> None:
    page = visit.opened("pages/beyond.py", **query)
    assert sentence in page.text[0].value
    answered(page)


def test_a_tab_one_comes_back_to_counts_as_drawn_only_once_it_is_drawn_again(monkeypatch):
    """Though the tab between was left before the browser had drawn it."""
    monkeypatch.setattr(st, "session_state", {})
    tab_choice.choose("norm")
    tab_choice.note_drawn()
    assert tab_choice.is_drawn()
    for tab in ("linear", "norm"):
        tab_choice.choose(tab)
        assert not tab_choice.is_drawn()


def test_a_control_that_reports_after_its_tab_is_gone_changes_nothing(monkeypatch):
    heard: list[int] = []
    monkeypatch.setattr(controls, "shown", lambda: "norm")
    commit = controls.here(heard.append)
    commit(1)
    monkeypatch.setattr(controls, "shown", lambda: "linear")
    commit(2)
    assert heard == [1]
