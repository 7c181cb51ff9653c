"""What the front page's pictures show of a scenario: both landscapes, and the steps of the runs that are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from landscape.figures.front.outputs import SHARES_DRAWN
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.scene import LossScene, Path, TwinScene, loss_scene, twin_scene
from landscape.scene.drawn_steps import drawn_in


@dataclass(frozen=True, eq=False)
class Scenes:
    """The landscapes of a scenario.

    Arguments
        loss, twin: with every stored step of the runs.
        drawn: by the id of each run the places among its stored steps of those that are drawn.
    """

    loss: LossScene
    twin: TwinScene
    drawn: dict[str, np.ndarray]

    def drawn_of(self, paths: Sequence[Path]) -> list[Path]:
        """Return the runs of a picture at the steps that are drawn."""
        return [path.at(self.drawn[path.id]) for path in paths]

    def drawn_of_twin(self) -> list[Path]:
        """Return the runs of the convex landscape at the steps that are drawn.

        Runs of networks too large to be sent are there at every step: the browser reads their slopes, which it writes
        in the outputs, from where they are.
        """
        large = self.loss.surface.plane.origin.m > SHARES_DRAWN
        return list(self.twin.paths) if large else self.drawn_of(self.twin.paths)


@lru_cache(maxsize=16)
def scenes_of(solved: SolvedScenario, scenario: Scenario) -> Scenes:
    """Return the landscapes of a scenario. In space every stored step is drawn: there a path follows a surface."""
    loss, twin = loss_scene(solved, scenario), twin_scene(solved, scenario)
    if scenario.view.surface == "contour" or scenario.training.m == 1:
        return Scenes(loss, twin, drawn_in(solved, loss, twin, SHARES_DRAWN))
    return Scenes(loss, twin, {run.id: np.arange(len(run.trajectory.steps)) for run in solved.shown})
