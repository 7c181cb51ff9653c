"""The race is run on the runs' own clocks, measured against the certified optimum, and can be followed and stopped."""

import contextlib
import itertools
import json
import threading

import numpy as np
import pytest

from landscape.convex.twin import solve_convex
from landscape.experiments.race.entrants import first_order, lbfgs, loss_and_gradients
from landscape.experiments.race.run import CONVEX, ENTRANTS, ConvexSolved, Finish, Measured, RunEnded, StepTuned, race
from landscape.experiments.race.suite import FRACTIONS, RATIOS, performance_profile, record, run_suite, suite
from landscape.experiments.race.tuning import CANDIDATES, tune
from landscape.model import initialisation as starts
from landscape.model.datasets import DATASETS
from landscape.model.excess import TARGETS, excess, unit
from landscape.model.network import Network, gradient, objective
from landscape.model.problem import Problem
from landscape.training.descent import descend, descend_many

EASY = Problem(DATASETS["non-orthogonal"].design, DATASETS["non-orthogonal"].y, 0.2)
START = starts.pytorch(2, 10, 1.0, np.random.default_rng(0))


@pytest.mark.parametrize("layer", ["trained", "ones"])
@pytest.mark.parametrize("seed", range(4))
def test_loss_and_gradients_are_those_of_the_problem(seed, layer):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(6, 2))
    X[0] = 0.0
    problem = Problem(X, rng.normal(size=6), 0.3 if layer == "trained" else 0.0, layer)
    net = Network(rng.normal(size=(2, 4)), rng.normal(size=4) if layer == "trained" else np.ones(4))
    loss, grad_W, grad_alpha = loss_and_gradients(problem, net.W, net.alpha)
    assert loss == pytest.approx(objective(problem, net), rel=1e-13)
    assert np.allclose(grad_W, gradient(problem, net)[0], rtol=1e-12, atol=1e-13)
    if layer == "trained":
        assert np.allclose(grad_alpha, gradient(problem, net)[1], rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("method", ["gd", "momentum", "adam"])
@pytest.mark.parametrize("layer", ["trained", "ones"])
def test_a_racing_method_takes_the_steps_of_a_training_run(method, layer):
    problem = Problem(EASY.X, EASY.y, EASY.lam if layer == "trained" else 0.0, layer)
    start = START if layer == "trained" else Network(START.W, np.ones(10))
    run = descend(problem, start, step=0.01, n_steps=40, method=method)
    measured = list(zip(first_order(problem, start, method, 0.01), range(41), strict=False))
    assert [moment.step for moment, _ in measured] == list(range(41))
    assert np.allclose([moment.loss for moment, _ in measured], run.objective, rtol=1e-10)
    seconds = [moment.seconds for moment, _ in measured]
    assert all(a < b for a, b in itertools.pairwise(seconds))


@pytest.mark.parametrize("layer", ["trained", "ones"])
def test_lbfgs_falls_from_the_start_to_where_its_gradient_ends(layer):
    problem = Problem(EASY.X, EASY.y, EASY.lam if layer == "trained" else 0.0, layer)
    start = START if layer == "trained" else Network(START.W, np.ones(10))
    measured = list(lbfgs(problem, start))
    losses = [moment.loss for moment in measured]
    assert losses[0] == pytest.approx(objective(problem, start))
    assert [moment.step for moment in measured] == list(range(len(measured)))
    assert all(a >= b for a, b in itertools.pairwise(losses))
    assert excess(problem, solve_convex(problem).value, losses[-1]) < 1e-3


def test_a_slow_caller_is_not_on_the_clock(monkeypatch):
    """A clock that only moves when it is read, and by an hour between two measurements."""
    now = itertools.count()
    received = []
    monkeypatch.setattr("landscape.experiments.race.entrants.thread_time", lambda: next(now) + 3600.0 * len(received))
    for run in (first_order(EASY, START, "gd", 0.01), lbfgs(EASY, START)):
        measured = []
        for _ in range(4):
            measured.append(next(run))
            received.append(measured[-1])
        assert [moment.seconds for moment in measured] == [1.0, 2.0, 3.0, 4.0]
        run.close()


def test_a_run_that_is_stopped_leaves_no_thread():
    before = threading.active_count()
    for stop_after in (0, 1, 3):
        run = lbfgs(EASY, START)
        for _ in range(stop_after):
            next(run)
        run.close()
    assert threading.active_count() == before


def test_a_failure_inside_lbfgs_is_raised_in_the_callers_thread(monkeypatch):
    def broken(*arguments):
        raise FloatingPointError("no such loss")

    monkeypatch.setattr("landscape.experiments.race.entrants.loss_and_gradients", broken)
    with pytest.raises(FloatingPointError, match="no such loss"):
        list(lbfgs(EASY, START))


@pytest.mark.parametrize("scale", [1.0, 1e3])
@pytest.mark.parametrize("method", ["gd", "momentum", "adam"])
def test_the_tuned_step_is_the_best_of_those_that_ran(method, scale):
    """Features and labels in other units: λ scales with both, the weights of a start do not change."""
    problem = Problem(scale * EASY.X, scale * EASY.y, scale**2 * EASY.lam)
    tuning = tune(problem, START.W[None], START.alpha[None], method, horizon=3000)
    tried = dict(tuning.tried)
    assert len(tried) == len(CANDIDATES)
    assert tried[tuning.step] == min(tried.values())
    runs = descend_many(problem, START.W[None], START.alpha[None], step=tuning.step, n_steps=3000, method=method)
    assert runs.objective[0, -1] == pytest.approx(tried[tuning.step], rel=1e-6)
    assert tried[tuning.step] < objective(problem, START)


def test_the_convex_program_runs_first_and_every_method_is_compared_with_its_optimum():
    events = list(race(EASY, START, budget=30.0))
    assert isinstance(events[0], ConvexSolved)
    assert events[0].certificate.closed
    assert events[0].optimum == pytest.approx(solve_convex(EASY).value, rel=1e-9)
    ends = {event.name: event for event in events if isinstance(event, RunEnded)}
    assert list(ends) == [CONVEX, *ENTRANTS]
    assert [event.name for event in events if isinstance(event, StepTuned)] == list(ENTRANTS)
    levels = [events[0].optimum + target * unit(EASY, events[0].optimum) for target in TARGETS]
    for name, end in ends.items():
        assert len(end.times) == 3
        reached = [t for t in end.times if t is not None]
        assert reached == sorted(reached)
        assert all(t is None for t in end.times[len(reached) :])
        assert (end.finish is Finish.ARRIVED) == (len(reached) == 3)
        if reached:
            assert end.measurement.loss <= levels[len(reached) - 1]
        curve = [event.measurement for event in events if isinstance(event, Measured) and event.name == name]
        assert all(a.seconds < b.seconds for a, b in itertools.pairwise(curve))
        assert all(moment.loss >= events[0].optimum - 1e-9 for moment in curve)
    assert ends["gd"].finish is Finish.ARRIVED


def test_who_does_not_get_there_says_so():
    """At one neuron on five points every method stops above the optimum of three."""
    problem = Problem(DATASETS["five"].design, DATASETS["five"].y, 0.05)
    start = Network([[1.0], [0.1]], [0.5])
    ends = {e.name: e for e in race(problem, start, budget=60.0, methods=["gd", "lbfgs"]) if isinstance(e, RunEnded)}
    for name in ("gd", "lbfgs"):
        assert ends[name].times == (None, None, None)
    assert ends["gd"].finish is Finish.SETTLED
    assert ends["lbfgs"].finish is Finish.STUCK


def test_a_run_out_of_time_says_so():
    ends = [e for e in race(EASY, START, budget=1e-9, methods=["gd", "lbfgs"]) if isinstance(e, RunEnded)]
    assert [end.finish for end in ends] == [Finish.ARRIVED, Finish.OUT_OF_TIME, Finish.OUT_OF_TIME]


def test_a_run_that_blows_up_says_so(monkeypatch):
    monkeypatch.setattr("landscape.experiments.race.tuning.CANDIDATES", (1e6,))
    (_, end) = [e for e in race(EASY, START, methods=["gd"]) if isinstance(e, RunEnded)]
    assert end.finish is Finish.DIVERGED


def test_labels_of_zero_are_solved_at_once():
    problem = Problem([[1.0, 1.0], [2.0, 1.0]], [0.0, 0.0], 0.1)
    ends = [e for e in race(problem, START, budget=0.2) if isinstance(e, RunEnded)]
    assert ends[0].finish is Finish.ARRIVED
    assert ends[0].measurement.loss == 0.0
    assert all(np.isfinite(end.measurement.loss) for end in ends)


def test_a_race_that_is_closed_stops():
    with contextlib.closing(race(EASY, START, budget=100.0)) as events:
        for event in events:
            if isinstance(event, Measured):
                break
    with pytest.raises(StopIteration):
        next(events)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"methods": ["newton"]}, "methods must be among gd"),
        ({"budget": 0.0}, "budget must be a positive number"),
        ({"budget": float("inf")}, "budget must be a positive number"),
        ({"targets": ()}, "targets must fall"),
        ({"targets": (1e-4, 1e-2)}, "targets must fall"),
        ({"targets": (1e-2, 0.0)}, "targets must fall"),
    ],
)
def test_a_race_that_makes_no_sense_is_refused_before_it_starts(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        race(EASY, START, **settings)


def test_a_start_for_other_data_is_refused():
    with pytest.raises(ValueError, match="W must have one row"):
        race(EASY, starts.pytorch(3, 2, 1.0, np.random.default_rng(0)))


def test_a_profile_counts_who_is_within_each_ratio_of_the_fastest():
    times = {"a": [1.0, 4.0, None, None], "b": [2.0, 1.0, 3.0, None]}
    assert performance_profile(times, [1.0, 2.0, 4.0]) == {"a": [0.25, 0.25, 0.5], "b": [0.5, 0.75, 0.75]}


@pytest.mark.parametrize("times", [{"a": [1.0], "b": []}, {"a": []}, {}])
def test_a_profile_of_nothing_is_refused(times):
    with pytest.raises(ValueError, match="times must hold as many problems"):
        performance_profile(times)


def test_every_problem_of_the_suite_has_a_certified_optimum_and_enough_neurons():
    entries = suite()
    assert len({entry.name for entry in entries}) == len(entries) == 13 * len(FRACTIONS)
    for entry in entries[::5]:
        word = solve_convex(entry.problem).certificate
        assert excess(entry.problem, word.lower_bound, word.value) < TARGETS[-1]
        assert entry.start.m == 2 * entry.problem.n


def test_the_record_of_a_suite_holds_ratios_and_the_date():
    entries = suite()[:2]
    ends = [
        (entry.name, event)
        for entry, event in run_suite(entries, budget=0.2, methods=["adam"])
        if isinstance(event, RunEnded)
    ]
    kept = json.loads(json.dumps(record(ends, budget=0.2), allow_nan=False))
    assert [problem["name"] for problem in kept["problems"]] == [entry.name for entry in entries]
    for problem, (_, end) in zip(kept["problems"], ends[1::2], strict=True):
        assert problem["runs"][CONVEX]["times"] == [1.0, 1.0, 1.0]
        assert [t is None for t in problem["runs"]["adam"]["times"]] == [t is None for t in end.times]
    assert len(kept["profile"]["shares"]) == len(TARGETS)
    for shares in kept["profile"]["shares"]:
        for values in shares.values():
            assert len(values) == len(RATIOS)
            assert values == sorted(values)
    assert len(kept["date"]) == 10
