"""Every page draws every scenario, to its end: nothing raises, nothing warns, every control holds its value."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from any_scenario import data, magnitudes, mutated, near, scenarios
from drawn import hold, open_and_hold
from hypothesis import HealthCheck, assume, given, settings, strategies as st
from streamlit.testing.v1 import AppTest

from landscape.scenario import Scenario, Training
from landscape.web.beyond.settings import SETTINGS
from landscape.web.beyond.state import COORDINATE, to_query
from landscape.web.jobs import queue
from landscape.web.session import state_key

searched = settings(
    max_examples=max(1, settings.default.max_examples // 10), suppress_health_check=list(HealthCheck), deadline=None
)
"""A page takes a good part of a second: a tenth of the examples of a function."""

any_data = data(features=st.sampled_from([1, 1, 1, 2, 2, 3]), bias=st.booleans(), most=6)
FRONT = scenarios(
    points=data(features=st.just(1), bias=st.just(False), most=6), filmed=False, most_neurons=12, most_steps=300
)
TRAINED = scenarios(points=any_data, filmed=False, most_neurons=12, most_steps=300)
FILMS = scenarios(points=any_data, most_neurons=12, most_steps=300)

PAGES = {
    "front.py": ("landscape", FRONT),
    "pages/convex_twin.py": ("twin", TRAINED),
    "pages/dynamics.py": ("dynamics", FILMS),
    "pages/race.py": ("race", TRAINED),
}

each_page = pytest.mark.parametrize("path", PAGES)


@each_page
@given(drawn=st.data())
@searched
def test_a_page_draws_any_scenario(path: str, drawn: st.DataObject) -> None:
    name, any_scenario = PAGES[path]
    scenario = drawn.draw(any_scenario)
    assume(scenario.fits_a_link)
    page = open_and_hold(path, scenario.to_query())
    shown = page.session_state[state_key(name)]
    assert (shown.data.x, shown.data.y) == (scenario.data.x, scenario.data.y)
    if name == "twin":
        _through_its_tabs(page)


@each_page
@given(drawn=st.data())
@searched
def test_a_page_draws_any_damaged_link(path: str, drawn: st.DataObject) -> None:
    scenario = drawn.draw(PAGES[path][1])
    assume(scenario.fits_a_link)
    open_and_hold(path, drawn.draw(mutated(scenario.to_query())))


def _through_its_tabs(page: AppTest) -> None:
    for tab in ("λ path", "Landscape", "Width"):
        page.session_state["twin tabs"] = tab
        page.run()
        hold(page)


@st.composite
def states(draw: st.DrawFn, name: str) -> Any:
    """A state of a setting of Beyond: its points in any unit, and its numbers anywhere in their range."""
    start = SETTINGS[name].start
    n = draw(st.integers(int(start.sizes.low), min(int(start.sizes.high), 5)))
    stretch = draw(st.just(1.0) | magnitudes(6.0))
    shift = draw(st.sampled_from([0.0, 0.0, 2015.0]))
    values: dict[str, Any] = {"starts": 1, "seed": draw(st.integers(0, 9))}
    for field, options in start.choices.items():
        values[field] = draw(st.sampled_from(options))
    for field, allowed in start.limits.items():
        number = draw(st.sampled_from([allowed.low, allowed.high]) | st.floats(0.0, 1.0))
        values[field] = allowed.clamp(round(number) if allowed.whole else number)
    changed = _resized(start, values)
    coordinate = st.floats(-1.0, 1.0) | near
    numbers = {
        key: tuple(
            COORDINATE.clamp(stretch * value + shift * (key == "x"))
            for value in draw(st.lists(coordinate, min_size=n * per, max_size=n * per))
        )
        for key, per in (("x", changed.per_x), ("y", changed.per_y))
    }
    return replace(changed, **numbers)


def _resized(start: Any, values: dict[str, Any]) -> Any:
    """Return the start with other numbers a point, its points then being as many as the numbers are for."""
    blank = object.__new__(type(start))
    blank.__dict__.update({**start.__dict__, **values})
    n = int(blank.sizes.low)
    return type(start)(**{**vars(start), **values, "x": (0.5,) * n * blank.per_x, "y": (0.5,) * n * blank.per_y})


@pytest.mark.parametrize("name", SETTINGS)
@given(drawn=st.data())
@searched
def test_beyond_draws_any_state_before_and_after_its_answers(name: str, drawn: st.DataObject) -> None:
    state = drawn.draw(states(name))
    query = {"tab": name, **to_query(state, SETTINGS[name].start)}

    def answer(page: AppTest) -> None:
        for _ in range(3):
            assert queue().wait(120)
            page.run()
            assert not any("The computation failed" in text.value for text in page.text)
            hold(page)

    open_and_hold("pages/beyond.py", query, then=answer)


LINKS = {
    "seven starts": (
        "pages/convex_twin.py",
        {"x": "-1,0.2", "y": "1,-2", "layer": "trained", "bias": "1", "lam": "0.1", "run": "none", "starts": "7"},
    ),
    "three features": (
        "pages/convex_twin.py",
        {"x": "1,2,3,4,5,6", "y": "1,2", "features": "3", "layer": "trained", "run": "none"},
    ),
    "201 neurons of a film": ("pages/race.py", {"x": "1,2", "y": "1,2", "m": "201", "scales": "1", "run": "none"}),
    "ten features": (
        "pages/dynamics.py",
        {"x": ",".join(map(str, range(20))), "y": "1,2", "features": "10", "layer": "trained", "bias": "1"},
    ),
    "years": ("pages/convex_twin.py", {"x": "2000,2001,2002,2003,2004", "y": "0,2,4,1,3", "bias": "1", "lam": "0"}),
    "a million": ("front.py", {"x": "-1000000,1000000", "y": "1000000,-1000000", "layer": "trained"}),
    "basins of two features": (
        "pages/convex_twin.py",
        {"x": "1,2,3,4", "y": "1,2", "features": "2", "layer": "trained", "basins": "1", "starts": "1", "run": "none"},
    ),
    "a window narrower than its distance from 0": (
        "front.py",
        {
            "x": "-2,2.1,0,-1.8",
            "y": "1.3,-2.1,0,-2.8",
            "m": "3",
            "layer": "trained",
            "run": "momentum:0.02:0.1,-1,1,-2;-1.6,3e48",
            "steps": "40",
            "window": "3e9",
            "plane": "path",
            "at": "0",
        },
    ),
    "weights beyond 32 bits": (
        "pages/convex_twin.py",
        {"x": "3", "y": "15", "m": "2", "layer": "trained", "run": "adam:0.02:1e50,-2;-4e16", "steps": "40"},
    ),
    "a run that leaves the weights of any network": (
        "front.py",
        {"x": "679975990046109.2", "y": "-0.12", "m": "2", "run": "gd:8e59:-4e16,-1e50;-1e50,2", "steps": "40"},
    ),
    "a window in which a neuron that was thrown off the data would have a loss beyond numbers": (
        "front.py",
        {
            **{"x": "1700000000001,1700000000001,1700000000000", "y": "1,1,0", "m": "4", "layer": "trained"},
            **{"step": "6.552790363761472e+59", "steps": "85", "starts": "18", "scale": "100", "seed": "688"},
            **{"run": "none", "init": "pytorch", "window": "1e+60", "sel": "13", "at": "1", "escape": "1"},
        },
    ),
    "a slice through runs whose losses no number holds": (
        "pages/convex_twin.py",
        {
            **{"x": "1700000000001,1700000000001,1700000000000", "y": "1,1,0", "m": "4", "layer": "trained"},
            **{"step": "6.552790363761472e+59", "steps": "85", "starts": "6", "scale": "100", "seed": "3"},
            **{"run": "none", "init": "pytorch"},
        },
    ),
    "the least step, and none that works": (
        "pages/dynamics.py",
        {"x": "-1e-7,4e-8", "y": "7e10,-2e10", "bias": "1", "layer": "trained", "run": "gd:1e-75:-2.5,-4e15;-5e-41"},
    ),
    "cones too narrow for floats": (
        "pages/convex_twin.py",
        {
            "x": "1700000000003,1700000000000.8,1700000000001.3,1699999999999.1,1.7e12,1.7e12,1.7e12,1.7e12",
            **{"y": "0,1,0,2", "features": "2", "m": "1", "steps": "1", "run": "none"},
        },
    ),
    "the smallest λ that a float holds": (
        "pages/dynamics.py",
        {"x": "0,0", "y": "1,-2", "bias": "1", "m": "1", "lam": "5e-324", "steps": "1", "run": "none", "starts": "0"},
    ),
    "the largest numbers": ("front.py", {"x": "-1e15,1e-15", "y": "1e15,1e-15", "basins": "1"}),
}


@pytest.mark.parametrize(("path", "query"), LINKS.values(), ids=LINKS)
def test_a_link_that_failed_once_is_drawn(path: str, query: dict[str, str]) -> None:
    page = open_and_hold(path, query)
    if "twin" in path:
        _through_its_tabs(page)
    assert page.get("bidi_component")


def test_a_state_too_large_for_a_link_is_drawn_after_its_file_was_opened() -> None:
    scenario = Scenario(training=Training(m=200, starts=12, steps=50, runs=()))
    assert Scenario.from_json(scenario.to_json()) == scenario
    open_and_hold("front.py", scenario.to_query())
