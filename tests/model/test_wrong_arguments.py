"""Whatever is passed for a problem, a network or a proof is refused by a sentence that names it and what to pass."""

from __future__ import annotations

import inspect
import re

import numpy as np
import pytest

import landscape
from landscape import (
    Budget,
    Certificate,
    Network,
    Problem,
    certify,
    enumerate_patterns,
    from_arrays,
    objective,
    predict,
    solve_convex,
)

X, Y = np.array([[-1.0], [1.0], [2.0]]), np.array([1.0, 2.0, 0.5])
PROBLEM, NETWORK = Problem(X, Y, 0.1), Network([[1.0]], [1.0])
SOLUTION = solve_convex(PROBLEM)

GOOD = {
    "problem": PROBLEM,
    "network": NETWORK,
    "start": NETWORK,
    "X": X,
    "step": 0.1,
    "n_steps": 3,
    "count": 1,
    "patterns": enumerate_patterns(X),
    "U": np.zeros((1, 2)),
    "V": np.zeros((1, 2)),
}

TAKERS = [
    (name, argument)
    for name in landscape.__all__
    if inspect.isfunction(getattr(landscape, name))
    for argument in inspect.signature(getattr(landscape, name)).parameters
    if argument in ("problem", "network", "start")
]


class Net:
    """A network of somebody's own."""


@pytest.mark.parametrize(("name", "argument"), TAKERS)
def test_every_public_function_names_the_argument_that_is_no_problem_or_network(name, argument, tmp_path):
    function = getattr(landscape, name)
    needed = [key for key, given in inspect.signature(function).parameters.items() if given.default is given.empty]
    given = {key: {**GOOD, "file": tmp_path / "proof.json"}.get(key) for key in needed}
    kind = "Problem" if argument == "problem" else "Network"
    with pytest.raises(ValueError, match=rf"^{argument} must be a landscape\.{kind}, but was a Net: .*\.$"):
        function(**{**given, argument: Net()})


def test_there_are_such_functions():
    assert len(TAKERS) > 30


def converted():
    return from_arrays([[1.0]], [1.0], X, Y, lam=0.1)


def torch_module():
    return pytest.importorskip("torch").nn.Linear(1, 1)


def estimator():
    return pytest.importorskip("sklearn.neural_network").MLPRegressor()


def fitted():
    pytest.importorskip("sklearn")
    return landscape.ConvexReLURegressor(lam=0.1).fit(X, Y)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (torch_module, r"was a Linear: from_torch converts one\.$"),
        (estimator, r"was a MLPRegressor: from_scikit_learn converts one\.$"),
        (fitted, r"was a ConvexReLURegressor: pass its network_\.$"),
        (converted, r"was a Converted: pass its network\.$"),
        (lambda: SOLUTION, r"was a ConvexSolution: pass its network\.$"),
        (lambda: PROBLEM, r"was a Problem: the problem comes before it\.$"),
        (lambda: (1, 2), r"was a tuple: Network\(W, alpha\) makes one"),
        (lambda: None, r"was a NoneType: Network\(W, alpha\) makes one"),
    ],
)
def test_what_stands_for_a_network_is_told_how_it_becomes_one(make, said):
    network = make()
    for function in (certify, objective):
        with pytest.raises(ValueError, match=r"^network must be a landscape\.Network, but " + said):
            function(PROBLEM, network)
    with pytest.raises(ValueError, match=said):
        predict(X, network)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: NETWORK, r"was a Network: the network comes after it\.$"),
        (converted, r"was a Converted: pass its problem\.$"),
        (fitted, r"was a ConvexReLURegressor: pass its problem_\.$"),
        (lambda: X, r"was a ndarray: Problem\(X, y, lam\) makes one\.$"),
    ],
)
def test_what_stands_for_a_problem_is_told_how_it_becomes_one(make, said):
    with pytest.raises(ValueError, match=r"^problem must be a landscape\.Problem, but " + said):
        certify(make(), NETWORK)
    with pytest.raises(ValueError, match=said):
        solve_convex(make())


@pytest.mark.parametrize(
    ("given_X", "given_y", "said"),
    [
        (np.ones((3, 60)), np.ones(60), r"y must have one label for each of the 3 rows of X, but has 60: pass X\.T\.$"),
        (np.ones((3, 60)), np.ones(59), r"but has 59\.$"),
        (np.ones((60, 3)), np.ones((60, 1)), r"y must have 1 dimension, but has shape \(60, 1\): pass y\.ravel\(\)\.$"),
        (np.ones((60, 3)), np.ones((1, 60)), r"pass y\.ravel\(\)\.$"),
        (np.ones((2, 3)), [[1.0], [2.0]], r"pass numpy\.ravel\(y\)\.$"),
        (np.ones((60, 3)), np.ones((60, 2)), r"has shape \(60, 2\)\.$"),
        (np.ones(60), np.ones(60), r"X must have 2 .*: with one feature pass numpy\.reshape\(X, \(-1, 1\)\)\.$"),
    ],
)
def test_data_of_another_shape_are_told_the_one_that_fits(given_X, given_y, said):
    with pytest.raises(ValueError, match=said):
        Problem(given_X, given_y)


