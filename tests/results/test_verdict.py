"""What the sentence under the stage says of a run is true, and reads as promised."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, strategies as st

from landscape.convex.best_neuron import best_neuron
from landscape.convex.certificate import certify
from landscape.convex.twin import solve_convex
from landscape.formatting import written
from landscape.model.excess import is_proven
from landscape.model.network import Network, objective, predict
from landscape.model.problem import Problem
from landscape.results.best_of_width import best_of_one_neuron, sentences_on
from landscape.results.step_advice import step_advice
from landscape.results.verdict import Verdict, VerdictKind, point_names, unreachable_labels, verdict
from landscape.training.descent import Outcome, Trajectory, descend

TWO = Problem(np.array([[-1.0], [1.0]]), np.array([1.0, 2.0]), second_layer="ones")

RAISED = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")


def ones(*w: float) -> Network:
    return Network(np.array([w]), np.ones(len(w)))


def said(problem: Problem, network: Network, outcome: Outcome = Outcome.CONVERGED, **more) -> Verdict:
    """The verdict on a run that ends at a network, having started there."""
    W, alpha = np.stack([network.W] * 2), np.stack([network.alpha] * 2)
    value = objective(problem, network)
    path = Trajectory(W, alpha, np.array([value, value]), outcome, np.array([0, 500]))
    certificate = more.pop("certificate", None) or certify(problem, network)
    return verdict(problem, path, certificate, **more)


def run(problem: Problem, start: Network, step: float, n_steps: int = 500) -> Verdict:
    path = descend(problem, start, step=step, n_steps=n_steps)
    return verdict(problem, path, certify(problem, path.network()))


def number(pattern: str, text: str) -> float:
    """The number that a text states at the group of a pattern."""
    found = re.search(pattern, text)
    assert found, text
    mantissa, times, power = found[1].translate(RAISED).partition("·10")
    return float(mantissa) * 10.0 ** float(power) if times else float(mantissa)


def best_value_1d(problem: Problem) -> float:
    """The optimum for one feature and λ = 0: a line through 0 on each side, its slope signed if alpha = 1."""
    x, y = problem.X[:, 0], problem.y
    total = float(np.sum(y[x == 0] ** 2))
    for side in (x > 0, x < 0):
        if side.any():
            size = np.abs(x[side])
            slope = (size @ y[side]) / (size @ size)
            slope = max(slope, 0.0) if problem.second_layer == "ones" else slope
            total += float(np.sum((size * slope - y[side]) ** 2))
    return total


def test_the_front_page_reads_as_promised():
    caught = run(TWO, ones(1.5, 0.5), 0.02)
    assert caught.text == "Stuck at loss 1.000, and the best is 0."
    assert caught.why == ("Both neurons act right of 0; none acts on the point at x = −1, so no weight moves f there.")
    assert dict(caught.digits) == {
        "loss": "1.0000000",
        "best loss, proven": "0",
        "above it by": "1.000",
        "gradient norm": "0",
        "steps taken": "50",
    }
    through = run(TWO, ones(3.0, -0.5), 0.02)
    assert through.kind is VerdictKind.OPTIMUM
    assert (through.text, through.why) == ("Reached the best: loss 0.", "")
    assert re.fullmatch(r"\d·10⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]+", dict(through.digits)["above it by at most"])
    assert number("(.*)", dict(through.digits)["above it by at most"]) < 1e-6


def test_rounding_is_told_among_the_digits_alone():
    for start in (ones(3.0, -0.5), ones(1.5, 0.5), ones(-1.0, -2.0)):
        found = run(TWO, start, 0.02)
        assert "10⁻" not in found.said
        assert found.kind is not VerdictKind.OPTIMUM or "10⁻" in dict(found.digits)["above it by at most"]


def test_a_run_that_is_near_the_optimum_but_not_proven_there_says_how_near():
    near = said(TWO, ones(2.0012, -1.0))
    assert near.kind is VerdictKind.OPTIMUM
    assert near.text == "As good as the best: loss 0."
    assert dict(near.digits)["above it by at most"] == "2·10⁻⁶"


def test_a_single_neuron_is_told_that_it_has_one_side_only():
    problem = Problem(TWO.X, np.array([1.0, 0.5]), second_layer="ones")
    alone = said(problem, ones(0.5))
    assert alone.text == "Stuck at loss 1.000, and the best is 0."
    assert alone.why == "Its one neuron acts right of 0, not on the point at x = −1, so no weight moves f there."
    left = said(problem, ones(-1.0))
    assert left.text == "Stuck at loss 0.2500, and the best is 0."
    assert left.why.startswith("Its one neuron acts left of 0, not on the point at x = 1, ")


def test_neurons_on_both_sides_or_on_none_are_not_said_to_act_on_one():
    problem = Problem(np.array([[-1.0], [1.0], [2.0]]), np.array([1.0, 2.0, 4.0]), second_layer="ones")
    assert said(problem, ones(2.0, 0.0)).why == "No neuron acts on the point at x = −1, so no weight moves f there."
    three = said(problem, ones(-1.0, -0.0, -0.0))
    assert three.why == "No neuron acts on the points at x = 1 or x = 2, so no weight moves f there."
    assert said(problem, ones(-0.5, -0.25, -0.25)).why.startswith("All 3 neurons act left of 0; none acts on the ")


def alone(problem: Problem, network: Network, outcome: Outcome = Outcome.CONVERGED) -> Verdict:
    """The verdict on a run of one neuron beside the best that one neuron can do, and the optimum's own bound."""
    best = solve_convex(problem)
    return said(
        problem,
        network,
        outcome,
        certificate=certify(problem, network, dual=problem.y - predict(problem.X, best.network)),
        optimum=best.certificate.value,
        narrow=best_of_one_neuron(problem, best.certificate, [network]),
    )


