"""What is trained, moved to facets and made exact reaches the optimum where that is proven, and keeps to its limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from landscape.convex.certificate import certify
from landscape.convex.sampled import best_over_samples
from landscape.convex.solver.atoms import Atoms, joined
from landscape.convex.solver.by_training import solve_by_training, train
from landscape.convex.solver.climbing import climbed, summits
from landscape.convex.solver.snapping import all_snapped, best_lengths, snapped
from landscape.convex.twin import solve_convex
from landscape.geometry.lambda_max import lambda_max
from landscape.geometry.sphere import Peaks
from landscape.geometry.support import support
from landscape.model.network import objective
from landscape.model.problem import Problem

LONG = 60.0
"""Seconds that no test takes: what is found depends on the seed alone."""


def never() -> bool:
    """The search goes on."""
    return False


def noise(seed: int, n: int, d: int, share: float) -> Problem:
    """Normal features with a column of ones, normal labels, and λ a share of λ_max."""
    rng = np.random.default_rng(seed)
    X, y = np.c_[rng.standard_normal((n, d - 1)), np.ones(n)], rng.standard_normal(n)
    return Problem(X, y, share * lambda_max(Problem(X, y)))


def degenerate(seed: int, n: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows that repeat, oppose one another or are zero, in units anywhere from 1e-6 to 1e6."""
    rng = np.random.default_rng(seed)
    X = rng.integers(-1, 2, (n, d)).astype(float) if rng.random() < 0.5 else rng.standard_normal((n, d))
    X[rng.integers(n)] = X[0] * rng.choice([-4.0, -1.0, 0.0, 0.25, 1.0, 8.0])
    X[rng.integers(n)] = X[-1] * rng.choice([-1.0, 0.0, 1.0])
    return X * 10.0 ** rng.integers(-6, 7), rng.standard_normal(n) * 10.0 ** rng.integers(-6, 7)


def value(X: np.ndarray, y: np.ndarray, lam: float, atoms: Atoms) -> float:
    """‖f − y‖² + 2λ Σ ‖u‖."""
    misfit = atoms.outputs(X).sum(axis=1) - y
    return float(misfit @ misfit + 2 * lam * atoms.norms.sum())


def scaled(problem: Problem) -> tuple[np.ndarray, np.ndarray, float]:
    """The problem with rows at most 1 long and labels of length 1."""
    length, height = np.linalg.norm(problem.X, axis=1).max(), np.linalg.norm(problem.y)
    return problem.X / length, problem.y / height, problem.lam / length / height


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("share", [0.3, 0.05, 0.01])
def test_it_reaches_the_proven_optimum_of_three_features(seed: int, share: float) -> None:
    problem = noise(seed, 6 + 2 * seed, 3, share)
    proven = solve_convex(problem)
    found = best_over_samples(problem, seconds=LONG)
    assert found.value == pytest.approx(proven.value, rel=1e-6)
    assert found.value >= proven.certificate.lower_bound * (1 - 1e-12)


@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(2, 3), st.sampled_from([0.5, 0.1, 0.01]))
@settings(max_examples=40, deadline=None)
def test_it_reaches_the_proven_optimum_of_degenerate_data(seed: int, n: int, d: int, share: float) -> None:
    X, y = degenerate(seed, n, d)
    problem = Problem(X, y, share * (lambda_max(Problem(X, y)) or 1.0))
    found = best_over_samples(problem, seconds=LONG)
    proven = certify(problem, found.network)
    scale = max(proven.lower_bound, 1e-4 * float(y @ y))
    assert -1e-9 * scale <= found.value - proven.lower_bound <= 2e-6 * scale
    assert objective(problem, found.network) == pytest.approx(found.value, rel=1e-9)


@pytest.mark.parametrize("d", [1, 4, 12])
def test_one_sample_is_fitted_as_well_as_the_penalty_allows(d: int) -> None:
    """Its optimum is a neuron along the sample, or none: λ (2|y| ‖x‖ − λ) / ‖x‖²."""
    x, y, lam = np.random.default_rng(d).standard_normal(d), -1.5, 0.1
    found = best_over_samples(Problem(x[None, :], [y], lam), seconds=LONG)
    size = float(np.linalg.norm(x))
    assert found.value == pytest.approx(lam * (2 * abs(y) * size - lam) / size**2, rel=1e-9)
    assert found.network.m == 1