def test_what_is_proposed_is_taken():
    x, y = np.arange(6.0).reshape(2, 3), [[1.0], [2.0], [3.0]]
    assert Problem(x.T, np.ravel(y)).y.tolist() == [1.0, 2.0, 3.0]
    assert Problem(np.reshape([1.0, 2.0], (-1, 1)), [0, 1]).d == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"dual": SOLUTION}, r"^dual must be n numbers, but was a ConvexSolution: pass it as known=, or"),
        ({"dual": SOLUTION.certificate}, r"^dual must be n numbers, but was a Certificate: pass it as known=, or"),
        ({"known": [1.0]}, r"^known must be what solve_convex returns .*, but was a list\.$"),
    ],
)
def test_a_proof_that_is_passed_otherwise_is_told_how(given, said):
    with pytest.raises(ValueError, match=said):
        certify(PROBLEM, NETWORK, **given)


def test_what_is_proposed_proves():
    found = certify(PROBLEM, NETWORK, dual=SOLUTION.certificate.dual)
    assert isinstance(found, Certificate)
    assert found.lower_bound == pytest.approx(certify(PROBLEM, NETWORK, known=SOLUTION.certificate).lower_bound)
    assert found.lower_bound == pytest.approx(SOLUTION.value)


MANY = Problem(np.random.default_rng(0).standard_normal((30, 9)), np.arange(30.0), 1.0)


@pytest.mark.parametrize("budget", ["60s", "60", [1.0, 2.0], PROBLEM])
@pytest.mark.parametrize("problem", [PROBLEM, MANY], ids=["few", "many"])
def test_a_budget_is_seconds_or_a_budget(budget, problem):
    said = r"^budget must be a number of seconds, or a landscape\.Budget, but was "
    with pytest.raises(ValueError, match=said + re.escape(repr(budget)[:9])):
        certify(problem, Network(np.zeros((problem.d, 1)), [0.0]), budget=budget)
    with pytest.raises(ValueError, match=said):
        solve_convex(problem, budget=budget)


@pytest.mark.parametrize("name", ["seconds", "nodes"])
@pytest.mark.parametrize(
    ("wrong", "said"),
    [("60s", "must be a number, but was '60s'"), (-1, "at least 0, but is -1"), (np.nan, "at least 0, but is nan")],
)
def test_what_a_budget_allows_is_a_number(name, wrong, said):
    with pytest.raises(ValueError, match=rf"^{name} must be .*{said}|^{name} {said}"):
        Budget(**{name: wrong})


@pytest.mark.parametrize(
    ("samples", "said"),
    [
        (
            np.ones((5, 2)),
            r"each of the 3 rows of W, but has shape \(5, 2\): add the column of ones that stands for the",
        ),
        (np.ones((3, 5)), r"has shape \(3, 5\): pass X\.T\.$"),
        (np.ones((5, 7)), r"has shape \(5, 7\)\.$"),
        (np.ones(5), r"samples \(n, 3\), but was of shape \(5,\)\.$"),
        (PROBLEM, r"was a Problem: pass its X\.$"),
        ([[1.0, 2.0]], r"samples \(n, 3\), but was a list\.$"),
        (np.full((5, 3), "text"), r"samples \(n, 3\), but was of shape \(5, 3\)\.$"),
        (None, r"samples \(n, 3\), but was a NoneType\.$"),
    ],
)
def test_samples_that_a_network_does_not_read_are_told_what_they_lack(samples, said):
    """A column of ones, above all: converted networks have their biases in the last row of W."""
    with pytest.raises(ValueError, match="^X must .*" + said):
        predict(samples, Network(np.ones((3, 2)), [1.0, 1.0]))


FIGURES = [
    (name, argument)
    for name in landscape.plot.__all__
    if inspect.isfunction(getattr(landscape.plot, name))
    for argument in inspect.signature(getattr(landscape.plot, name)).parameters
    if argument in ("problem", "network", "networks", "solution")
]


@pytest.mark.parametrize(("name", "argument"), [pair for pair in FIGURES if pair[0] not in ("losses", "along")])
def test_every_figure_names_the_argument_that_is_none_of_its(name, argument):
    pytest.importorskip("plotly")
    function = getattr(landscape.plot, name)
    of_one = name in ("twin", "twin_surface")
    problem = PROBLEM if of_one else Problem(np.c_[X, np.ones(3)], Y, 0.1)
    given = {"problem": problem, "run": Network(np.ones((problem.d, 1)), [1.0]), argument: Net()}
    parameters = inspect.signature(function).parameters
    by_name = {key: one for key, one in given.items() if key in parameters and key != "networks"}
    several = [given["networks"]] if "networks" in given else []
    if several and parameters["networks"].kind is not inspect.Parameter.VAR_POSITIONAL:
        by_name, several = {**by_name, "networks": several[0]}, []
    with pytest.raises(ValueError, match=rf"^{argument} must (be|hold) .* a Net: .*\.$"):
        function(*([by_name.pop("problem")] if several else []), *several, **by_name)
