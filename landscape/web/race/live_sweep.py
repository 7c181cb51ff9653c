"""A small sweep in the background, width against initial scale: its success rates so far."""

from __future__ import annotations

import threading

import numpy as np

from landscape.experiments.sweep.executors import Here
from landscape.experiments.sweep.rates import AXES, Rates
from landscape.experiments.sweep.run import Finished, run
from landscape.scenario import Scenario
from landscape.web.jobs import Report
from landscape.web.shared.own_sweep import own_sweep

WIDTHS = (1, 2, 3, 4, 6, 8, 12, 16, 24)
SCALES = (1e-3, 1e-2, 1e-1, 1.0, 3.0)
"""The widths and initial scales of the sweep."""

STARTS, STEPS = 20, 3000
"""Starts of each cell, and most steps of a run."""

_NAMES = (AXES["m"], AXES["scale"])


def swept(scenario: Scenario, report: Report[Rates], halt: threading.Event) -> Rates:
    """Run the sweep of a scenario's data, λ and step, reporting after each cell; stopping keeps the cells so far."""
    sweep = own_sweep(scenario, WIDTHS, SCALES, "gd", STARTS, STEPS)
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