def test_a_single_neuron_that_is_the_best_of_its_width_has_not_failed():
    problem = Problem(TWO.X, np.array([1.0, 0.5]), second_layer="ones")
    best, caught = alone(problem, ones(-1.0)), alone(problem, ones(0.5))
    assert best.kind is VerdictKind.BEST_OF_WIDTH
    assert best.text == "Reached the best that one neuron can do: loss 0.2500."
    assert best.why == "Networks with more neurons reach 0."
    assert caught.kind is VerdictKind.STUCK
    assert caught.text == "Stuck at loss 1.000; one neuron can do 0.2500."
    assert caught.why == (
        "It is in the other valley: its neuron acts on x = 1 alone. Networks with more neurons reach 0."
    )
    assert alone(problem, ones(0.0)).why.endswith("The best that one neuron can do is 0.2500.")
    moving = alone(problem, ones(0.7), Outcome.OUT_OF_STEPS)
    assert moving.kind is VerdictKind.MOVING
    assert moving.why.endswith("The best that one neuron can do is 0.2500.")
    equal = Problem(TWO.X, np.array([1.0, 1.0]), second_layer="ones")
    assert {alone(equal, ones(w)).kind for w in (-1.0, 1.0)} == {VerdictKind.BEST_OF_WIDTH}


def test_one_neuron_that_is_as_good_as_the_optimum_has_reached_it():
    """By its own residuals alone its bound is .0005 lower; those of the optimum prove that it is near."""
    problem = Problem([[0.5], [0.25], [-3.0], [-3.0], [-3.0]], [1.0, 1e-3, -3.0, -3.0, -3.0], 0.5)
    found = alone(problem, best_neuron(problem).network)
    assert found.kind is VerdictKind.OPTIMUM
    assert found.above < 1e-6


