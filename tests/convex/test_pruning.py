"""Pruning along null vectors: the outputs stay, the norm does not rise, and a magnitude is exactly 0."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from landscape.convex.pruning import independent_magnitudes, prune_one

SEEDS = st.integers(0, 2**32 - 1)


def draw(seed: int, n: int, K: int, rank: int) -> tuple[np.ndarray, np.ndarray]:
    """Outputs (n, K) of a rank, on scales that differ by up to 10⁶, and norms (K,)."""
    rng = np.random.default_rng(seed)
    outputs = rng.standard_normal((n, rank)) @ rng.standard_normal((rank, K))
    return outputs * 10.0 ** rng.uniform(-3, 3, K), 10.0 ** rng.uniform(-2, 2, K)


@given(SEEDS, st.integers(1, 6), st.integers(1, 12), st.integers(1, 4))
@settings(max_examples=200, deadline=None)
def test_independent_magnitudes_keep_the_outputs_at_no_larger_norm(seed: int, n: int, K: int, rank: int) -> None:
    outputs, norms = draw(seed, n, K, rank)
    magnitudes = independent_magnitudes(outputs, norms, dependent=1e-10)
    held = outputs[:, magnitudes > 0]
    assert (magnitudes >= 0).all()
    assert held.shape[1] == np.linalg.matrix_rank(held / np.linalg.norm(held, axis=0), tol=1e-9)
    assert np.allclose(outputs @ magnitudes, outputs.sum(axis=1), rtol=0, atol=1e-9 * np.abs(outputs).sum())
    assert norms @ magnitudes <= norms.sum() * (1 + 1e-12)


@given(SEEDS, st.integers(1, 6), st.integers(1, 12), st.integers(1, 4), st.floats(0, 1))
@settings(max_examples=200, deadline=None)
def test_one_null_vector_leaves_a_zero_and_changes_no_output_on_the_way(
    seed: int, n: int, K: int, rank: int, t: float
) -> None:
    outputs, norms = draw(seed, n, K, rank)
    magnitudes = prune_one(outputs, norms, dependent=1e-10)
    if min(n, rank) >= K:
        assert magnitudes is None
        return
    assert magnitudes is not None
    assert (magnitudes >= 0).all()
    assert (magnitudes == 0).any()
    between = 1.0 + t * (magnitudes - 1.0)
    assert np.allclose(outputs @ between, outputs.sum(axis=1), rtol=0, atol=1e-9 * np.abs(outputs).sum())
    assert norms @ between <= norms.sum() * (1 + 1e-12)


@pytest.mark.parametrize("rounding", [0.0, 1e-17, -1e-17])
def test_an_entry_that_is_only_rounding_sets_no_step(rounding: float) -> None:
    """f₁ − f₂ = 0 with a third neuron beside it: a step divided by that neuron's entry would be 10¹⁷ long."""
    outputs = np.array([[1.0, -1.0, rounding], [0.0, 0.0, 1.0], [0.0, 0.0, 2.0]])
    for outputs_now in (outputs, -outputs):
        for norms in (np.ones(3), np.array([1.0, 2.0, 1e6])):
            magnitudes = prune_one(outputs_now, norms)
            assert magnitudes is not None
            assert magnitudes[:2].tolist() == [0.0, 0.0]
            assert magnitudes[2] == pytest.approx(1.0)


def test_a_neuron_that_computes_nothing_is_dropped_and_moves_no_other() -> None:
    outputs = np.array([[0.0, 1.0, 2.0], [0.0, 3.0, 1.0]])
    for norms in (np.ones(3), np.array([0.0, 1.0, 1.0])):
        assert independent_magnitudes(outputs, norms).tolist() == [0.0, 1.0, 1.0]
        assert np.array_equal(prune_one(outputs, norms), [0.0, 1.0, 1.0])


def test_independent_outputs_stay_as_they_are() -> None:
    assert independent_magnitudes(np.eye(3), np.ones(3)).tolist() == [1.0, 1.0, 1.0]
    assert prune_one(np.eye(3), np.ones(3)) is None
    assert independent_magnitudes(np.zeros((3, 0)), np.zeros(0)).shape == (0,)
    assert prune_one(np.zeros((3, 0)), np.zeros(0)) is None


def test_the_dearer_of_two_equal_neurons_leaves() -> None:
    magnitudes = independent_magnitudes(np.ones((2, 2)), np.array([1.0, 5.0]))
    assert magnitudes.tolist() == [pytest.approx(2.0), 0.0]
