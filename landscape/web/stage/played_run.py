"""A run as the browser plays it: its iterates, packed."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from landscape.figures.style import run_color, run_symbol
from landscape.training.trajectory import Trajectory
from landscape.web.stage.protocol.runs import PackedWeights, PlayedLeg, PlayedRun


def played_run(
    id: str,
    place: int,
    trajectory: Trajectory,
    *,
    objective: np.ndarray | None = None,
    bits: Literal[32, 64] | None = 32,
) -> PlayedRun:
    """Return a run as the browser plays it.

    Arguments
        id: "run0", or "escape0" for an escape path; place: which run it is, counted from 0: its colour and marker.
        trajectory: the stored iterates; an escape path has ``legs``, named in its sentence as they are played.
        objective: (T+1,) the loss that its sentence gives at each stored step; by default the trajectory's.
        bits: the precision of the weights that are sent, None for none.
    """
    steps = trajectory.steps
    legs: Sequence[Any] = getattr(trajectory, "legs", ())
    return PlayedRun(
        id=id,
        color=run_color(place),
        symbol=run_symbol(place),
        steps=steps.tolist(),
        objective=(trajectory.objective if objective is None else objective).tolist(),
        weights=None if bits is None else _packed(trajectory, bits),
        legs=tuple(PlayedLeg(int(steps[leg.first]), f"{leg.name}: {leg.reason}") for leg in legs),
    )


def _packed(trajectory: Trajectory, bits: Literal[32, 64]) -> PackedWeights:
    _, d, m = trajectory.W.shape
    blocks = np.concatenate([trajectory.W, trajectory.alpha[:, None, :]], axis=1)
    if np.abs(blocks).max() > np.finfo(np.float32).max:  # a run that diverged
        bits = 64
    blocks = blocks.astype(f"<f{bits // 8}")
    return PackedWeights(d, m, bits, base64.b64encode(blocks.tobytes()).decode())
