"""The sidebar of the page Dynamics: initialisation, gradient descent and data; and its panel of presets."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from landscape.scenario import Scenario, limits
from landscape.web.dynamics.presets import OFFERED, scenario_of
from landscape.web.frame import close_panel, heading
from landscape.web.session import change, current, look, on_its_page, page_start, reset
from landscape.web.shared.data_panel import choose_data
from landscape.web.shared.scenario_controls import (
    INITIALISATIONS,
    SHORT_OPTIMISERS,
    choose_in_sidebar,
    large_type,
    neurons_dial,
    regularisation_dial,
    seed_dial,
    step_dial,
)
from landscape.web.shared.widgets import choice, dial, log_dial, selection, switch

PRESETS_PANEL = "Presets"
"""The label of the panel of presets."""

COMPANION = 1.0
"""The initial scale of a second start when it is added."""


def choose() -> Scenario:
    """Draw the controls in the sidebar, unless the address hides them, and return what they set."""
    choose_in_sidebar(_choose)
    _drop_step_of_other_data()
    return current()


def _drop_step_of_other_data() -> None:
    """Let the step suit a visitor's own data: that of a preset, which nobody has changed, was made for the preset's."""
    scenario, begun = current(), page_start()
    training = scenario.training
    if scenario.data != begun.data and training.step is not None and training.step == begun.training.step:
        look(step=None, runs=tuple(replace(run, step=None) for run in training.runs))


def _choose(scenario: Scenario) -> None:
    heading("Initialisation")
    _initialisation(scenario)
    heading("Gradient descent")
    _descent(scenario)
    heading("Data")
    choose_data(scenario)
    large_type(scenario)
    heading("Regularisation")
    regularisation_dial(scenario, "film lam", "λ penalises ‖w‖² + α². The sources train without: 0.", at=None)


def presets() -> None:
    """Draw the presets of the sources; choosing one sets data, start, optimiser and step."""
    for found in OFFERED:
        take = on_its_page(partial(_take, found.name))
        st.button(found.title, key=f"film preset {found.name}", on_click=take, width="stretch")
        st.caption(found.caption)


def _take(name: str) -> None:
    # If it stayed open it would cover the pictures of the chosen preset.
    close_panel(PRESETS_PANEL)
    chosen = scenario_of(name)
    reset(replace(chosen, view=replace(chosen.view, large=current().view.large)))


def _initialisation(scenario: Scenario) -> None:
    training = scenario.training
    if not training.scales:
        st.caption("The start is given, neuron by neuron.")
        st.button("Draw a start at random", key="film random", on_click=on_its_page(_draw_start))
        return
    first, *others = training.scales
    log_dial(
        "Scale",
        first,
        limits.SCALE,
        lambda scale: _rescale(scale, *others),
        decades=(-9, 1),
        key="film scale",
        help="Every weight of the start is a random number times this.",
    )
    switch(
        "Beside it, the same draw at another scale",
        bool(others),
        lambda on: _rescale(first, *([COMPANION] if on else [])),
        key="film beside",
        help="The same directions, larger or smaller: how far neurons travel depends on the scale they start from.",
    )
    if others:
        log_dial(
            "Other scale",
            others[0],
            limits.SCALE,
            lambda scale: _rescale(first, scale),
            decades=(-9, 1),
            key="film other",
            help="The scale of the film beside it.",
        )
    selection(
        "Drawn",
        training.init,
        INITIALISATIONS,
        lambda init: change(init=init, at=None),
        key="film init",
        help="How the weights at the start are drawn.",
    )
    neurons_dial(
        scenario, "film m", 200, "The number of ReLU neurons that are filmed.", allowed=limits.FILM_NEURONS, at=None
    )
    seed_dial(scenario, "film seed", "Fixes every random number: the same seed gives the same film.", at=None)


def _descent(scenario: Scenario) -> None:
    training, n = scenario.training, scenario.data.n
    run = training.runs[0] if training.runs else None
    method = run.method if run else training.method
    schedule = run.step if run else training.schedule
    step = None if schedule is None else schedule[0][1]
    # The sources' step is that of the mean: Adam's does not depend on it.
    factor = 1 if method == "adam" else n
    choice(
        "Optimiser",
        method,
        SHORT_OPTIMISERS,
        lambda chosen: _train(method=chosen),
        key="film method",
        help="How the network is trained.",
    )
    step_dial(
        schedule is None,
        None if step is None else float(f"{step * factor:.10g}"),
        lambda size: _train(step=None if size is None else float(f"{size / factor:.12g}")),
        key="film step",
        allowed=limits.Range(limits.STEP.low * factor, limits.STEP.high),
        help="For the mean squared error, as in the sources. One that throws a start off is divided by ten.",
    )
    allowed = limits.FILM_STEPS if training.scales else limits.STEPS
    dial(
        "Steps",
        training.steps,
        allowed,
        lambda steps: change(steps=int(steps), at=None),
        slider=(100, 5000),
        step=100,
        key="film steps",
        help="Films of many steps are made in the background.",
    )


def _rescale(*scales: float) -> None:
    change(scales=tuple(float(scale) for scale in scales), at=None)


def _draw_start() -> None:
    training = current().training
    change(scales=(COMPANION,), runs=(), starts=0, at=None, method=training.method, step=training.step)


def _train(**values: object) -> None:
    """Set the optimiser or its step, of explicit starts as of drawn ones."""
    runs = current().training.runs
    if "step" in values:
        step = values["step"]
        given = tuple(replace(run, step=None if step is None else ((0, step),)) for run in runs)  # type: ignore[arg-type]
    else:
        given = tuple(replace(run, **values) for run in runs)  # type: ignore[arg-type]
    change(**values, runs=given, at=None)
