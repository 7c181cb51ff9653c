"""The section Width: many gradient descents for each width against the convex optimum, in the background."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from landscape.figures.convex_twin.width import width_excess, width_success
from landscape.figures.style import as_json
from landscape.formatting import counted
from landscape.results.claims import called
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.web.convex_twin.all_optima import set_of
from landscape.web.convex_twin.work import MOST_STEPS, MOST_WIDTHS, STARTS, WidthResult, train_widths
from landscape.web.follow import follow, show_end
from landscape.web.jobs import Job, queue
from landscape.web.shared.scenario_controls import step_sentence
from landscape.web.stage import StageState, StageView, stage


def width(scenario: Scenario, solved: SolvedScenario) -> None:
    """Draw the section; the runs begin at the press of a button."""
    n = scenario.data.n
    widths = tuple(range(1, min(2 * n, MOST_WIDTHS) + 1))
    steps = min(scenario.training.steps, MOST_STEPS)
    st.markdown(
        "**How wide a network has to be.** The fewest neurons that an optimal network can have are marked where they "
        "are known (m*); how many more does gradient descent want before it finds one? For each width from 1 to "
        f"{widths[-1]}: {STARTS} gradient descents from random starts, at most {steps:,} steps each, against "
        f"{_goal(solved)}. {step_sentence(scenario, 'width')}"
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

    def begin() -> Job[tuple[WidthResult, ...] | None]:
        return queue().start(key, partial(train_widths, scenario, widths, steps))

    if job is None:
        if st.button("Train them", key="begin width", type="primary"):
            begin()
            st.rerun()
        return
    show_end(job, "width", begin)
    follow(job, "width", lambda found: _draw(found, scenario, solved))


def _goal(solved: SolvedScenario) -> str:
    return "the optimum proven above" if solved.proof.closed else "the best network found, which is not proven optimal"


def _draw(found: Sequence[WidthResult], scenario: Scenario, solved: SolvedScenario) -> None:
    ms = [ended.m for ended in found]
    optima = set_of(scenario, solved)
    fewest = None if isinstance(optima, str) else optima.fewest
    # Fewer neurons than those found may do where the set of all optima is not known.
    width_found = {"m found": solved.solution.network.m} if fewest is None else {"m*": fewest}
    marks = {**width_found, "n + 1": solved.problem.n + 1}
    marks = {name: m for name, m in marks.items() if m <= max(ms[-1], 1)}
    best, median = [ended.best for ended in found], [ended.median for ended in found]
    share = [ended.success_rate for ended in found]
    top = max(share)
    alt = f"Widths 1 to {ms[-1]}; at most {100 * top:.3g} % of starts reach {called(solved.proof)}."
    stage(
        [
            StageView(
                "excess",
                "Best and median run",
                f"How far above {called(solved.proof)} they end (0 at the foot).",
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