@given(st.data())
def test_a_single_neuron_is_told_of_wider_networks_only_where_they_do_better(data):
    problem = data.draw(problems())
    network = data.draw(networks(problem).filter(lambda drawn: drawn.m == 1))
    solution, best = solve_convex(problem), best_neuron(problem)
    size = float(problem.y @ problem.y) or 1.0
    for told in (alone(problem, network), alone(problem, best.network)):
        wide = "more neurons" in told.text or "one neuron can do" in told.text
        assert not wide or best.value > solution.certificate.value + 1e-7 * size
        assert told.kind is not VerdictKind.BEST_OF_WIDTH or told.loss <= best.value + 1e-5 * size
    end = alone(problem, best.network).kind
    assert end in (VerdictKind.OPTIMUM, VerdictKind.BEST_OF_WIDTH)


def test_where_patterns_are_too_many_the_best_neuron_is_called_the_best_found():
    rng = np.random.default_rng(0)
    problem = Problem(rng.normal(size=(60, 8)), rng.normal(size=60), 0.5)
    wide = certify(problem, Network(np.zeros((8, 1)), np.zeros(1)))
    known = replace(wide, value=1.0, lower_bound=0.5, complete=False, closed=False)
    found = best_of_one_neuron(problem, known)
    assert found is not None
    assert not found.exact
    assert found.name == "best found with one neuron"
    found_there = said(problem, found.network, narrow=found)
    assert "Reached" not in found_there.text
    assert found_there.why.endswith(f"The best found so far with one neuron is {written(found.value)}.")
    text = sentences_on(problem, found, starred=False)
    assert "a lower one may exist" in text
    assert text.endswith("Networks with more neurons reach 1.000, and none is below 0.5000.")
    assert "☆" not in text
    assert f"{written(found.value)} (☆)" in sentences_on(problem, found, starred=True)


def test_a_dead_start_is_told_apart_from_a_neuron_that_died():
    problem = Problem(np.array([[1.0], [2.0]]), np.array([2.0, 1.0]), second_layer="ones")
    dead = run(problem, ones(-1.0, -2.0), 0.02)
    assert dead.kind is VerdictKind.DEAD
    assert dead.text == "Never moves: the loss stays at 5.000, and the best is 1.800."
    assert dead.why == "No neuron acts on any data point, so nothing moves."
    killed = run(problem, ones(6.0, -2.0), 0.3)
    assert killed.kind is VerdictKind.DEAD
    assert killed.text.startswith("All its neurons are dead: the loss stays at ")
    assert "any more, so nothing moves" in killed.why


def test_divergence_names_a_step_that_really_converges():
    start = ones(1.0, 0.2)
    path = descend(TWO, start, step=1.2, n_steps=500)
    certificate = certify(TWO, path.network())
    advice = step_advice(TWO, path, "gd", ((0, 1.2),), 500)
    assert advice is not None
    found = verdict(TWO, path, certificate, advice=advice)
    assert found.kind is VerdictKind.DIVERGED
    assert found.text.startswith(f"Diverged: the loss grew to {written(path.objective[-1])}")
    named = number(r"The step is too large\. With a step of (\S+) the same start converges\.", found.why)
    assert named == advice.step
    assert descend(TWO, start, step=named, n_steps=500).outcome is Outcome.CONVERGED
    assert verdict(TWO, path, certificate).why.endswith("Try a smaller step.")


def test_a_run_out_of_steps_is_still_moving_and_one_at_the_optimum_is_there():
    moving = run(TWO, ones(3.0, -0.5), 0.002, 100)
    assert moving.kind is VerdictKind.MOVING
    assert moving.text.startswith("Still moving after 100 steps, at loss ")
    assert said(TWO, ones(2.0, -1.0), Outcome.OUT_OF_STEPS).kind is VerdictKind.OPTIMUM


