"""A run as the browser plays it: its iterates, packed."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from landscape.figures.style import run_color, run_symbol
from landscape.training.trajectory import Trajectory
from landscape.web.stage.protocol.runs import PackedWeights, PlayedLeg, PlayedRun

_DIGITS = 7
"""Significant digits of the losses that are sent: more than a sentence has."""


def played_run(
    id: str,
    place: int,
    trajectory: Trajectory,
    *,
    objective: np.ndarray | None = None,
    bits: Literal[32, 64] | None = 32,
    drawn: np.ndarray | None = None,
) -> PlayedRun:
    """Return a run as the browser plays it.

    Arguments
        id: "run0", or "escape0" for an escape path; place: which run it is, counted from 0: its colour and marker.
        trajectory: the stored iterates; an escape path has ``legs``, named in its sentence as they are played.
        objective: (T+1,) the loss that its sentence gives at each stored step; by default the trajectory's.
        bits: the precision of the weights that are sent, None for none.
        drawn: the places among the stored steps at which pictures have it, None for all.
    """
    steps = trajectory.steps
    legs: Sequence[Any] = getattr(trajectory, "legs", ())
    losses = trajectory.objective if objective is None else objective
    places = None if drawn is None or len(drawn) == len(steps) else drawn
    return PlayedRun(
        id=id,
        color=run_color(place),
        symbol=run_symbol(place),
        steps=steps.tolist(),
        objective=[float(f"{loss:.{_DIGITS}g}") for loss in losses.tolist()],
        weights=None if bits is None else _packed(trajectory, bits),
        legs=tuple(PlayedLeg(int(steps[leg.first]), f"{leg.name}: {leg.reason}") for leg in legs),
        drawn=None if places is None else places.tolist(),
        bias=trajectory.bias.tolist() if trajectory.bias.any() else None,
    )


def _packed(trajectory: Trajectory, bits: Literal[32, 64]) -> PackedWeights:
    _, d, m = trajectory.W.shape
    ones = bool((trajectory.alpha == 1.0).all())
    blocks = trajectory.W if ones else np.concatenate([trajectory.W, trajectory.alpha[:, None, :]], axis=1)
    if np.abs(blocks).max() > np.finfo(np.float32).max:  # a run that diverged
        bits = 64
    blocks = blocks.astype(f"<f{bits // 8}")
    return PackedWeights(d, m, bits, ones, base64.b64encode(blocks.tobytes()).decode())
