"""A small sweep on the page, width against initial scale, and results of the command line as a heat map."""

from __future__ import annotations

import csv
import io
import threading
from dataclasses import dataclass

import numpy as np
import streamlit as st

from landscape.experiments.sweep.executors import Here
from landscape.experiments.sweep.run import Finished, run
from landscape.experiments.sweep.settings import Sweep
from landscape.figures.race.success_map import success_map
from landscape.figures.style import as_json
from landscape.model.datasets import Dataset
from landscape.scenario import Scenario
from landscape.web.follow import follow
from landscape.web.jobs import Report, ended_empty, queue
from landscape.web.shared.scenario_controls import step_sentence
from landscape.web.stage import StageState, StageView, stage

WIDTHS = (1, 2, 3, 4, 6, 8, 12, 16, 24)
SCALES = (1e-3, 1e-2, 1e-1, 1.0, 3.0)
"""The widths and initial scales of the sweep."""

STARTS, STEPS = 20, 3000
"""Starts of each cell, and most steps of a run."""


@dataclass(frozen=True, eq=False)
class Rates:
    """Success rates (R, C) over two settings; NaN where not tried."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    rate: np.ndarray
    names: tuple[str, str]

    def __post_init__(self) -> None:
        rate = self.rate.copy()
        rate.setflags(write=False)
        object.__setattr__(self, "rate", rate)


def sweep_section(scenario: Scenario) -> None:
    """Draw the section: a sweep of this problem in the background, or a file of results."""
    st.markdown("#### How often gradient descent succeeds")
    here, file = st.columns([3, 2], gap="large")
    with file:
        given = st.file_uploader("Results of `python -m landscape sweep` (CSV)", type="csv", key="sweep file")
    if given is not None:
        try:
            with here:
                _draw(read_rates(given.getvalue().decode("utf-8", errors="replace")), scenario, "From the file.")
        except ValueError as refused:
            here.text(str(refused))
        return
    key = ("sweep", scenario.data, scenario.training.lam, scenario.training.step, scenario.training.seed)
    job = queue().found(key)
    with here:
        if job is None or ended_empty(job.status):
            st.markdown(
                f"{len(WIDTHS)} widths × {len(SCALES)} initial scales, {STARTS} starts each, on these "
                f"data with this λ, gradient descent, at most {STEPS:,} steps. {step_sentence(scenario, 'cell')}"
            )
            if job is not None and job.status.error:
                st.text(job.status.error)
            if st.button("Run the sweep", key="start sweep"):
                queue().start(key, lambda report, halt: _swept(scenario, report, halt))
                st.rerun()
            return

        caption = f"{STARTS} starts a cell; per cent that reach the certified optimum."
        follow(job, "sweep", lambda rates: _draw(rates, scenario, caption))


def _swept(scenario: Scenario, report: Report[Rates], halt: threading.Event) -> Rates:
    data, training = scenario.data, scenario.training
    sweep = Sweep(
        (Dataset(name="own", X=data.X, y=np.array(data.y), source="a visitor"),),
        WIDTHS,
        scale=SCALES,
        lam=(training.lam,),
        step=(training.step,),
        seeds=(training.seed,),
        start="balanced",
        starts=STARTS,
        n_steps=STEPS,
    )
    rate = np.full((len(SCALES), len(WIDTHS)), np.nan)
    events = run(sweep, Here(), window=1)
    for done, event in enumerate(events, start=1):
        if isinstance(event, Finished):
            rate[SCALES.index(event.cell.scale), WIDTHS.index(event.cell.m)] = event.result.success_rate
        report(done / len(sweep), f"Cell {done} of {len(sweep)}.", partial=Rates(WIDTHS, SCALES, rate, _NAMES))
        if halt.is_set():
            events.close()
            break
    return Rates(WIDTHS, SCALES, rate, _NAMES)


_NAMES = ("neurons m", "initial scale")
_AXES = {"m": "neurons m", "scale": "initial scale", "lam": "λ / λ_max", "step": "step size"}


def read_rates(text: str) -> Rates:
    """Return the success rates of a table that a sweep has written, over the two settings that vary most.

    Raises ValueError, with a sentence for the visitor, where the table is not that of a sweep.
    """
    rows = list(csv.DictReader(io.StringIO(text)))
    if not rows or "success_rate" not in rows[0] or not set(_AXES) <= set(rows[0]):
        raise ValueError("The file must be a table of a sweep, with columns m, scale, lam, step and success_rate.")
    rows = [row for row in rows if row["success_rate"]]  # a cell that has not finished has none
    try:
        values = {name: sorted({float(row[name]) for row in rows}) for name in _AXES}
        first, second = sorted(_AXES, key=lambda name: -len(values[name]))[:2]
        total = np.zeros((len(values[second]), len(values[first])))
        count = np.zeros_like(total)
        for row in rows:
            at = values[second].index(float(row[second])), values[first].index(float(row[first]))
            total[at] += float(row["success_rate"])
            count[at] += 1
    except (ValueError, TypeError):
        raise ValueError("The file must hold numbers in its columns m, scale, lam, step and success_rate.") from None
    with np.errstate(invalid="ignore"):
        rate = total / count
    return Rates(tuple(values[first]), tuple(values[second]), rate, (_AXES[first], _AXES[second]))


def _draw(rates: Rates, scenario: Scenario, caption: str) -> None:
    tried = rates.rate[np.isfinite(rates.rate)]
    best = f"at best {100 * float(tried.max()):.3g} %" if len(tried) else "nothing yet"
    stage(
        [
            StageView(
                "rates",
                "Share of starts that reach the optimum",
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