def test_a_swinging_run_is_called_so_and_a_falling_one_is_not():
    def with_losses(losses):
        W = np.repeat(np.array([[[1.0, 0.5]]]), len(losses), axis=0)
        path = Trajectory(W, np.ones((len(losses), 2)), losses, Outcome.OUT_OF_STEPS, np.arange(len(losses)))
        return verdict(TWO, path, certify(TWO, ones(1.0, 0.5))).why

    assert "swings between 1.000 and 2.000" in with_losses(np.tile([1.0, 2.0], 20))
    assert "swings" not in with_losses(np.linspace(3.0, 1.25, 40))


def test_equal_points_with_different_labels_leave_an_optimum_above_0():
    problem = Problem(np.array([[1.0], [1.0]]), np.array([2.0, 1.0]), second_layer="ones")
    found = said(problem, ones(1.5))
    assert found.kind is VerdictKind.OPTIMUM
    assert found.text == "Reached the best: loss 0.5000."
    assert found.why.endswith("2 points at x = 1 have the labels 2 and 1, and one output cannot meet them all.")


def test_a_label_the_fixed_layer_cannot_reach_is_explained():
    problem = Problem(TWO.X, np.array([1.0, -1.0]), second_layer="ones")
    sentence = (
        "The label −1 at x = 1 is below what ReLU neurons with second layer 1 can reach: their sum is never negative."
    )
    assert unreachable_labels(problem) == (sentence,)
    assert said(problem, ones(-1.0, -0.0)).why == sentence
    assert unreachable_labels(Problem(problem.X, problem.y)) == ()


def test_with_regularisation_the_distance_is_exact_only_beside_a_known_optimum():
    problem = Problem(TWO.X, TWO.y, lam=0.1)
    # One neuron shrunk to its own optimum on x = 1, none on x = −1: loss 1 + (0.05)² ... + 2 λ s at s = 1.9.
    s = 2.0 - 0.1
    network = Network(np.array([[np.sqrt(s), 0.0]]), np.array([np.sqrt(s), 0.0]))
    optimum = 2 * 0.1 * (0.9 + 1.9) + 2 * 0.1**2
    value = objective(problem, network)
    bounded = said(problem, network)
    assert ", at most " in bounded.text
    assert {"lower bound", "above it by at most"} <= dict(bounded.digits).keys()
    dual = TWO.y - np.array([0.9, 1.9])
    path = Trajectory(network.W[None], network.alpha[None], np.array([value]), Outcome.CONVERGED, np.array([500]))
    found = verdict(problem, path, certify(problem, network, dual=dual), optimum=optimum)
    assert found.text == f"Stuck at loss {written(value)}, and the best is {written(optimum)}."
    assert found.why == "No neuron acts on the point at x = −1, so no weight moves f there."
    assert dict(found.digits)["above it by"] == written(value - optimum)


@given(st.data())
def test_proven_is_said_exactly_where_the_gap_is_closed(data):
    problem = data.draw(problems())
    network = data.draw(networks(problem))
    certificate = certify(problem, network, dual=problem.y - predict(problem.X, solve_convex(problem).network))
    value = np.array([certificate.value])
    path = Trajectory(network.W[None], network.alpha[None], value, Outcome.CONVERGED, np.array([500]))
    solved = solve_convex(problem).certificate
    for optimum in (solved.value, solved.value + 1e-3 * (problem.y @ problem.y or 1.0)):
        found = verdict(problem, path, certificate, optimum=optimum)
        digits = dict(found.digits)
        assert found.text.startswith("Reached the best: ") == certificate.closed
        known = certificate.closed or is_proven(problem, certificate.lower_bound, optimum)
        known |= problem.lam == 0 and problem.d == 1
        assert ("best loss, proven" in digits) == known
        assert ("lower bound" in digits) == (not known)
        if found.kind is not VerdictKind.OPTIMUM:
            assert ("and the best is " in found.text) == known, found.text
            assert ("at most" in found.text) == (not known)


