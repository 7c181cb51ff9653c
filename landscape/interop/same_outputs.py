"""Whether a model computes what its two layers do: its outputs on the data and at random points around them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from landscape.formatting import counted, written
from landscape.interop.penalties import Layers

POINTS = 100
"""Random points at each scale."""

SAMPLES = 2000
"""Samples at which outputs are compared, where there are more."""

SCALES = (0.1, 1.0, 10.0, 1000.0)
"""Multiples of the data's size at which outputs are compared: an activation with a ceiling differs far out alone."""


OTHERWISE = "it does something else with them, as a skip connection, another activation or none would."
"""Why a model's outputs are not those of its layers, where nothing more is known."""


def some_of(X: np.ndarray) -> np.ndarray:
    """Return samples X (n, d), or as many rows of it as are quickly compared."""
    return X if len(X) <= SAMPLES else X[np.random.default_rng(2).choice(len(X), SAMPLES, replace=False)]


def points_around(X: np.ndarray) -> np.ndarray:
    """Return random points (k, d) on all sides of samples X (n, d), near and far; the same for the same samples."""
    size = np.max(np.abs(X), axis=0)
    rng = np.random.default_rng(0)
    drawn = rng.standard_normal((len(SCALES), POINTS, X.shape[1]))
    around: np.ndarray = (drawn * np.array(SCALES)[:, None, None] * np.where(size > 0, size, 1.0)).reshape(
        -1, X.shape[1]
    )
    return around


def outputs_of(layers: Layers, points: np.ndarray) -> np.ndarray:
    """Return the outputs (k,) of two layers with a ReLU between at points (k, d)."""
    before = points @ layers.W
    if layers.hidden_bias is not None:
        before = before + layers.hidden_bias
    outputs: np.ndarray = np.maximum(before, 0.0) @ layers.alpha + (layers.output_bias or 0.0)
    return outputs


def drawn(layers: Layers) -> Layers:
    """Return weights of the same shapes, drawn so that neurons of both signs are active on some points."""
    rng = np.random.default_rng(1)

    def some(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape).astype(np.float32).astype(np.float64)  # exact in either precision

    d, m = layers.W.shape
    return Layers(
        some(d, m),
        None if layers.hidden_bias is None else some(m),
        some(m),
        None if layers.output_bias is None else float(some(1)[0]),
    )


def compared(
    layers: Layers,
    points: np.ndarray,
    outputs: np.ndarray,
    eps: float,
    cause: Callable[[], str] = lambda: OTHERWISE,
) -> str:
    """Return the sentence that a model's outputs (k,) at points (k, d) are those of its layers up to rounding.

    Arguments
        eps: the relative rounding of the model's numbers.
        cause: says, as the end of a sentence, why they may differ, where they do.

    Raises ValueError where they differ.
    """
    bias = 0.0 if layers.hidden_bias is None else np.abs(layers.hidden_bias)
    reach = (np.abs(points) @ np.abs(layers.W) + bias) @ np.abs(layers.alpha) + abs(layers.output_bias or 0.0)
    terms = len(layers.W) + len(layers.alpha) + 8
    wanted = outputs_of(layers, points)
    apart = np.abs(outputs - wanted)
    wrong = np.flatnonzero(~(apart <= terms * eps * reach))
    if len(wrong):
        first = int(wrong[0])
        raise ValueError(
            f"model must compute relu(X W + b) alpha + c of its two layers, but at a point its output is "
            f"{outputs[first]:g} and theirs {wanted[first]:g}: {cause()}"
        )
    share = float(np.max(apart / np.where(reach > 0, reach, 1.0)))
    accuracy = f", up to {written(share, 1)} of their size" if share else ", to the last digit"
    return (
        f"Compared at {counted(len(points), 'point')}, the samples and random ones, the outputs are those of the "
        f"model{accuracy}."
    )
