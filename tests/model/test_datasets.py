"""The named data sets are those of their sources, the same every time, and what their captions say is true."""

import numpy as np
import pytest

from landscape import Problem, certify, lambda_max, solve_convex
from landscape.model.datasets import (
    DATASETS,
    FEWEST,
    MOST,
    SIZED,
    Dataset,
    dataset,
    sine,
    spiral,
    standardised,
    step,
    with_bias,
    xor,
)
from landscape.scenario import Data


def problem_of(example, fraction=0.0):
    bare = Problem(example.design, example.y)
    return Problem(example.design, example.y, lam=fraction * lambda_max(bare))


def best(example, fraction=0.0):
    problem = problem_of(example, fraction)
    solution = solve_convex(problem)
    assert certify(problem, solution.network).gap <= 1e-6 * (example.y @ example.y)
    return solution.network


@pytest.mark.parametrize(
    ("name", "x", "y", "bias"),
    [
        ("poster", [-1, 1], [1, 2], False),
        ("one-neuron", [-1, 1], [1, 0.5], False),
        ("pair", [-0.2, 1], [0.5, 1], True),
        ("line", [-0.7, -0.3, 0.7, 0.8], [0.28, 0.52, 1.12, 1.18], True),
        ("orthogonal", [-0.5, 2], [-1, 1], True),
        ("non-orthogonal", [-1.5, -1, 0, 0.25, 2], [0.7, -0.3, -0.3, 0.4, 0.2], True),
        (
            "teaser",
            [(2 * k - 9) / 18 for k in range(10)],
            [0.585, 0.274, 0.612, 0.317, 0.629, 0.288, 0.592, 0.294, 0.604, 0.326],
            True,
        ),
        ("sine", [(2 * k - 9) / 9 for k in range(10)], [np.sin(10 * (2 * k - 9) / 9) for k in range(10)], True),
        ("five", sorted(2 * np.random.default_rng(0).random(5) - 1), [0.8, -0.3, 0.6, 0.1, -0.7], True),
        ("step", [(2 * k - 9) / 9 for k in range(10)], [0] * 5 + [1] * 5, True),
    ],
)
def test_the_points_are_those_of_the_source(name, x, y, bias):
    example = DATASETS[name]
    assert example.X[:, 0] == pytest.approx(x, abs=1e-15)
    assert example.X.shape == (len(x), 1)
    assert example.y == pytest.approx(y, abs=1e-14)
    assert example.bias is bias


@pytest.mark.parametrize("example", DATASETS.values(), ids=DATASETS)
def test_every_data_set_is_a_scenario_and_says_what_it_is(example):
    data = Data(tuple(example.X.ravel()), tuple(example.y), example.X.shape[1], example.bias)
    assert np.array_equal(data.X[:, : example.X.shape[1]], example.X)
    assert np.array_equal(data.X, example.design)
    assert DATASETS[example.name] is example
    assert example.title
    assert example.caption.endswith(".")
    assert len(example.caption) <= 90
    assert example.source
    assert not example.X.flags.writeable
    assert not example.y.flags.writeable


@pytest.mark.parametrize("example", DATASETS.values(), ids=DATASETS)
def test_a_bias_is_offered_where_it_is_needed(example):
    """The least error of any width, with the bias each asks for, is 0 but for the cars, whose labels contradict."""
    problem = problem_of(example)
    error = certify(problem, solve_convex(problem).network).value
    if example.name == "cars":
        twice = [example.y[example.X[:, 0] == x] for x in set(example.X[:, 0])]
        assert error == pytest.approx(sum(np.sum((y - y.mean()) ** 2) for y in twice), rel=1e-6)
    else:
        assert error <= 1e-9 * (example.y @ example.y)


@pytest.mark.parametrize("make", SIZED.values(), ids=SIZED)
@pytest.mark.parametrize("n", [FEWEST, 3, 7, 60, MOST])
def test_a_size_gives_so_many_different_points_and_always_the_same(make, n):
    one, again = make(n), make(n)
    assert len(np.unique(one.X, axis=0)) == len(one.y) == n
    assert np.array_equal(one.X, again.X)
    assert np.array_equal(one.y, again.y)
    assert np.abs(one.X).max() <= 1


