"""The sidebar of the page Convex twin: data, regularisation, and the gradient descents to compare."""

from __future__ import annotations

import streamlit as st

from landscape.scenario import Scenario, limits
from landscape.web.frame import heading, hidden
from landscape.web.session import change, current
from landscape.web.shared.data_panel import choose_data
from landscape.web.shared.scenario_controls import SHORT_OPTIMISERS, large_type
from landscape.web.shared.widgets import choice, dial, log_dial


def choose() -> Scenario:
    """Draw the controls in the sidebar, unless the address hides them, and return what they set."""
    if "controls" not in hidden():
        _choose(current())
    return current()


def _choose(scenario: Scenario) -> None:
    training = scenario.training
    with st.sidebar:
        heading("Data")
        choose_data(scenario)
        heading("Regularisation")
        dial(
            "λ / λ_max",
            training.lam,
            limits.LAMBDA,
            lambda lam: change(lam=lam),
            slider=(0.0, 1.0),
            step=0.01,
            key="twin lam",
            help="λ penalises ‖w‖² + α². From λ_max on, the best network is the zero network.",
        )
        heading("Gradient descent")
        dial(
            "Neurons m",
            training.m,
            limits.NEURONS,
            lambda m: change(m=int(m), escape=None),
            slider=(1, 40),
            step=1,
            key="twin m",
            help="The width of the networks that are trained. The convex program needs no width.",
        )
        dial(
            "Runs",
            training.starts,
            limits.Range(0, 6, whole=True),
            lambda starts: change(starts=int(starts), escape=None),
            slider=(0, 6),
            step=1,
            key="twin starts",
            help="From weights drawn at random.",
        )
        choice(
            "Optimiser",
            training.method,
            SHORT_OPTIMISERS,
            lambda method: change(method=method, escape=None),
            key="twin method",
        )
        log_dial(
            "Step size",
            training.step,
            limits.STEP,
            lambda step: change(step=step, escape=None),
            decades=(-5, 0),
            key="twin step",
        )
        dial(
            "Steps",
            training.steps,
            limits.STEPS,
            lambda steps: change(steps=int(steps), escape=None),
            slider=(100, 20000),
            step=100,
            key="twin steps",
        )
        log_dial(
            "Initial scale",
            training.scale,
            limits.SCALE,
            lambda scale: change(scale=scale, escape=None),
            decades=(-6, 1),
            key="twin scale",
        )
        dial(
            "Seed",
            training.seed,
            limits.SEED,
            lambda seed: change(seed=int(seed), escape=None),
            slider=(0, 50),
            step=1,
            key="twin seed",
            help="Fixes every random number: the same seed gives the same picture.",
        )
        large_type(scenario)
