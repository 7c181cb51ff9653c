"""The state of the front page's stage: all but its views, and the data the browser recomputes from during a drag."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import numpy as np

from landscape.figures.front.outputs import SHARES_DRAWN
from landscape.results.solved_scenario import CertifiedRun, SolvedScenario
from landscape.scenario import Scenario
from landscape.scene import points_on_sides, slice_plane
from landscape.training.trajectory import Outcome
from landscape.web.front.scenes import scenes_of
from landscape.web.shared.panels import panels_of
from landscape.web.shared.run_sentences import sentences_of
from landscape.web.stage.played_run import played_run
from landscape.web.stage.protocol.drags import DraggedPlane, DraggedRun, LocalDrag
from landscape.web.stage.protocol.runs import PlayedRun
from landscape.web.stage.protocol.state import StageState, Tools

SLOPES_DRAGGED = 4
"""Up to this many neurons each has a slope that can be dragged, as MOST_SLOPES of ``drag/draggables.js``."""


def state_of(
    scenario: Scenario,
    solved: SolvedScenario,
    hidden: Collection[str] = (),
    *,
    undo: bool = False,
    redo: bool = False,
    opens_playing: bool = False,
) -> StageState:
    """Return what the views show together, less the parts that are hidden: "transport", "sentences".

    Arguments
        undo, redo: whether there is something to undo, to redo.
        opens_playing: whether the runs play when the page is opened.
    """
    drawn = scenes_of(solved, scenario).drawn
    return StageState(
        sentences=() if "sentences" in hidden else sentences_of(scenario, solved, starred=True),
        runs=tuple(_played(run, drawn[run.id]) for run in solved.shown),
        drag=_drag(scenario, solved),
        sides=points_on_sides(solved.problem),
        at=scenario.view.at,
        tools=Tools(undo=undo, redo=redo),
        transport="transport" not in hidden,
        opens_playing=opens_playing,
        lead=5 if scenario.view.surface == "both" and scenario.training.m > 1 else 3,  # all but the loss curves
        large=scenario.view.large,
        panels=panels_of(scenario, solved),
        reports_playhead=True,
    )


def _played(run: CertifiedRun, drawn: np.ndarray) -> PlayedRun:
    """Return a run to play, with the weights of a network that is small enough to draw neuron by neuron.

    Where slopes can be dragged, weights become those of a start, and are sent as they are.
    """
    m = run.trajectory.alpha.shape[1]
    bits: Literal[32, 64] | None = 64 if m <= SLOPES_DRAGGED else 32 if m <= SHARES_DRAWN else None
    return played_run(run.id, run.place, run.trajectory, bits=bits, drawn=drawn)


def _drag(scenario: Scenario, solved: SolvedScenario) -> LocalDrag:
    data, training, cut = scenario.data, scenario.training, slice_plane(solved, scenario)
    runs = tuple(
        DraggedRun(
            id=f"run{index}",
            index=index,
            explicit=index < len(training.runs),
            method=run.method,
            schedule=solved.runs[index].schedule,
            suited=run.step is None,
            W0=start.W[0].tolist(),
            alpha0=start.alpha.tolist(),
            loss=float(solved.runs[index].trajectory.objective[0]),
        )
        for index, (run, start) in enumerate(scenario.starts())
    )
    diverged = bool(solved.runs) and solved.runs[scenario.shown_run].trajectory.outcome is Outcome.DIVERGED
    plane = DraggedPlane(
        neurons=cut.moving,
        W=cut.plane.origin.W[0].tolist(),
        alpha=cut.plane.origin.alpha.tolist(),
        follows=f"run{scenario.shown_run}" if scenario.view.at is None and not diverged else None,
    )
    return LocalDrag(
        x=data.x,
        y=data.y,
        lam=training.lam,
        layer=training.layer,
        m=training.m,
        steps=training.steps,
        runs=runs,
        selected=scenario.shown_run,
        plane=plane if cut.moving else None,
    )
