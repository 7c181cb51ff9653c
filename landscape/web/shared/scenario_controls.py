"""Controls of a scenario that several pages have: the names of optimisers and starts, and the size of type."""

from __future__ import annotations

from landscape.scenario import Scenario
from landscape.training.optimisers import NAMES
from landscape.web.session import change
from landscape.web.shared.widgets import switch

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


def large_type(scenario: Scenario) -> None:
    """Draw the switch for large type, for a projector."""
    switch(
        "Large type, for a projector",
        scenario.view.large,
        lambda large: change(large=large),
        key="large type",
        help="Text and axes that can be read from the back row.",
    )
