"""Networks of plain arrays, as any library can give them, in either orientation."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from landscape.interop.by_name import options_by_name
from landscape.interop.converted import Converted, convert, logistic_labels
from landscape.interop.given import as_labels, as_numbers, as_samples, half_precision
from landscape.interop.penalties import Layers, Penalties, one_lambda
from landscape.model.problem import nonnegative


@options_by_name
def from_arrays(
    hidden_weights: Any,
    output_weights: Any,
    X: Any,
    y: Any,
    *,
    lam: float = 0.0,
    hidden_bias: Any = None,
    output_bias: Any = None,
    output_bias_penalty: Literal["penalised", "free"] = "penalised",
    loss: Literal["squared", "logistic"] = "squared",
    orientation: Literal["columns", "rows"] | None = None,
) -> Converted:
    """Return a network that is given by its weights, and its problem, in this package's convention.

    Its outputs are relu(X W + b) alpha + c. A mean loss over n samples with a penalty r (‖W‖² + ‖alpha‖²) beside it
    has λ = n r: Keras' ``l2(r)`` is such an r, PyTorch's ``weight_decay`` twice that.

    Arguments
        hidden_weights: (d, m) as in Keras and scikit-learn, or (m, d) as in PyTorch and JAX.
        output_weights: (m,), (m, 1) or (1, m).
        X: (n, d) samples without a column of ones where there is a hidden bias, for it is added here; y: (n,) or (n, 1)
            labels, 0 and 1 or −1 and 1 for the logistic loss.
        lam: λ of Σ (f − y)² + λ (‖W‖² + ‖alpha‖²), with the logistic loss Σ log(1 + exp(−y f)) in place of the first.
        hidden_bias: (m,), or None; it costs λ b² as weights do.
        output_bias: a number, or None; it costs λ b² where ``output_bias_penalty`` is "penalised", else nothing.
        orientation: where neurons stand in hidden weights, "columns" or "rows": needed where m = d alone.

    Arrays may be NumPy's, tensors, tables of pandas or lists. Raises ValueError, in a sentence with what to pass
    instead, where they are no such network or no such data.

    >>> from landscape import certify, from_arrays
    >>> found = from_arrays([[1.0], [-1.0]], [[2.0, 0.5]], X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.1)
    >>> print(found)
    Problem: 2 samples of 1 feature, λ = 0.1, no output bias.
    Network: 2 neurons, objective 0.8750 = sum of squared errors 0.2500 + penalty 0.6250.
    Conversion:
      - hidden_weights of shape (2, 1) have a neuron in each row: W is their transpose.
      - λ = 0.1 as given, beside the sum of squared errors.
      - No hidden bias and no output bias were given.
    >>> certify(*found).lower_bound <= 0.875
    True
    """
    alpha = as_numbers(output_weights, "output_weights", trained=True)
    if alpha.ndim not in (1, 2) or alpha.size != max(alpha.shape):
        raise ValueError(f"output_weights must be (m,), for one output, but has shape {alpha.shape}.")
    alpha = alpha.reshape(-1)
    hidden = as_numbers(hidden_weights, "hidden_weights", trained=True)
    samples, W, sentence = _oriented(hidden, len(alpha), X, orientation)
    labels = as_labels(y, len(samples))
    weight = nonnegative(lam, "lam")
    if loss not in ("squared", "logistic"):
        raise ValueError(f"loss must be 'squared' or 'logistic', but was {loss!r}.")
    if output_bias_penalty not in ("penalised", "free"):
        raise ValueError(f"output_bias_penalty must be 'penalised' or 'free', but was {output_bias_penalty!r}.")
    layers = Layers(
        W,
        None if hidden_bias is None else _entries(hidden_bias, "hidden_bias", len(alpha)),
        alpha,
        None if output_bias is None else float(_entries(output_bias, "output_bias", 1)[0]),
    )
    free = output_bias_penalty == "free"
    form = one_lambda(layers, Penalties(weight, weight, weight, 0.0 if free else weight), "as trained", "The training")
    if loss == "logistic":
        labels = logistic_labels(labels)
    summed = "squared errors" if loss == "squared" else "logistic losses"
    said = (
        sentence,
        f"λ = {lam:g} as given, beside the sum of {summed}.",
        *_without(layers),
        *half_precision(hidden_weights=hidden_weights, output_weights=output_weights, X=X, y=y),
    )
    return convert(layers, samples, labels, form, loss, said, called=f"sum of {summed}")


def _without(layers: Layers) -> tuple[str, ...]:
    """Return the sentence about biases that were not given, which a network may have had."""
    hidden, output = layers.hidden_bias is None, layers.output_bias is None
    if not hidden and not output:
        return ()
    if hidden and output:
        return ("No hidden bias and no output bias were given.",)
    return (f"No {'hidden' if hidden else 'output'} bias was given.",)


def _oriented(hidden: np.ndarray, m: int, X: Any, orientation: str | None) -> tuple[np.ndarray, np.ndarray, str]:
    """Return samples (n, d), hidden weights (d, m), and the sentence about which way round these were."""
    shape = hidden.shape
    if orientation not in (None, "columns", "rows"):
        raise ValueError(f"orientation must be 'columns' or 'rows', but was {orientation!r}.")
    if hidden.ndim != 2:
        raise ValueError(f"hidden_weights must have 2 dimensions, features and neurons, but has shape {shape}.")
    columns, rows = shape[1] == m and orientation != "rows", shape[0] == m and orientation != "columns"
    if not columns and not rows:
        wanted = "a side" if orientation is None else orientation
        raise ValueError(
            f"hidden_weights must have one neuron for each of the {m} output_weights, but its shape {shape} does not "
            f"have {wanted} of that number."
        )
    if columns and rows and not np.array_equal(hidden, hidden.T):
        raise ValueError(
            f"hidden_weights has shape {shape}, which does not tell features from neurons: pass orientation='columns' "
            f"where each neuron is a column (Keras, scikit-learn), or 'rows' where it is a row (PyTorch)."
        )
    samples = as_samples(X, shape[0] if columns else shape[1], "the first layer")
    if columns:
        return samples, hidden, f"hidden_weights of shape {shape} have a neuron in each column: they are W."
    return samples, hidden.T, f"hidden_weights of shape {shape} have a neuron in each row: W is their transpose."


def _entries(values: Any, name: str, count: int) -> np.ndarray:
    """Return the given number of entries, whatever empty axes they have."""
    array = as_numbers(values, name, trained=True)
    if array.size != count or (array.ndim > 0 and max(array.shape) != count):
        raise ValueError(f"{name} must have {count} entr{'y' if count == 1 else 'ies'}, but has shape {array.shape}.")
    return array.reshape(-1)