def test_regularisation_alone_moves_neurons_that_see_no_data():
    problem = Problem(np.array([[1.0], [2.0]]), np.array([1.0, 2.0]), lam=0.1)
    found = said(problem, Network(np.array([[-1e-9]]), np.array([1e-9])))
    assert found.kind is VerdictKind.DEAD
    assert "only the regularisation is left" in found.why


def test_a_bound_from_sampled_patterns_is_never_called_proven():
    network = ones(1.5, 0.5)
    value = np.array([objective(TWO, network)])
    path = Trajectory(network.W[None], network.alpha[None], value, Outcome.CONVERGED, np.array([500]))
    sampled = replace(certify(TWO, network), complete=False, lower_bound=-np.inf, gap=np.inf, estimate=0.25)
    found = verdict(TWO, path, sampled, optimum=0.25)
    assert found.text == "Stuck at loss 1.000."
    assert found.why.endswith(
        "so no weight moves f there. Only some activation patterns were looked at, so how far it is from the best is "
        "not known."
    )
    assert dict(found.digits)["lower bound"] == "not known"
    assert found.kind is VerdictKind.STUCK
    nothing = replace(sampled, missing=None, missing_sign=0.0, missing_pattern=None)
    assert verdict(TWO, path, nothing).kind is VerdictKind.UNPROVEN


def test_points_without_a_name_are_listed_by_number():
    rng = np.random.default_rng(0)
    problem = Problem(np.column_stack([rng.standard_normal((5, 1)), [2.0, 3.0, 4.0, 5.0, 6.0]]), np.ones(5))
    problem = Problem(np.vstack([problem.X, [-1.0, -1.0], [-2.0, -1.0]]), np.array([0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 3.0]))
    found = said(problem, Network(np.array([[0.0], [1e-3]]), np.array([1e-3])))
    assert found.points == (5, 6)
    assert found.why == "No neuron acts on points 6 or 7, so no weight moves f there."


values = st.sampled_from([-3.0, -2.0, -1.0, -0.5, 0.0, 0.25, 0.5, 1.0, 2.0, 1e-3, 7.5])
weights = st.one_of(values, st.floats(-3, 3).map(lambda v: round(v, 3)))


@st.composite
def problems(draw, features=(1, 2), lams=(0.0, 0.05, 0.5)) -> Problem:
    """Small problems full of ties, zeros, equal points and equal labels; two features are one with a bias."""
    n, d = draw(st.integers(1, 5)), draw(st.sampled_from(features))
    X = np.array(draw(st.lists(values, min_size=n, max_size=n)))[:, None]
    X = np.hstack([X, np.ones((n, 1))]) if d == 2 else X
    y = np.array(draw(st.lists(values, min_size=n, max_size=n)))
    layer = draw(st.sampled_from(["ones", "trained"]))
    return Problem(X, y, 0.0 if layer == "ones" else draw(st.sampled_from(lams)), layer)


@st.composite
def networks(draw, problem: Problem) -> Network:
    m = draw(st.integers(1, 4))
    W = np.array(draw(st.lists(weights, min_size=problem.d * m, max_size=problem.d * m))).reshape(problem.d, m)
    if problem.second_layer == "ones":
        return Network(W, np.ones(m))
    return Network(W, np.array(draw(st.lists(weights, min_size=m, max_size=m))))


