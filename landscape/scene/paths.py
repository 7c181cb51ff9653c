"""A run in the coordinates of a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.loss.surface import Plane
from landscape.results.solved_scenario import CertifiedRun


@dataclass(frozen=True, eq=False)
class Path:
    """A run in the plane of a picture.

    Arguments
        id: "run0", "escape0", ...; run: the run's place in the list of runs; name: its name on the page.
        x, y: (T,) its coordinates in the plane at the steps kept; steps: (T,) those steps.
        objective: (T,) the loss of the network itself, which is not that of the map where it lies off the plane.
    """

    id: str
    run: int
    name: str
    x: np.ndarray
    y: np.ndarray
    steps: np.ndarray
    objective: np.ndarray

    def at(self, places: np.ndarray) -> Path:
        """Return the run at some of its steps alone, by their places (P,)."""
        kept = (self.x[places], self.y[places], self.steps[places], self.objective[places])
        return Path(self.id, self.run, self.name, *kept)


def path_on(run: CertifiedRun, plane: Plane) -> Path:
    """Return a run in a plane of weights, projected orthogonally onto it."""
    path = run.trajectory
    x, y = plane.coordinates(path.W, path.alpha).T
    return Path(run.id, run.place, run.name, x, y, path.steps, path.objective)
