"""Controls of a scenario that several pages have, and the names of optimisers and starts in them."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from landscape.formatting import short
from landscape.geometry.cells import row_space
from landscape.geometry.search import BY_CONES
from landscape.scenario import Scenario, limits
from landscape.scenario.limits import Range
from landscape.training.optimisers import NAMES
from landscape.training.step_size import USUAL
from landscape.web.frame import hidden
from landscape.web.session import change, current
from landscape.web.shared.widgets import dial, log_dial, switch

OPTIMISERS: tuple[tuple[str, str], ...] = tuple(
    (value, f"{name[0].upper()}{name[1:]}") for value, name in NAMES.items()
)
"""Each optimiser: its value in a scenario, and its name."""

SHORT_OPTIMISERS = tuple((value, {"gd": "GD"}.get(value, name)) for value, name in OPTIMISERS)
"""The same with names that fit side by side."""

INITIALISATIONS = (
    ("uniform", "Uniform on [−scale, scale]"),
    ("normal", "Gaussian"),
    ("balanced", "Gaussian, |α| = ‖w‖"),
    ("pytorch", "PyTorch's, times the scale"),
)
"""Each initialisation: its value in a scenario, and what it draws."""


LARGEST_FOUND = "Of so many features λ_max is the largest correlation found over neurons, and may be too small."
"""Added to what is said about λ_max where no search shows that it is exact."""


def choose_in_sidebar(draw: Callable[[Scenario], None]) -> Scenario:
    """Draw a page's controls in the sidebar, unless the address hides them, and return what they set."""
    if "controls" not in hidden():
        with st.sidebar:
            draw(current())
    return current()


def regularisation_dial(scenario: Scenario, key: str, help: str, **also: object) -> None:
    """Draw λ as a fraction of λ_max; ``also`` are fields that a change of it sets besides."""
    if row_space(scenario.data.X).shape[1] > BY_CONES:
        help = f"{help} {LARGEST_FOUND}"
    dial(
        "λ / λ_max",
        scenario.training.lam,
        limits.LAMBDA,
        lambda lam: change(lam=lam, **also),
        slider=(0.0, 1.0),
        step=0.01,
        key=key,
        help=help,
    )


def neurons_dial(
    scenario: Scenario, key: str, most: int, help: str | None = None, *, allowed: Range = limits.NEURONS, **also: object
) -> None:
    """Draw the number of neurons, up to ``most`` on its slider; ``also`` are fields that a change sets besides."""
    dial(
        "Neurons m",
        scenario.training.m,
        allowed,
        lambda m: change(m=int(m), **also),
        slider=(1, most),
        step=1,
        key=key,
        help=help,
    )


def step_dial(
    suited: bool,
    value: float | None,
    commit: Callable[[float | None], None],
    *,
    key: str,
    help: str | None = None,
    allowed: Range = limits.STEP,
) -> None:
    """Draw whether the step size suits the data, and the size where it is known.

    Arguments
        suited: whether it does; value: the size shown, None to show none.
        commit: called with a size, or with None for one that suits the data.
    """
    switch(
        "Step size suits the data",
        suited,
        lambda on: commit(None if on else value or USUAL),
        key=f"{key} suited",
        help="The largest that keeps each run on the data, or 0.02 where that does: it is tried before it is used.",
    )
    if value is not None:
        log_dial("Step size", value, allowed, commit, decades=(-5, 0), key=key, help=help)


def step_sentence(scenario: Scenario, each: str) -> str:
    """Return the sentence that says with which step size many starts are trained, ``each`` naming what they share."""
    step = scenario.training.step
    return f"Step size {short(step)}." if step is not None else f"Each {each} gets the step size that ends lowest."


def seed_dial(scenario: Scenario, key: str, help: str, **also: object) -> None:
    """Draw the seed of every random number; ``also`` are fields that a change of it sets besides."""
    dial(
        "Seed",
        scenario.training.seed,
        limits.SEED,
        lambda seed: change(seed=int(seed), **also),
        slider=(0, 50),
        step=1,
        key=key,
        help=help,
    )


def large_type(scenario: Scenario) -> None:
    """Draw the switch for large type, for a projector."""
    switch(
        "Large type, for a projector",
        scenario.view.large,
        lambda large: change(large=large),
        key="large type",
        help="Text and axes that can be read from the back row.",
    )
