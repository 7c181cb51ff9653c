"""A visitor's own data: a data set by name, points pasted or uploaded, with or without a bias."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from landscape.formatting import counted
from landscape.model.csv_layout import INFERRED, Layout
from landscape.model.csv_sheet import Sheet, read_sheet
from landscape.model.datasets import DATASETS, SIZED
from landscape.scenario import Scenario, limits
from landscape.web.frame import uncover
from landscape.web.notes import note
from landscape.web.session import change, current, on_its_page, put
from landscape.web.shared import table_panel
from landscape.web.shared.given_value import chosen_here, given_value
from landscape.web.shared.widgets import dial, uploaded_once

OWN = "Your own"


def choose_data(scenario: Scenario) -> None:
    """Draw the controls of the data in the sidebar."""
    names = [*DATASETS, OWN]
    current = name_of(scenario)
    key = "data set"
    with given_value(key, current):
        st.selectbox(
            "Data set",
            names,
            names.index(current),
            format_func=lambda name: DATASETS[name].title if name in DATASETS else name,
            key=key,
            on_change=chosen_here(key, lambda: _take(st.session_state[key])),
            help="Examples from the literature; or drag, click, paste or upload your own.",
        )
    if current in DATASETS:
        st.caption(DATASETS[current].caption)
    if current in SIZED:
        dial(
            "Points n",
            scenario.data.n,
            limits.Range(2, 300, whole=True),
            lambda n: _resize(current, int(n)),
            slider=(2, 60),
            step=1,
            key="points",
            help="How many points this data set has.",
        )
    st.toggle(
        "Bias",
        value=scenario.data.bias,
        key=f"bias {scenario.data.bias}",
        on_change=on_its_page(partial(change, bias=not scenario.data.bias)),
        help="Adds a column of ones to the data: each neuron may bend anywhere, not only at 0.",
    )
    kept = table_panel.concerns(scenario.data.x, scenario.data.y)
    with st.expander("Paste or upload points", expanded=kept):
        text = st.text_area(
            "One point a line: features, then its label", placeholder="-0.9, 0.8\n-0.2, -0.3", key="pasted points"
        )
        if st.button("Use these points", key="use pasted"):
            _read(text)
            uncover()
            st.rerun()
        table = uploaded_once("CSV file", ["csv", "txt", "tsv"], key="points file")
        if table is not None:
            _read(table)
            uncover()
            st.rerun()
        if kept:
            table_panel.choose_reading(_take_table)


def name_of(scenario: Scenario) -> str:
    """Return the data set that a scenario's points are, or that they are a visitor's own."""
    for name, example in DATASETS.items():
        sized = SIZED[name](scenario.data.n) if name in SIZED and scenario.data.n >= 2 else example
        if _points(sized.X, sized.y) == (scenario.data.x, scenario.data.y):
            return name
    return OWN


def _take(name: str) -> None:
    if name in DATASETS:
        example = DATASETS[name]
        x, y = _points(example.X, example.y)
        change(x=x, y=y, features=example.X.shape[1], bias=example.bias, escape=None, at=None)


def _resize(name: str, n: int) -> None:
    example = SIZED[name](n)
    x, y = _points(example.X, example.y)
    change(x=x, y=y, features=example.X.shape[1], escape=None, at=None)


def _read(source: str | bytes) -> None:
    """Take points from a table; an invalid one changes nothing, and a note gives the reason."""
    try:
        sheet = read_sheet(source)
    except ValueError as refused:
        note([str(refused)])
    else:
        _take_table(sheet, INFERRED)


def _take_table(sheet: Sheet, layout: Layout) -> None:
    try:
        table = table_panel.read_kept(sheet, layout)
        x, y = _points(table.X, table.y)
        training, shortened = _affordable(current(), *table.X.shape)
        given = {"x": x, "y": y, "features": table.X.shape[1], "escape": None, "at": None}
        put(current().changed(**given, **training))
        note([" ".join([*table.notes, *shortened])])
    except ValueError as refused:
        note([str(refused)])


def _affordable(scenario: Scenario, n: int, features: int) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return the steps and random starts that so many points leave time for, and a sentence where these are fewer."""
    training, size = scenario.training, n * (features + scenario.data.bias)
    if training.scales:
        steps, starts = limits.filmed_steps(training.steps, training.m, n), training.starts
    else:
        runs = len(training.runs)
        steps, starts = limits.within_budget(training.steps, training.starts, runs, training.m, size)
    if (steps, starts) == (training.steps, training.starts):
        return {}, ()
    fewer = f" and {counted(starts, 'random start')}" if starts != training.starts else ""
    said = f"For so many numbers the runs have {counted(steps, 'step')}{fewer}: more would keep others waiting."
    return {"steps": steps, "starts": starts}, (said,)


def _points(X: np.ndarray, y: np.ndarray) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return tuple(X.ravel().tolist()), tuple(y.tolist())
