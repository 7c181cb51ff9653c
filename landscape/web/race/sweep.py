"""A small sweep on the page, width against initial scale, and results of the command line as a heat map."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from landscape.experiments.sweep.rates import Rates, read_rates
from landscape.figures.race.success_map import success_map
from landscape.figures.style import as_json
from landscape.scenario import Scenario
from landscape.web.follow import follow, show_end
from landscape.web.jobs import Job, queue
from landscape.web.race.live_sweep import SCALES, STARTS, STEPS, WIDTHS, swept
from landscape.web.shared.scenario_controls import step_sentence
from landscape.web.stage import StageState, StageView, stage


def sweep_section(scenario: Scenario) -> None:
    """Draw the section: a sweep of this problem in the background, or a file of results."""
    st.markdown("#### How often gradient descent succeeds")
    here, file = st.columns([3, 2], gap="large")
    with file:
        given = st.file_uploader("Results of `python -m landscape sweep` (CSV)", type="csv", key="sweep file")
    if given is not None:
        try:
            with here:
                _draw(read_rates(given.getvalue()), scenario, "From the file.")
        except ValueError as refused:
            here.text(str(refused))
        return
    key = ("sweep", scenario.data, scenario.training.lam, scenario.training.step, scenario.training.seed)
    job = queue().found(key)

    def begin() -> Job[Rates]:
        return queue().start(key, partial(swept, scenario), seconds=30.0)

    with here:
        if job is None:
            st.markdown(
                f"{len(WIDTHS)} widths × {len(SCALES)} initial scales, {STARTS} starts each, on these "
                f"data with this λ, gradient descent, at most {STEPS:,} steps. {step_sentence(scenario, 'cell')}"
            )
            if st.button("Run the sweep", key="start sweep"):
                begin()
                st.rerun()
            return

        show_end(job, "sweep", begin)
        caption = f"{STARTS} starts a cell; per cent that reach the convex program’s value."
        follow(job, "sweep", lambda rates: _draw(rates, scenario, caption))


def _draw(rates: Rates, scenario: Scenario, caption: str) -> None:
    tried = rates.rate[np.isfinite(rates.rate)]
    best = f"at best {100 * float(tried.max()):.3g} %" if len(tried) else "nothing yet"
    stage(
        [
            StageView(
                "rates",
                "Share of starts that reach the convex value",
                caption,
                f"{len(tried)} cells, {best}.",
                as_json(success_map(rates.columns, rates.rows, rates.rate, rates.names)),
                kind="still",
            )
        ],
        StageState(large=scenario.view.large),
        key="sweep stage",
        on_event=lambda event: None,
    )
