"""Filmed runs are the runs themselves, at any scale, and the judge's word on any of their steps."""

from dataclasses import replace

import numpy as np
import pytest

from landscape.convex.certificate import certify
from landscape.model.network import objective
from landscape.results.filmed_runs import (
    FEWEST_FRAMES,
    MOST_BYTES,
    MOST_CUTS,
    MOST_FRAMES,
    TRIAL,
    estimated_seconds,
    film_runs,
    first_steps,
)
from landscape.scenario import Data, Run, Scenario, Training
from landscape.training.descent import descend
from landscape.training.published_runs import published_run

X = (-0.7, -0.3, 0.7, 0.8)
LINE = Data(X, tuple(0.7 + 0.6 * x for x in X), bias=True)


def settings(**values: object) -> Training:
    usual = {
        "m": 30,
        "layer": "trained",
        "step": 0.025,
        "steps": 200,
        "runs": (),
        "scales": (1e-6, 1.0),
        "init": "uniform",
    }
    return Training(**{**usual, **values})  # type: ignore[arg-type]


def filmed_of(data: Data = LINE, **values: object):
    found = film_runs(data, settings(**values))
    assert found is not None
    return found


def test_both_runs_are_one_draw_at_two_scales():
    small, large = filmed_of(scales=(1e-9, 1.0), seed=3).runs
    np.testing.assert_allclose(small.trajectory.W[0] * 1e9, large.trajectory.W[0], rtol=1e-12)
    np.testing.assert_allclose(small.trajectory.alpha[0] * 1e9, large.trajectory.alpha[0], rtol=1e-12)
    problem, start = published_run("small").setup(np.random.default_rng(3), m=30)
    assert np.array_equal(small.trajectory.W[0], start.W)
    assert np.array_equal(filmed_of().problem.X, problem.X)


@pytest.mark.parametrize("seed", range(4))
def test_a_small_start_waits_and_falls_while_a_large_one_falls_at_once_and_keeps_its_patterns(seed):
    small, large = filmed_of(m=1000, scales=(1e-9, 1.0), steps=300, seed=seed).runs
    loss = small.trajectory.objective / 4
    at = dict(zip(small.trajectory.steps.tolist(), loss, strict=True))
    assert all(value == pytest.approx(0.7489, rel=0.005) for step, value in at.items() if step <= 88)
    half = np.interp(-0.7489 / 2, -loss, small.trajectory.steps)
    assert 111 <= half <= 117
    assert large.trajectory.objective[0] / 4 > 20
    assert (
        large.trajectory.objective[np.searchsorted(large.trajectory.steps, 20)] < 0.05 * large.trajectory.objective[0]
    )
    assert large.patterns.changed[-1] <= 0.05 < small.patterns.changed[-1]


@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1.0, 10.0])
@pytest.mark.parametrize("method", ["gd", "momentum", "adam"])
def test_the_step_is_the_largest_tenth_that_does_not_throw_the_start_off(scale, method):
    filmed = filmed_of(scales=(scale,), method=method, step=0.1)
    (film,) = filmed.runs
    assert film.step == pytest.approx(0.1 * 0.1 ** len(film.refused), rel=1e-9)
    assert len(film.refused) <= MOST_CUTS
    for step in film.refused:
        run = descend(filmed.problem, film.trajectory.network(0), step=step, n_steps=TRIAL, method=method)
        assert run.objective.max() > 2 * run.objective[0]
    run = descend(filmed.problem, film.trajectory.network(0), step=film.step, n_steps=TRIAL, method=method)
    assert run.objective.max() <= 2 * run.objective[0]


@pytest.mark.parametrize("method", ["gd", "momentum", "adam"])
def test_any_step_is_judged_as_the_run_itself_had_it(method):
    filmed = filmed_of(method=method, steps=400, step=1e-3, scales=(0.5,))
    (film,) = filmed.runs
    assert len(film.trajectory.steps) < 401
    for step in (0, 1, 57, 211, 399, 400, None):
        ((at, proof),) = filmed.certificates(step)
        if method == "gd" and step is not None:
            assert at == step
        run = descend(filmed.problem, film.trajectory.network(0), step=film.step, n_steps=at, method=method)
        assert proof.value == pytest.approx(run.objective[-1], rel=1e-12)
        assert proof.value == objective(filmed.problem, film.iterate(filmed.problem, step)[1])
        assert proof.complete
        assert proof.gap >= -1e-12


def test_with_regularisation_the_gap_is_the_distance_to_the_proven_optimum():
    filmed = filmed_of(lam=0.1, scales=(0.3,), steps=3000, step=0.01)
    ((_, proof),) = filmed.certificates(None)
    assert filmed.problem.lam > 0
    assert proof.complete
    assert -1e-9 <= proof.gap < 1e-3 * filmed.problem.y @ filmed.problem.y
    alone = certify(filmed.problem, filmed.runs[0].trajectory.network(40))
    assert filmed.certificates(int(filmed.runs[0].trajectory.steps[40]))[0][1].gap <= alone.gap


