"""The section Width: many gradient descents for each width against the certified optimum, live, with a stop button."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import streamlit as st

from landscape.experiments.sweep.executors import Here
from landscape.experiments.sweep.run import Finished, run
from landscape.experiments.sweep.settings import Sweep
from landscape.figures.convex_twin.width import width_excess, width_success
from landscape.figures.style import as_json
from landscape.formatting import counted
from landscape.model.literature import DataSet
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.web import jobs
from landscape.web.convex_twin.all_optima import set_of
from landscape.web.follow import follow
from landscape.web.stage import StageState, StageView, stage

STARTS = 30
MOST_WIDTHS = 24
MOST_STEPS = 6000


def width(scenario: Scenario, solved: SolvedScenario) -> None:
    """Draw the section; the runs begin when the visitor asks for them."""
    n = scenario.data.n
    widths = tuple(range(1, min(2 * n, MOST_WIDTHS) + 1))
    steps = min(scenario.training.steps, MOST_STEPS)
    st.markdown(
        f"For each width from 1 to {widths[-1]}: {STARTS} gradient descents from random starts, at most "
        f"{steps:,} steps each, against the optimum proven above."
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
    job = jobs.found(key)
    if job is None or (job.done and (job.error or job.stopped) and not job.result):
        if job is not None and job.error:
            st.text(job.error)
        if st.button("Train them", key="begin width", type="primary"):
            jobs.start(key, lambda report, halt: _train(scenario, widths, steps, report, halt))
            st.rerun()
        return
    follow(job, "width", lambda found: _draw(found, scenario, solved) if found else None)


def _train(
    scenario: Scenario, widths: tuple[int, ...], steps: int, report: Any, halt: threading.Event
) -> list[tuple[int, float, float, float]]:
    """Return width, best and median excess relative to the optimum, and success rate, for each width."""
    training, data = scenario.training, scenario.data
    sweep = Sweep(
        (DataSet("own", data.X, np.array(data.y), "a visitor"),),
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
    found: list[tuple[int, float, float, float]] = []
    events = run(sweep, Here(), window=1)
    for event in events:
        if isinstance(event, Finished):
            result = event.result
            size = max(result.optimum, 1e-12)
            found.append(
                (
                    event.cell.m,
                    (result.best - result.optimum) / size,
                    (result.median - result.optimum) / size,
                    result.success_rate,
                )
            )
            report(len(found) / len(widths), f"Width {event.cell.m} of {widths[-1]}.", partial=list(found))
        if halt.is_set():
            events.close()  # type: ignore[attr-defined]
            break
    return found


def _draw(found: list[tuple[int, float, float, float]], scenario: Scenario, solved: SolvedScenario) -> None:
    ms = [row[0] for row in found]
    optima = set_of(scenario, solved)
    fewest = None if isinstance(optima, str) else optima.fewest
    marks = {"m*": fewest or solved.solution.network.m, "n + 1": solved.problem.n + 1}
    marks = {name: m for name, m in marks.items() if m <= max(ms[-1], 1)}
    best, median, share = ([row[k] for row in found] for k in (1, 2, 3))
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
