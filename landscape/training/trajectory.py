"""The record of a training run: its iterates, its loss, and why it stopped."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from landscape.formatting import counted, written
from landscape.model.network import Network
from landscape.model.readable import readable


class Outcome(Enum):
    """Why a run stopped; the value is the sentence a visitor reads."""

    CONVERGED = "Converged: loss and weights have stopped changing."
    OUT_OF_STEPS = "Out of steps: the run had not settled yet."
    DIVERGED = "Diverged: the step is too large and the loss grew without bound."
    DEAD = "Dead: no neuron is active on any data point, so the gradient is zero and nothing moves."
    ARRIVED = "Arrived: the path reached the global optimum without ever rising."


@dataclass(frozen=True, eq=False)
class Trajectory:
    """One run.

    Arguments
        W: (T+1, d, m) stored first layers, the start first and the last iterate last.
        alpha: (T+1, m) stored second layers.
        objective: (T+1,) problem (1) at each, always finite.
        outcome: why the run stopped.
        steps: (T+1,) the step number of each stored iterate; the last is the number of steps taken.
        bias: (T+1,) stored output biases; by default all 0.
    """

    W: np.ndarray
    alpha: np.ndarray
    objective: np.ndarray
    outcome: Outcome
    steps: np.ndarray
    bias: np.ndarray = field(default_factory=lambda: np.zeros(0))

    __repr__ = readable

    def _said(self) -> str:
        first, last = written(float(self.objective[0])), written(float(self.objective[-1]))
        taken = counted(int(self.steps[-1]), "step")
        return f"{counted(self.W.shape[-1], 'neuron')}, loss {first} → {last} in {taken}. {self.outcome.value}"

    def __post_init__(self) -> None:
        _complete(self)

    def network(self, index: int = -1) -> Network:
        """Return the stored iterate at ``index``, by default the last."""
        return Network(self.W[index], self.alpha[index], float(self.bias[index]))


@dataclass(frozen=True, eq=False)
class Trajectories:
    """Many runs stored at the same steps; a run that stopped early repeats its last iterate.

    Arguments
        W: (B, T+1, d, m); alpha: (B, T+1, m); objective: (B, T+1).
        outcome: B outcomes.
        steps: (B, T+1) the step number of each stored iterate.
        bias: (B, T+1) output biases; by default all 0.
    """

    W: np.ndarray
    alpha: np.ndarray
    objective: np.ndarray
    outcome: tuple[Outcome, ...]
    steps: np.ndarray
    bias: np.ndarray = field(default_factory=lambda: np.zeros(0))

    __repr__ = readable

    def _said(self) -> str:
        low, high = (written(float(end(self.objective[:, -1]))) for end in (np.min, np.max))
        return f"{counted(len(self), 'run')} of {counted(self.W.shape[-1], 'neuron')}, last loss from {low} to {high}"

    def __post_init__(self) -> None:
        _complete(self)

    def __len__(self) -> int:
        return len(self.outcome)

    def run(self, index: int) -> Trajectory:
        """Return one run, cut where it stopped."""
        steps = self.steps[index]
        end = int(np.searchsorted(steps, steps[-1])) + 1
        return Trajectory(
            self.W[index, :end].copy(),
            self.alpha[index, :end].copy(),
            self.objective[index, :end].copy(),
            self.outcome[index],
            steps[:end].copy(),
            self.bias[index, :end].copy(),
        )


def _complete(record: Trajectory | Trajectories) -> None:
    """Fill in output biases that are not given, and make all arrays of a record read-only."""
    if record.bias.size == 0:
        object.__setattr__(record, "bias", np.zeros(record.objective.shape))
    for array in (record.W, record.alpha, record.objective, record.steps, record.bias):
        array.setflags(write=False)
