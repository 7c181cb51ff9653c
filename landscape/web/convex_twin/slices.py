"""The section Landscape: the loss (1) around the runs, as a slice through the space of all weights."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import streamlit as st

from landscape.figures.front.loss_map import loss_map
from landscape.figures.style import as_json
from landscape.loss.surface import LossTooLarge
from landscape.model.excess import rounding_of
from landscape.results.claims import called
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.scene.slices import SliceScene, slice_along_run, slice_through_runs
from landscape.web.convex_twin.views import runs_of
from landscape.web.stage import StageState, StageView, stage

PLANES = {"runs": "Two runs and the best network", "principal": "Where a run moved most"}
MOST_WORK = 60_000_000
"""Most grid points × samples × neurons of a slice; beyond it none is drawn."""


def slices(scenario: Scenario, solved: SolvedScenario) -> None:
    """Draw the section."""
    if not solved.runs:
        st.text("A slice goes through runs: set the number of runs to 1 or more.")
        return
    if 71 * 71 * solved.problem.n * scenario.training.m > MOST_WORK:
        st.text("Too many points and neurons for a slice: every place of the map is a network of its own.")
        return
    names = [run.name for run in solved.runs]
    left, right = st.columns([3, 2])
    plane = left.segmented_control(
        "Plane",
        list(PLANES),
        format_func=PLANES.__getitem__,
        default="principal" if len(names) == 1 else "runs",
        required=True,
        key="slice plane",
    )
    run = right.selectbox("Run", range(len(names)), format_func=names.__getitem__, key="slice run")
    try:
        scene = _scene(solved, str(plane), int(run))
    except LossTooLarge:
        st.text("The weights in this plane are too large for its losses to be numbers. Choose another run or plane.")
        return
    if scene is None:
        st.text("These networks are one and the same: they span no plane. Choose another run or plane.")
        return
    optima = tuple(np.array([v]) for v in scene.optimum) if scene.exact else (np.empty(0), np.empty(0))
    drawn = loss_map(
        scene.surface,
        labels=scene.labels,
        borders=(),
        cells=(),
        pieces=(),
        paths=scene.paths,
        optima=optima,  # type: ignore[arg-type]
        star_name="global optimum" if solved.proof.closed else "best network found, not proven optimal",
        rounding=rounding_of(solved.problem),
    )
    outside = "" if scene.exact else f" {called(solved.proof).capitalize()} does not lie in it."
    view = StageView("slice", "Loss landscape, a slice", scene.note + outside, scene.note, as_json(drawn))
    stage(
        [view],
        StageState(runs=runs_of(solved), large=scenario.view.large),
        key="slice stage",
        on_event=lambda event: None,
    )


@lru_cache(maxsize=32)
def _scene(solved: SolvedScenario, plane: str, run: int) -> SliceScene | None:
    if plane == "principal" or len(solved.runs) < 2:
        return slice_along_run(solved, run)
    return slice_through_runs(solved, run, (run + 1) % len(solved.runs))