@pytest.mark.parametrize("make", SIZED.values(), ids=SIZED)
def test_the_usual_size_is_the_one_offered(make):
    usual = make()
    assert np.array_equal(DATASETS[usual.name].X, usual.X)
    assert np.array_equal(DATASETS[usual.name].y, usual.y)


@pytest.mark.parametrize("make", SIZED.values(), ids=SIZED)
@pytest.mark.parametrize("n", [1, 0, -5, MOST + 1, 10**9, 2.5, "10", None, True, float("nan")])
def test_an_impossible_size_is_refused(make, n):
    with pytest.raises(ValueError, match="n must be a whole number from 2 to 5000, but was"):
        make(n)


def test_two_arms_of_a_spiral_are_each_other_turned_by_half():
    example = spiral(30)
    first, second = example.X[example.y > 0], example.X[example.y < 0]
    assert np.array_equal(first, -second)
    radius = np.linalg.norm(first, axis=1)
    assert (np.diff(radius) > 0).all()
    turned = np.unwrap(np.arctan2(first[:, 1], first[:, 0]))
    assert turned[-1] - turned[0] == pytest.approx(2.6 * np.pi * 14 / 15, abs=0.01)


def test_the_spiral_fits_a_link():
    example = DATASETS["spiral"]
    assert example.X.size + example.y.size <= 60


def test_no_line_separates_xor_and_four_neurons_do():
    example = xor()
    design = np.column_stack([example.X, np.ones(4)])
    assert np.linalg.lstsq(design, example.y, rcond=None)[0] == pytest.approx([0, 0, 0], abs=1e-15)
    assert best(example).m == 4


def test_two_kinks_make_a_step():
    assert best(step()).m == 2
    assert best(step(), 0.1).m == 1


def test_three_neurons_are_enough_for_the_five_points():
    assert best(DATASETS["five"], 0.03).m == 3


def test_one_neuron_meets_the_pair():
    assert best(DATASETS["pair"]).m == 1


def test_the_sine_has_three_waves():
    crossings = np.count_nonzero(np.diff(np.sign(sine(1000).y)))
    assert crossings / 2 == pytest.approx(3, abs=0.5)


def test_the_teaser_turns_at_every_point_between():
    y = DATASETS["teaser"].y
    assert (np.diff(y)[:-1] * np.diff(y)[1:] < 0).all()


@pytest.mark.parametrize(
    ("X", "y", "sentence"),
    [
        ([[1.0]], [1.0, 2.0], "y must have one label for each of the 1 rows of X, but has 2"),
        ([[np.inf]], [1.0], "X must hold finite numbers"),
    ],
)
def test_what_is_no_data_set_is_refused(X, y, sentence):
    with pytest.raises(ValueError, match=sentence):
        Dataset(name="mine", X=np.array(X), y=np.array(y))


def test_every_data_set_is_found_by_its_name_and_an_unknown_name_is_refused_with_those_there_are():
    for name, example in DATASETS.items():
        assert dataset(name) is example
    with pytest.raises(ValueError, match="data must be one of poster, one-neuron, pair"):
        dataset("iris")


def test_boursiers_first_samples_are_orthogonal():
    X = DATASETS["orthogonal"].design
    assert X[0] @ X[1] == 0


def test_four_points_lie_on_one_line():
    data = DATASETS["line"]
    assert np.allclose(data.design @ [0.6, 0.7], data.y, rtol=1e-14)


def test_fifty_cars_have_the_published_regression_of_distance_on_speed():
    data = DATASETS["cars"]
    assert data.design.shape == (50, 2)
    slope, intercept = np.linalg.lstsq(data.design, data.y, rcond=None)[0]
    assert slope == pytest.approx(0.8068949, abs=1e-6)
    assert intercept == pytest.approx(0.0, abs=1e-12)


def test_standardised_values_have_mean_0_and_deviation_1():
    v = standardised([1.0, 5.0, 9.0, 2.0])
    assert v.mean() == pytest.approx(0.0, abs=1e-15)
    assert v.std() == pytest.approx(1.0)


def test_a_bias_is_a_column_of_ones():
    assert with_bias(np.array([3.0, 4.0])).tolist() == [[3.0, 1.0], [4.0, 1.0]]
    mine = Dataset(name="mine", X=[[3.0, 4.0, 5.0]], y=[1.0], bias=True)
    assert mine.design.tolist() == [[3.0, 4.0, 5.0, 1.0]]
