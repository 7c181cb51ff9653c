"""The λ path as a record: curves, neurons, and the events at which they enter, leave or change their face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.convex.lambda_path.conditions import Change
from landscape.formatting import counted
from landscape.model.network import Network
from landscape.model.problem import Problem
from landscape.model.readable import readable


@dataclass(frozen=True, eq=False)
class NeuronTrack:
    """A neuron along the path: it keeps its number while its kink moves.

    Arguments
        sign: +1.0 or -1.0, the sign of its second layer.
        first: the point of the path at which it enters, with length 0.
        vectors: (d, T) its vector u of the convex twin at the points from ``first`` on.
        patterns: (T, n) bool the samples active on its face; with the sign, its block.
    """

    sign: float
    first: int
    vectors: np.ndarray
    patterns: np.ndarray

    __repr__ = readable

    @property
    def last(self) -> int:
        """The last point of the path it is on."""
        return self.first + int(self.vectors.shape[1]) - 1

    @property
    def norms(self) -> np.ndarray:
        """Its length ‖u‖ (T,) at these points."""
        norms: np.ndarray = np.linalg.norm(self.vectors, axis=0)
        return norms


@dataclass(frozen=True)
class Event:
    """Something that happens to a neuron as λ falls.

    Arguments
        lam: where; fraction: the same as a share of λ_max.
        change: what; neuron: to which of ``LambdaPath.tracks``.
        point: the point of the path at this λ.
        located: whether λ is known to 1e-6 relative; otherwise it happens before the next point.
    """

    lam: float
    fraction: float
    change: Change
    neuron: int
    point: int
    located: bool

    __repr__ = readable


@dataclass(frozen=True, eq=False)
class LambdaPath:
    """The optima of problem (2) for λ from λ_max down, T points.

    Arguments
        problem: the data; its lam is not used.
        lambda_max: from there on the zero network is optimal.
        lam: (T,) falling; fraction: (T,) the same as a share of λ_max.
        neurons: (T,) number of neurons that are not 0.
        squared_error: (T,) ‖f − y‖²; norm: (T,) Σ ‖u‖; value: (T,) F = squared error + 2 λ norm.
        gap: (T,) certified: no network of any width is lower than value − gap.
        proven: (T,) bool whether the gap is small enough to call the point optimal.
        tracks: every neuron of the path; events: what happens to them, in the order of falling λ.
        finished: False where it was stopped early.
    """

    problem: Problem
    lambda_max: float
    lam: np.ndarray
    fraction: np.ndarray
    neurons: np.ndarray
    squared_error: np.ndarray
    norm: np.ndarray
    value: np.ndarray
    gap: np.ndarray
    proven: np.ndarray
    tracks: tuple[NeuronTrack, ...]
    events: tuple[Event, ...]
    finished: bool

    __repr__ = readable

    def _said(self) -> str:
        count, most = int(self.proven.sum()), int(self.neurons.max())
        proven = "every one proven optimal" if count == len(self) else f"{count} of them proven optimal"
        end = "" if self.finished else ", stopped before its end"
        return f"{counted(len(self), 'value')} of λ, {proven}; up to {counted(most, 'neuron')}{end}"

    def __len__(self) -> int:
        return len(self.lam)

    def blocks(self, point: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the vectors u (d, K) and signs (K,) of the neurons that are not 0 at a point."""
        here = [track for track in self.tracks if track.first <= point <= track.last]
        vectors = np.array([track.vectors[:, point - track.first] for track in here]).reshape(-1, self.problem.d).T
        held = np.any(vectors != 0, axis=0)
        return vectors[:, held], np.array([track.sign for track in here])[held]

    def network(self, point: int) -> Network:
        """Return the optimal network at a point; one neuron of w = 0 for the zero network."""
        vectors, sign = self.blocks(point)
        return network_of(vectors, sign)


def network_of(vectors: np.ndarray, sign: np.ndarray) -> Network:
    """Return blocks u (d, K) with signs (K,) as neurons (u/√‖u‖, ±√‖u‖)."""
    if not len(sign):
        return Network(np.zeros((len(vectors), 1)), np.zeros(1))
    root = np.sqrt(np.linalg.norm(vectors, axis=0))
    return Network(vectors / root, sign * root)