@pytest.mark.parametrize("share", [1.0, 1.5])
@pytest.mark.parametrize("d", [2, 3])
def test_from_the_largest_lambda_on_no_neuron_is_left(d: int, share: float) -> None:
    problem = noise(5, 12, d, share)
    X, y, lam = scaled(problem)
    atoms = solve_by_training(X, y, lam, seconds=LONG, halted=never, rng=np.random.default_rng(0))
    assert value(X, y, lam, atoms) == pytest.approx(1.0, abs=1e-12)
    assert atoms.count == 0 or share == 1.0


@pytest.mark.parametrize("size", [1e-90, 1e-6, 1e6, 1e80])
def test_the_units_of_the_features_change_nothing(size: float) -> None:
    problem = noise(3, 14, 4, 0.05)
    same = best_over_samples(problem, seconds=LONG)
    other = best_over_samples(Problem(problem.X * size, problem.y, problem.lam * size), seconds=LONG)
    assert other.value == pytest.approx(same.value, rel=1e-6)


@pytest.mark.parametrize("size", [1e-90, 1e-6, 1e80])
def test_a_feature_of_another_size_does_no_harm(size: float) -> None:
    problem = noise(4, 10, 3, 0.05)
    X = problem.X * np.array([1.0, size, 1.0])
    problem = Problem(X, problem.y, 0.05 * lambda_max(Problem(X, problem.y)))
    found = best_over_samples(problem, seconds=LONG)
    assert found.value == pytest.approx(objective(problem, found.network), rel=1e-12)
    assert found.value <= solve_convex(problem).value * (1 + 1e-4)


def test_labels_of_zero_and_rows_of_zero_leave_the_zero_network() -> None:
    X = np.random.default_rng(0).standard_normal((6, 4))
    for problem in (Problem(X, np.zeros(6), 0.1), Problem(0 * X, np.ones(6), 0.1)):
        found = best_over_samples(problem, seconds=LONG)
        assert found.value == problem.y @ problem.y
        assert not found.network.W.any()


@pytest.mark.parametrize(("n", "d"), [(30, 5), (20, 30)])
def test_more_features_than_can_be_visited_have_a_network_with_that_value(n: int, d: int) -> None:
    problem = noise(1, n, d, 0.05)
    found = best_over_samples(problem, seconds=LONG)
    assert objective(problem, found.network) == pytest.approx(found.value, rel=1e-12)
    assert found.network.m <= n + 1
    assert not found.certificate.complete


def test_the_patterns_of_few_samples_of_many_features_are_not_listed() -> None:
    """Independent rows have all 2ⁿ patterns, which took longer to list than the search."""
    problem = noise(0, 8, 12, 0.05)
    found = best_over_samples(problem, seconds=LONG)
    assert not found.patterns.complete
    assert len(found.patterns) <= found.network.m + 1
    assert found.value == pytest.approx(objective(problem, found.network), rel=1e-12)


def test_what_is_found_leaves_no_sampled_neuron_to_add() -> None:
    problem = noise(2, 40, 6, 0.1)
    X, y, lam = scaled(problem)
    atoms = solve_by_training(X, y, lam, seconds=LONG, halted=never, rng=np.random.default_rng(0))
    z = y - atoms.outputs(X).sum(axis=1)
    unit = Atoms(atoms.vectors / atoms.norms, atoms.sign)
    assert z @ unit.outputs(X) == pytest.approx(np.full(atoms.count, lam), rel=1e-5)
    others = np.random.default_rng(1).standard_normal((6, 10_000))
    correlation = np.abs(z @ np.maximum(X @ (others / np.linalg.norm(others, axis=0)), 0.0))
    assert correlation.max() <= lam * (1 + 1e-9)


def test_the_same_seed_finds_the_same_network() -> None:
    problem = noise(7, 20, 5, 0.05)
    first, second = (best_over_samples(problem, seconds=LONG, seed=3) for _ in range(2))
    assert np.array_equal(first.network.W, second.network.W)
    assert np.array_equal(first.network.alpha, second.network.alpha)


@pytest.mark.parametrize("calls", [0, 1, 10, 100, 700])
def test_it_halts_within_a_few_questions_of_being_told_to(calls: int) -> None:
    asked = 0

    def halted() -> bool:
        nonlocal asked
        asked += 1
        return asked > calls

    problem = noise(0, 60, 8, 0.05)
    found = best_over_samples(problem, seconds=LONG, halted=halted)
    assert asked <= calls + 40
    assert found.value <= problem.y @ problem.y
    assert objective(problem, found.network) == pytest.approx(found.value, rel=1e-12)


