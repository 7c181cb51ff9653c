"""The section λ path: the optimum for every λ, and the neurons that vanish as λ grows."""

from __future__ import annotations

from functools import partial

import streamlit as st

from landscape.convex.lambda_path.record import LambdaPath
from landscape.figures.convex_twin.lambda_path import neuron_lengths, path_curves
from landscape.figures.style import as_json
from landscape.formatting import counted, short
from landscape.geometry.cells import row_space
from landscape.geometry.support import all_visited
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.web.convex_twin.work import along_lambda
from landscape.web.follow import follow, show_end
from landscape.web.jobs import Job, queue
from landscape.web.stage import StageState, StageView, stage

A_MOMENT = 1.0
"""Seconds that a drawing waits for the path, so that a quick one needs no second drawing."""


def lambda_section(scenario: Scenario, solved: SolvedScenario) -> None:
    """Draw the section; a path that takes longer than A_MOMENT is computed in the background."""
    if not all_visited(solved.problem.n, row_space(solved.problem.X).shape[1]):
        st.text("There are too many patterns to follow the optimum along λ: at each λ all of them would be visited.")
        return
    key = ("lambda path", scenario.data)

    def begin() -> Job[LambdaPath]:
        return queue().start(key, partial(along_lambda, scenario.data), slot="lambda path")

    job = queue().found(key)
    # A path that its visitor stopped is shown as far as it came; begun anew it would never stay stopped.
    if job is None or job.status.left:
        job = begin()
    job.wait(A_MOMENT)
    show_end(job, "lambda path", begin)
    follow(job, "lambda path", lambda path: _draw(path, scenario))


def _draw(path: LambdaPath, scenario: Scenario) -> None:
    at = scenario.training.lam
    proven = "every point proven" if path.proven.all() else f"{int(path.proven.sum())} of {len(path)} points proven"
    found = "The optimum" if path.proven.all() else "The best network found"
    end = "" if path.finished else " It was stopped before its end."
    st.markdown(
        "**How many neurons a λ is worth.** A stronger regularisation (larger λ) makes the best network smaller: "
        "neurons die one after another. Read off where, and which λ gives the size you want. "
        f"{found} at {counted(len(path), 'value')} of λ, {proven}; the dotted line is the λ chosen at the left "
        f"({short(at)} of λ_max).{end}"
    )
    alt = (
        f"From {short(float(path.fraction[-1]))} to 1 of λ_max the network has {int(path.neurons.max())} to 0 neurons."
    )
    stage(
        [
            StageView(
                "curves",
                "Neurons, error and norm",
                "Of the best network at each λ: squared error, norm and, in blue, its number of neurons (right axis).",
                alt,
                as_json(path_curves(path, at)),
                kind="still",
            ),
            StageView(
                "lengths",
                "Each neuron’s length",
                "How large each neuron is at each λ. ★: it dies there as λ grows. Dashed: α < 0.",
                alt,
                as_json(neuron_lengths(path, at)),
                kind="still",
            ),
        ],
        StageState(large=scenario.view.large),
        key="lambda stage",
        on_event=lambda event: None,
    )