@pytest.mark.parametrize(("m", "features"), [(1, 1), (20, 10), (1000, 1), (1000, 10)])
def test_frames_are_few_enough_to_be_sent(m, features):
    x = tuple(np.random.default_rng(0).standard_normal(4 * features).tolist())
    filmed = film_runs(Data(x, (1.0, 0.0, -1.0, 0.5), features), settings(m=m, scales=(1e-3,), steps=300))
    assert filmed is not None
    run = filmed.runs[0].trajectory
    frames, d, _ = run.W.shape
    assert frames <= MOST_FRAMES
    assert frames <= FEWEST_FRAMES or 4 * frames * (d + 1) * m <= MOST_BYTES


def test_explicit_starts_are_filmed_as_they_are_with_their_own_steps():
    runs = (Run("adam", ((0, 1e-3),), (0.3, -0.15), (1.0,)), Run("gd", ((0, 0.05), (20, 0.01)), (1.0, 0.5), (-1.0,)))
    training = Training(m=1, layer="trained", steps=60, runs=(*runs, Run()))
    filmed = film_runs(LINE, training)
    assert filmed is not None
    assert [(film.name, film.method, film.step) for film in filmed.runs] == [
        ("Run 1", "adam", 1e-3),
        ("Run 2", "gd", 0.05),
    ]
    assert filmed.runs[0].trajectory.W[0].ravel().tolist() == [0.3, -0.15]
    whole = descend(filmed.problem, filmed.runs[1].trajectory.network(0), step=((0, 0.05), (20, 0.01)), n_steps=60)
    assert np.array_equal(filmed.runs[1].trajectory.objective, whole.objective)


def test_a_second_layer_of_ones_stays_ones():
    for film in filmed_of(layer="ones", scales=(0.1, 1.0)).runs:
        assert np.all(film.trajectory.alpha == 1.0)


def test_the_optimum_over_the_current_patterns_is_never_above_the_run():
    rng = np.random.default_rng(1)
    data = Data(tuple(rng.standard_normal(60).tolist()), tuple(rng.standard_normal(20).tolist()), 3)
    filmed = film_runs(data, settings(m=6, scales=(1e-3,), step=0.005), pattern_optimum=True)
    assert filmed is not None
    assert filmed.pattern_optimum is not None
    run = filmed.runs[0].trajectory
    at = dict(zip(run.steps.tolist(), run.objective, strict=True))
    for step, value in zip(filmed.pattern_optimum.steps.tolist(), filmed.pattern_optimum.values, strict=True):
        assert 0.0 <= value <= at[step] * (1 + 1e-6)
    assert filmed.pattern_optimum.steps[[0, -1]].tolist() == [0, run.steps[-1]]


def test_filming_that_is_halted_returns_none_and_has_reported_its_progress():
    reports: list[tuple[float, str]] = []
    assert (
        film_runs(LINE, settings(), report=lambda *what: reports.append(what), halted=lambda: len(reports) > 1) is None
    )
    assert [text.split(":")[0] for _, text in reports] == ["Scale 10⁻⁶", "Scale 1"]
    assert [share for share, _ in reports] == [0.0, 0.5]


@pytest.mark.parametrize("seconds", [0.01, 0.1, 1.0, 1e9])
def test_the_first_steps_of_a_film_take_no_longer_than_asked(seconds):
    whole = settings(m=1000, steps=100_000)
    part = first_steps(whole, 4, seconds)
    assert replace(part, steps=whole.steps) == whole
    assert part.steps == 20 or estimated_seconds(part, 4) <= seconds or part is whole
    assert 20 <= part.steps <= whole.steps
    if part.steps < whole.steps and part.steps > 20:
        assert estimated_seconds(replace(part, steps=part.steps + 1), 4) > seconds


@pytest.mark.parametrize(
    "data",
    [
        Data((0.5,), (1.0,), bias=True),
        Data((1.0, 1.0, 1.0), (0.0, 1.0, 2.0), bias=True),
        Data((-1.0, 1.0), (0.0, 0.0), bias=True),
        Data((-1e6, 1e6), (1e6, -1e6), bias=True),
        Data((-1.0, 1.0), (1.0, 2.0)),
    ],
)
def test_any_data_can_be_filmed_and_judged(data):
    filmed = filmed_of(data)
    assert Scenario(data, settings()).problem().n == filmed.problem.n
    for film, (_, proof) in zip(filmed.runs, filmed.certificates(7), strict=True):
        assert np.isfinite(film.trajectory.objective).all()
        assert proof.complete
        assert proof.gap >= -1e-9 * max(1.0, filmed.problem.y @ filmed.problem.y)