@given(st.data())
def test_the_reason_given_is_true(data):
    """No neuron is active where the text says so, and adding the one it names does lower the objective."""
    problem = data.draw(problems())
    network = data.draw(networks(problem))
    found = said(problem, network)
    because = found.why if found.kind is VerdictKind.STUCK else ""
    assert bool(because) == bool(found.points)
    assume(because)

    points = list(found.points)
    wanted = np.isin(np.arange(problem.n), points)
    active = problem.X @ network.W > 1e-12
    sign = -1.0 if "negative output weight" in because else 1.0
    if "no weight moves" in because:
        assert not active[points].any()
    elif because.startswith("No neuron"):
        assert not np.any(np.all(active == wanted[:, None], axis=0) & (sign * network.alpha > 0))
    names = {point_names(problem)[j] for j in points}
    if len(names) <= 3 and "every point" not in because:
        assert all(name in because for name in names)

    u = certify(problem, network).missing
    output = np.maximum(problem.X @ u, 0.0)
    assert np.array_equal(output > 1e-12, wanted)
    correlation = output @ (problem.y - np.maximum(problem.X @ network.W, 0.0) @ network.alpha)
    if "output weight" not in because and problem.second_layer == "trained":
        sign = np.sign(correlation)
    size = (sign * correlation - problem.lam) / (output @ output)
    assert size > 0
    w, alpha = (size * u, 1.0) if problem.second_layer == "ones" else (np.sqrt(size) * u, sign * np.sqrt(size))
    wider = Network(np.column_stack([network.W, w]), np.append(network.alpha, alpha))
    assert objective(problem, wider) < objective(problem, network)


@given(st.data())
def test_the_distance_stated_is_the_distance_to_the_best_network(data):
    problem = data.draw(problems(features=(1,), lams=(0.0,)))
    found = said(problem, data.draw(networks(problem)))
    truth = found.loss - best_value_1d(problem)
    if found.kind is VerdictKind.OPTIMUM:
        assert truth <= 1e-6 * (problem.y @ problem.y or 1.0)
    else:
        assert number("(.+)", dict(found.digits)["above it by"]) == pytest.approx(truth, rel=6e-4)


@given(problems(features=(1,), lams=(0.0,)))
def test_without_bias_labels_are_out_of_reach_exactly_when_a_sentence_says_why(problem):
    assert bool(unreachable_labels(problem)) == (best_value_1d(problem) > 1e-12 * (problem.y @ problem.y))


@given(problems(features=(2,), lams=(0.0,)))
def test_with_bias_only_equal_points_and_negative_labels_are_out_of_reach(problem):
    x, y = problem.X[:, 0], problem.y
    conflict = any(x[i] == x[j] and y[i] != y[j] for i in range(len(x)) for j in range(i))
    negative = problem.second_layer == "ones" and bool(np.any(y < 0))
    assert len(unreachable_labels(problem)) >= conflict + negative
    assert bool(unreachable_labels(problem)) == (conflict or negative)


def test_opposite_points_no_network_meets_are_explained():
    X = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    problem = Problem(np.vstack([X, -X]), np.array([0.0, 0.0, 1.0, 0.0, 0.0, 0.0]))
    assert len(unreachable_labels(problem)) == 1
    assert "opposite" in unreachable_labels(problem)[0]


@given(st.data())
def test_every_verdict_is_sentences_without_exclamation_or_computer_notation(data):
    problem = data.draw(problems())
    outcome = data.draw(st.sampled_from(list(Outcome)))
    found = said(problem, data.draw(networks(problem)), outcome)
    assert found.text.endswith(".")
    assert found.why == "" or found.why.endswith(".")
    text = " ".join([found.said, *map(" ".join, found.digits), *unreachable_labels(problem)])
    assert "!" not in text
    assert not re.search(r"\d[eE][-+]?\d|-\d|nan|inf", text)


def test_points_are_called_by_their_x_only_while_that_tells_them_apart():
    def names(*x):
        return point_names(Problem(np.array(x)[:, None], np.zeros(len(x))))

    assert names(-1.0, 0.5, 0.5) == ["x = −1", "x = 0.5", "x = 0.5"]
    assert names(1.0, 1.00001) == ["point 1", "point 2"]
    assert names(*range(9))[2] == "point 3"
    plane = Problem(np.array([[1.0, 2.0], [3.0, 4.0]]), np.zeros(2))
    assert point_names(plane) == ["point 1", "point 2"]
    bias = Problem(np.array([[-1.0, 1.0], [3.0, 1.0]]), np.zeros(2))
    assert point_names(bias) == ["x = −1", "x = 3"]
