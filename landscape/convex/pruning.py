"""Pruning along null vectors: fewer neurons with the same outputs, at no larger norm (Mishkin & Pilanci, 2023)."""

from __future__ import annotations

import numpy as np

DEPENDENT = 1e-13
"""Outputs whose smallest singular value is below this share of the largest are linearly dependent."""

ROUNDING = 1e-13
"""A magnitude that a step leaves at this share of its first value, or below, has reached 0 up to rounding."""


def independent_magnitudes(outputs: np.ndarray, norms: np.ndarray, *, dependent: float = DEPENDENT) -> np.ndarray:
    """Return magnitudes c (K,) ≥ 0 with Σ c_k f_k = Σ f_k and Σ c_k ‖u_k‖ ≤ Σ ‖u_k‖, the f_k kept being independent.

    While Σ v_k f_k = 0 has a solution v ≠ 0, moving the magnitudes along it changes no output; in one of the two
    directions the norm does not grow, and the first magnitude to reach 0 stays there.

    Arguments
        outputs: (n, K) f_k, what each neuron computes at magnitude 1; a neuron that computes nothing gets magnitude 0.
        norms: (K,) ‖u_k‖ ≥ 0, what each costs at magnitude 1.
        dependent: share of the largest singular value below which a smaller one counts as 0.
    """
    null = _null_vectors(outputs, dependent=dependent)
    magnitudes, kept = np.ones(len(norms)), np.ones(len(norms), dtype=bool)
    while len(null):
        change = _cheaper_direction(null[0], norms)
        if not (kept & (change < 0)).any():  # what is left of a null vector of which two entries reached 0 at once
            null = null[1:]
            continue
        magnitudes, leaving = _step_to_zero(magnitudes, change, kept)
        kept[leaving] = False
        null = null[1:] - np.outer(null[1:, leaving] / change[leaving], change)
        null[:, leaving] = 0.0
    return magnitudes


def prune_one(outputs: np.ndarray, norms: np.ndarray, *, dependent: float = DEPENDENT) -> np.ndarray | None:
    """Return magnitudes (K,) as ``independent_magnitudes``, moved along one null vector only: at least one is 0.

    None where the outputs are independent. All magnitudes between 1 and these have the same outputs, and their norm
    does not rise on the way.
    """
    null = _null_vectors(outputs, dependent=dependent)
    if not len(null):
        return None
    return _step_to_zero(np.ones(len(norms)), _cheaper_direction(null[-1], norms), np.ones(len(norms), dtype=bool))[0]


def _null_vectors(outputs: np.ndarray, *, dependent: float = DEPENDENT) -> np.ndarray:
    """Return K − rank changes of the magnitudes (·, K), linearly independent, that change no output f_k (n, K).

    The rank is that of the outputs at length 1: none is negligible for being small. Those of length 0 come first.
    """
    size = np.hypot.reduce(outputs, axis=0)
    inactive, active = np.flatnonzero(size == 0), np.flatnonzero(size > 0)
    first = np.zeros((len(inactive), len(size)))
    first[np.arange(len(inactive)), inactive] = 1.0
    if len(active) < 2:
        return first
    _, values, right = np.linalg.svd(outputs[:, active] / size[active], full_matrices=len(outputs) < len(active))
    rank = int((values > dependent * values[0]).sum())
    others = np.zeros((len(active) - rank, len(size)))
    others[:, active] = right[rank:] / size[active]
    return np.concatenate([first, others])


def _cheaper_direction(null: np.ndarray, norms: np.ndarray) -> np.ndarray:
    """Return ± a null vector (K,), the direction in which Σ v_k ‖u_k‖ ≤ 0 and some entry is negative.

    With the norm as the cost, whatever λ is, the entries that fall weigh at least as much as those that rise: they are
    not rounding alone, and no magnitude grows beyond the bound that the norm of all of them sets.
    """
    change = null if null @ norms <= 0 else -null
    return change if np.min(change) < 0 else -change  # change ≥ 0 has null @ norms = 0: so has its negative


def _step_to_zero(magnitudes: np.ndarray, change: np.ndarray, kept: np.ndarray) -> tuple[np.ndarray, int]:
    """Move magnitudes (K,) along a change until the first kept one reaches 0; return them and which one this is."""
    falling = kept & (change < 0)
    steps = np.where(falling, magnitudes / np.where(falling, -change, 1.0), np.inf)
    leaving = int(np.argmin(steps))
    moved = magnitudes + steps[leaving] * change
    moved[leaving] = 0.0
    return np.where(moved > ROUNDING, moved, 0.0), leaving
