"""The section Width: many gradient descents for each width against the certified optimum, in the background."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from landscape.experiments.sweep.executors import Here
from landscape.experiments.sweep.run import Finished, run
from landscape.experiments.sweep.settings import Sweep
from landscape.figures.convex_twin.width import width_excess, width_success
from landscape.figures.style import as_json
from landscape.formatting import counted
from landscape.model.datasets import Dataset
from landscape.model.excess import excess
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.web.convex_twin.all_optima import set_of
from landscape.web.follow import follow
from landscape.web.jobs import Report, ended_empty, queue
from landscape.web.shared.scenario_controls import step_sentence
from landscape.web.stage import StageState, StageView, stage

STARTS = 30
"""Starts of each width."""

MOST_WIDTHS = 24
"""Most widths tried."""

MOST_STEPS = 6000
"""Most steps of a run."""


@dataclass(frozen=True)
class WidthResult:
    """How gradient descent ends at width ``m``: excess over the optimum, relative to it, and share of successes."""

    m: int
    best: float
    median: float
    success_rate: float


def width(scenario: Scenario, solved: SolvedScenario) -> None:
    """Draw the section; the runs begin at the press of a button."""
    n = scenario.data.n
    widths = tuple(range(1, min(2 * n, MOST_WIDTHS) + 1))
    steps = min(scenario.training.steps, MOST_STEPS)
    st.markdown(
        f"For each width from 1 to {widths[-1]}: {STARTS} gradient descents from random starts, at most "
        f"{steps:,} steps each, against the optimum proven above. {step_sentence(scenario, 'width')}"
    )
    key = (
        "width",
        scenario.data,
        scenario.training.lam,
        scenario.training.step,
        steps,
        scenario.training.method,
        scenario.training.scale,
        scenario.training.seed,
    )
    job = queue().found(key)
    if job is None or ended_empty(job.status):
        if job is not None and job.status.error:
            st.text(job.status.error)
        if st.button("Train them", key="begin width", type="primary"):
            queue().start(key, lambda report, halt: _train(scenario, widths, steps, report, halt))
            st.rerun()
        return
    follow(job, "width", lambda found: _draw(found, scenario, solved))


def _train(
    scenario: Scenario,
    widths: tuple[int, ...],
    steps: int,
    report: Report[tuple[WidthResult, ...] | None],
    halt: threading.Event,
) -> tuple[WidthResult, ...] | None:
    """Return how gradient descent ends at each width; when stopped, at those that are done, or None."""
    training, data, problem = scenario.training, scenario.data, scenario.problem()
    sweep = Sweep(
        (Dataset(name="own", X=data.X, y=np.array(data.y), source="a visitor"),),
        widths,
        scale=(training.scale,),
        lam=(training.lam,),
        step=(training.step,),
        method=(training.method,),
        seeds=(training.seed,),
        start="balanced",
        starts=STARTS,
        n_steps=steps,
    )
    found: tuple[WidthResult, ...] = ()
    events = run(sweep, Here(), window=1)
    for event in events:
        if isinstance(event, Finished):
            ended = event.result
            best, median = excess(problem, ended.optimum, np.array([ended.best, ended.median])).tolist()
            found = (*found, WidthResult(event.cell.m, best, median, ended.success_rate))
            report(len(found) / len(widths), f"Width {event.cell.m} of {widths[-1]}.", partial=found)
        if halt.is_set():
            events.close()
            break
    return found or None


def _draw(found: Sequence[WidthResult], scenario: Scenario, solved: SolvedScenario) -> None:
    ms = [ended.m for ended in found]
    optima = set_of(scenario, solved)
    fewest = None if isinstance(optima, str) else optima.fewest
    marks = {"m*": fewest or solved.solution.network.m, "n + 1": solved.problem.n + 1}
    marks = {name: m for name, m in marks.items() if m <= max(ms[-1], 1)}
    best, median = [ended.best for ended in found], [ended.median for ended in found]
    share = [ended.success_rate for ended in found]
    top = max(share)
    alt = f"Widths 1 to {ms[-1]}; at most {100 * top:.3g} % of starts reach the optimum."
    stage(
        [
            StageView(
                "excess",
                "Best and median run",
                "How far above the proven optimum they end (0 at the foot).",
                alt,
                as_json(width_excess(ms, best, median, marks)),
                kind="still",
            ),
            StageView(
                "share",
                "Share of starts that reach it",
                f"Of {counted(STARTS, 'start')} for each width.",
                alt,
                as_json(width_success(ms, share, marks)),
                kind="still",
            ),
        ],
        StageState(),
        key="width stage",
        on_event=lambda event: None,
    )
