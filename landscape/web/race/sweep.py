"""A small sweep on the page, width against initial scale, and results of the command line as a heat map."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from landscape.experiments.sweep.rates import Rates, read_rates
from landscape.figures.race.success_map import success_map
from landscape.figures.style import OPTIMUM, as_json
from landscape.formatting import counted, short
from landscape.scenario import Scenario
from landscape.web.follow import follow, show_end
from landscape.web.jobs import Job, queue
from landscape.web.race.live_sweep import SCALES, STARTS, STEPS, WIDTHS, swept
from landscape.web.race.recorded import recorded_rates
from landscape.web.shared.scenario_controls import step_sentence
from landscape.web.stage import StageState, StageView, stage
from landscape.web.stage.protocol.sentences import Sentence

_CAPTION = f"Each cell: of {STARTS} random starts, how many per cent reach the convex twin’s value."


def sweep_section(scenario: Scenario) -> None:
    """Draw the section: a sweep of this problem in the background, or a file of results."""
    st.markdown("## How often gradient descent succeeds")
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
            record = recorded_rates(scenario)
            if record is not None:
                st.caption(f"Shown is a recorded sweep, not yours: {record.sentence}.")
                _draw(record.result, scenario, _CAPTION)
            return

        show_end(job, "sweep", begin)
        follow(job, "sweep", lambda rates: _draw(rates, scenario, _CAPTION))


def _draw(rates: Rates, scenario: Scenario, caption: str) -> None:
    stage(
        [
            StageView(
                "rates",
                "Starts that reach the convex twin’s value",
                caption,
                best_cell(rates),
                as_json(success_map(rates.columns, rates.rows, rates.rate, rates.names)),
                kind="still",
            )
        ],
        StageState(
            sentences=(Sentence("rates", "Result.", best_cell(rates), "race", OPTIMUM, "square"),),
            large=scenario.view.large,
        ),
        key="sweep stage",
        on_event=lambda event: None,
    )


def best_cell(rates: Rates) -> str:
    """Return the best cell of a sweep, and its share of successes, in one sentence."""
    count = int(np.isfinite(rates.rate).sum())
    if count == 0:
        return "No cell has been tried yet."
    best = float(np.nanmax(rates.rate))
    if best == 0:
        return f"In none of the {counted(count, 'cell')} tried does any start reach the convex twin’s value."
    row, column = np.argwhere(rates.rate == best)[0]
    at = f"{rates.names[0]} {short(rates.columns[column])}, {rates.names[1]} {short(rates.rows[row])}"
    return f"Of {counted(count, 'cell')} tried the best is {at}: {short(100 * best, 3)} % of its starts reach it."