def test_without_any_time_it_returns_what_it_was_given() -> None:
    X, y, lam = scaled(noise(0, 15, 4, 0.05))
    whole = solve_by_training(X, y, lam, seconds=LONG, halted=never, rng=np.random.default_rng(0))
    for start, expected in ((None, 0), (whole, whole.count)):
        found = solve_by_training(X, y, lam, seconds=0.0, halted=never, rng=np.random.default_rng(0), start=start)
        assert found.count == expected


def test_a_start_is_never_left_for_a_worse_one() -> None:
    X, y, lam = scaled(noise(9, 30, 5, 0.02))
    rough, _ = train(X, y, lam, Atoms(X[:8].T * 0.1, np.ones(8)), halted=never, rng=np.random.default_rng(0))
    found = solve_by_training(X, y, lam, seconds=LONG, halted=never, rng=np.random.default_rng(0), start=rough)
    assert value(X, y, lam, found) <= value(X, y, lam, rough)


@pytest.mark.parametrize("seed", range(8))
def test_the_highest_summit_is_the_support(seed: int) -> None:
    rng = np.random.default_rng(seed)
    X, z = rng.standard_normal((15, 3)), rng.standard_normal(15)
    found = climbed(X, z, Atoms.none(3), 0.0, count=100, apart=0.01, most=200, rng=rng, halted=never)
    highest = summits(X, z, found, 0.0, never)
    assert highest.value[0] == pytest.approx(support(X, z).value, rel=1e-9)
    assert highest.sign * (z @ np.maximum(X @ highest.u, 0.0)) == pytest.approx(highest.value, rel=1e-9)
    assert np.all(np.diff(highest.value) <= 0)


def test_beside_a_summit_nothing_is_higher() -> None:
    rng = np.random.default_rng(2)
    X, z = rng.standard_normal((40, 6)), rng.standard_normal(40)
    start = rng.standard_normal((6, 5))
    start /= np.linalg.norm(start, axis=0)
    found = summits(X, z, Peaks(start, np.zeros(5), np.ones(5)), 0.0, never)
    for u, reached in zip(found.u.T, found.value, strict=True):
        beside = u[:, None] + 1e-5 * rng.standard_normal((6, 2000))
        assert np.max(z @ np.maximum(X @ (beside / np.linalg.norm(beside, axis=0)), 0.0)) <= reached * (1 + 1e-12)


def test_a_neuron_is_moved_to_the_facets_it_is_close_to_and_to_no_others() -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((20, 5))
    on_three = np.linalg.svd(X[:3])[2][3:].T @ np.array([1.0, 0.7])
    moved = snapped(X, on_three + 1e-6 * rng.standard_normal(5), 1e-4)
    assert np.flatnonzero(np.abs(X @ moved) < 1e-14).tolist() == [0, 1, 2]
    assert np.linalg.norm(moved - on_three) < 1e-5
    assert np.array_equal(snapped(X, on_three + 0.01, 1e-9), on_three + 0.01)


def test_lengths_are_never_worse_than_those_given() -> None:
    X, y, lam = scaled(noise(6, 25, 4, 0.05))
    rng = np.random.default_rng(0)
    atoms, _ = train(X, y, lam, Atoms(rng.standard_normal((4, 20)), np.ones(20)), halted=never, rng=rng)
    best = best_lengths(X, y, lam, atoms)
    assert best is not None
    assert value(X, y, lam, best) <= value(X, y, lam, atoms) * (1 + 1e-6)
    moved = all_snapped(X, y, lam, atoms)
    assert moved.count == atoms.count
    assert (np.abs(X @ moved.vectors) < 1e-14).sum() >= (np.abs(X @ atoms.vectors) < 1e-14).sum()


def test_no_two_atoms_of_one_sign_and_cell_are_left_when_they_are_joined() -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((8, 3))
    atoms = Atoms(rng.standard_normal((3, 60)), rng.choice([-1.0, 1.0], 60))
    fewer = joined(X, atoms)
    cells = {(*(X @ u > 0), sign) for u, sign in zip(fewer.vectors.T, fewer.sign, strict=True)}
    assert len(cells) == fewer.count < atoms.count
    assert fewer.outputs(X).sum(axis=1) == pytest.approx(atoms.outputs(X).sum(axis=1), abs=1e-12)
    assert fewer.norms.sum() < atoms.norms.sum()
