"""Plain arrays are the network that they were in their own library, whichever way round they are."""

import numpy as np
import pytest
from drawn_samples import samples
from hypothesis import given, settings, strategies as st
from trained_networks import torch

from landscape import certify, from_arrays, objective, predict, solve_convex


def written_out(W, b, alpha, c, X):
    """Neuron by neuron."""
    return sum(alpha[j] * np.maximum(X @ W[:, j] + b[j], 0) for j in range(len(alpha))) + c


@settings(max_examples=60)
@given(
    n=st.integers(1, 8),
    d=st.integers(1, 5),
    m=st.integers(1, 5),
    transposed=st.booleans(),
    form=st.sampled_from([lambda a: a, lambda a: a[None, :], lambda a: a[:, None], lambda a: a.tolist()]),
    as_tensor=st.booleans(),
    biases=st.booleans(),
    free=st.booleans(),
    lam=st.sampled_from([0.0, 0.1]),
    seed=st.integers(0, 1000),
)
def test_either_orientation_is_the_same_network(n, d, m, transposed, form, as_tensor, biases, free, lam, seed):
    rng = np.random.default_rng(seed)
    X, y = samples(n, d, seed)
    W, alpha = rng.standard_normal((d, m)), rng.standard_normal(m)
    b, c = (rng.standard_normal(m), 0.7) if biases else (np.zeros(m), 0.0)
    hidden = W.T if transposed else W
    problem, network = from_arrays(
        torch.tensor(hidden, requires_grad=True) if as_tensor else hidden,
        form(alpha),
        X,
        y[:, None],
        lam=lam,
        hidden_bias=form(b) if biases else None,
        output_bias=[c] if biases else None,
        output_bias_penalty="free" if free else "penalised",
        orientation=("rows" if transposed else "columns") if d == m else None,
    )
    f = written_out(W, b, alpha, c, X)
    assert predict(problem.X, network) == pytest.approx(f, rel=1e-11, abs=1e-11)
    squares = (W**2).sum() + (alpha**2).sum() + (b**2).sum() + (0 if free else c**2)
    assert objective(problem, network) == pytest.approx(((f - y) ** 2).sum() + lam * squares, rel=1e-11)
    assert problem.X.shape == (n, d + biases)


def test_the_optimum_as_arrays_is_proven_optimal_again():
    X, y = samples(8, 1)
    best = solve_convex(from_arrays([[1.0]], [1.0], X, y, lam=0.2, hidden_bias=[0.0]).problem).network
    problem, network = from_arrays(best.W[:1].T, best.alpha[None], X, y, lam=0.2, hidden_bias=best.W[1])
    assert certify(problem, network).closed


def test_a_square_is_asked_which_way_round_it_is():
    X, y = samples(6, 2)
    W = np.array([[1.0, 2.0], [3.0, 4.0]])
    with pytest.raises(
        ValueError, match=r"shape \(2, 2\), which does not tell features from neurons: pass orientation"
    ):
        from_arrays(W, [1.0, 1.0], X, y)
    columns = from_arrays(W, [1.0, 1.0], X, y, orientation="columns").network.W
    rows = from_arrays(W, [1.0, 1.0], X, y, orientation="rows").network.W
    assert np.array_equal(columns, W)
    assert np.array_equal(rows, W.T)
    assert np.array_equal(from_arrays(W + W.T, [1.0, 1.0], X, y).network.W, W + W.T)


X, y = samples(30, 3)
W, ALPHA = np.ones((3, 5)), np.ones(5)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"hidden_weights": np.ones((3, 4))},
            r"each of the 5 output_weights, but its shape \(3, 4\) does not have a side",
        ),
        ({"hidden_weights": np.ones((3, 5)), "orientation": "rows"}, r"\(3, 5\) does not have rows of that number"),
        ({"hidden_weights": np.ones(5)}, r"2 dimensions, features and neurons, but has shape \(5,\)"),
        ({"hidden_weights": np.ones((7, 5))}, r"X has shape \(30, 3\), but the first layer takes 7 features\.$"),
        (
            {"hidden_weights": np.ones((30, 5))},
            r"X has shape \(30, 3\), but the first layer takes 30 features: pass X\.T",
        ),
        ({"X": X.T}, r"X has shape \(3, 30\), but the first layer takes 3 features: pass X\.T"),
        ({"X": X[0]}, r"for one sample pass X\.reshape\(1, -1\)"),
        (
            {"X": X[:, 0]},
            r"X must have 2 dimensions, one sample a row, but has shape \(30,\), and the first layer takes 3",
        ),
        ({"output_weights": np.ones((5, 2))}, r"output_weights must be \(m,\), for one output, but has shape \(5, 2\)"),
        ({"output_weights": 1.0}, r"output_weights must be \(m,\)"),
        ({"hidden_bias": np.ones(4)}, r"hidden_bias must have 5 entries, but has shape \(4,\)"),
        ({"hidden_bias": 0.0}, r"hidden_bias must have 5 entries, but has shape \(\)"),
        ({"output_bias": [1.0, 2.0]}, r"output_bias must have 1 entry, but has shape \(2,\)"),
        ({"output_bias": float("nan")}, "output_bias must hold finite numbers, but holds nan"),
        ({"y": y[:7]}, r"30 rows of X, but has shape \(7,\)"),
        ({"y": y[None]}, r"pass y\.T"),
        ({"lam": -1.0}, "lam must be a finite number at or above 0, but was -1"),
        ({"loss": "mse"}, "loss must be 'squared' or 'logistic', but was 'mse'"),
        ({"output_bias_penalty": "none"}, "output_bias_penalty must be 'penalised' or 'free', but was 'none'"),
        ({"orientation": "C"}, "orientation must be 'columns' or 'rows', but was 'C'"),
        ({"hidden_weights": W * 1j}, "hidden_weights must hold real numbers, but is complex"),
    ],
)
def test_what_is_no_such_network_is_refused_with_what_to_pass_instead(changed, said):
    arguments = {"hidden_weights": W, "output_weights": ALPHA, "X": X, "y": y} | changed
    with pytest.raises(ValueError, match=said):
        from_arrays(**arguments)


def test_features_of_one_column_may_not_lack_their_axis():
    with pytest.raises(ValueError, match=r"pass X\.reshape\(-1, 1\)"):
        from_arrays(np.ones((1, 5)), ALPHA, X[:, 0], y)
