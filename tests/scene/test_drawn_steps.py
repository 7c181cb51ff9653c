"""What is drawn of a run's steps looks like all of them, and less is drawn where less is needed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from any_scenario import data, scenarios
from hypothesis import assume, given, settings, strategies as st

from landscape.scenario.presets import PRESETS
from landscape.scene import loss_scene, twin_scene
from landscape.scene.drawn_steps import APART, OFF, PIXELS, Track, drawn_in, drawn_steps
from landscape.web.shared.results_cache import solved_scenario_of


def off(values: np.ndarray, steps: np.ndarray, places: np.ndarray, side: float) -> float:
    """Return the most pixels, one step at a time, between a track and the lines that are drawn of it."""
    most = 0.0
    for first, second in pairwise(places):
        for t in range(first, second + 1):
            share = (steps[t] - steps[first]) / (steps[second] - steps[first])
            line = values[first] + share * (values[second] - values[first])
            most = max(most, abs(line - values[t]) / side * PIXELS)
    return most


@st.composite
def tracks(draw: st.DrawFn) -> tuple[np.ndarray, list[np.ndarray]]:
    """Steps, and what moves along them: settling, swinging, kinked, at rest, thrown out of the picture."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    count = draw(st.integers(1, 300))
    gaps = np.ones(count) if draw(st.booleans()) else rng.integers(1, 50, count)
    steps = np.cumsum(gaps)
    t = (steps - steps[0]) / max(1, steps[-1] - steps[0])
    kinds = [
        np.exp(-t * draw(st.floats(0.1, 50))),
        0.5 + 0.5 * np.cos(t * draw(st.floats(0, 200))),
        np.abs(t - draw(st.floats(0, 1))),
        np.full(count, 0.3),
        np.cumsum(rng.normal(size=count)) * draw(st.sampled_from([0.0, 1e-4, 0.1])),
        np.where(t > 0.9, np.exp(np.minimum(700, 900 * (t - 0.9) * 10)), t),
    ]
    return steps, [kinds[k] for k in draw(st.lists(st.integers(0, 5), min_size=1, max_size=4))]


@given(moving=tracks(), seed=st.integers(0, 100))
@settings(max_examples=150)
def test_no_drawn_point_moves_by_more_than_half_a_pixel(moving, seed):
    steps, values = moving
    kept = np.random.default_rng(seed).random(len(steps)) < 0.02
    places = drawn_steps(steps, [Track(track, 0.0, 1.0) for track in values], kept)
    assert places[0] == 0
    assert places[-1] == len(steps) - 1
    assert (np.diff(places) > 0).all()
    assert set(np.flatnonzero(kept)) <= set(places)
    inside = [track for track in values if np.abs(track).max() < 2]
    for track in inside:
        assert off(track, steps, places, 1.0) <= OFF * (1 + 1e-9)
        jumps = np.abs(np.diff(track[places])) * PIXELS
        assert (jumps[np.diff(places) > 1] <= APART * (1 + 1e-9)).all()
    # Out of sight every step stays, and those around it.
    far = np.flatnonzero(np.any([np.abs(track) > 3 for track in values], axis=0))
    around = np.concatenate([far - 1, far, far + 1])
    assert set(around[(around >= 0) & (around < len(steps))]) <= set(places)


def test_a_straight_way_needs_no_more_than_its_length():
    steps = np.arange(10_000)
    places = drawn_steps(steps, [Track(steps / 10_000, 0.0, 1.0)])
    assert PIXELS / APART <= len(places) <= 2 * PIXELS / APART
    assert len(drawn_steps(steps, [Track(np.zeros(10_000), 0.0, 1.0)])) == 2


def test_a_way_that_turns_at_every_step_keeps_them_all():
    swinging = np.where(np.arange(99) % 2, 0.2, 0.8)
    assert len(drawn_steps(np.arange(99), [Track(swinging, 0.0, 1.0)])) == 99


def check(scenario):
    """Assert that the runs of a scenario look like all of their steps in every picture of the front page."""
    solved = solved_scenario_of(scenario)
    loss, twin = loss_scene(solved, scenario), twin_scene(solved, scenario)
    drawn = drawn_in(solved, loss, twin, 12)
    for run, first, second in zip(solved.shown, loss.paths, twin.paths, strict=True):
        path, places = run.trajectory, drawn[run.id]
        ways = [(first.x, loss.surface.w1), (second.x, twin.surface.s_plus), (second.y, twin.surface.s_minus)]
        ways += [(first.y, loss.surface.w2)] if len(loss.surface.w2) > 1 else []
        for values, grid in ways:
            near = np.abs(values - grid.mean()) < 1.4 * np.ptp(grid)
            if near.all():
                assert off(values, path.steps, places, np.ptp(grid)) <= OFF * (1 + 1e-6)
        heights = np.log10(np.maximum(path.objective, 1e-12))
        if path.objective.max() <= 1e4 * path.objective[0]:
            assert off(heights, path.steps, places, max(1.0, np.ptp(heights))) <= OFF * (1 + 1e-6)
        if path.alpha.shape[1] <= 12:
            signs = np.sign(path.W[:, 0])
            for t in range(len(signs) - 1):
                assert (signs[t] == signs[t + 1]).all() or {t, t + 1} <= set(places)
        for leg in getattr(path, "legs", ()):
            assert leg.first in places
    return drawn


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_the_presets_look_as_with_every_step(preset):
    check(preset.scenario)


def test_a_way_out_keeps_where_its_legs_begin():
    drawn = check(PRESETS[0].scenario.changed(escape=0))
    assert "escape0" in drawn


@given(
    scenario=scenarios(
        filmed=False, points=data(features=st.just(1), bias=st.just(False), most=4), most_neurons=6, most_steps=300
    )
)
@settings(max_examples=40)
def test_any_scenario_looks_as_with_every_step(scenario):
    try:
        solved_scenario_of(scenario)
    except ValueError:
        assume(False)
    check(scenario)
