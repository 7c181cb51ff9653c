"""What the front page hands out: link, code, runs, and a page that plays offline."""

from __future__ import annotations

from landscape.formatting import counted
from landscape.results.export import cvxpy_snippet, python_snippet, runs_csv
from landscape.scenario import Scenario
from landscape.web.front.page import PAGE
from landscape.web.front.stage_state import state_of
from landscape.web.front.views import views_of
from landscape.web.shared.results_cache import solved_scenario_of
from landscape.web.shared.share_panel import File, Shared, offline_file, open_scenario, share_panel, state_file

PANEL = "Share"
"""The label of the panel."""

HIDDEN = ("controls", "title", "transport", "sentences")
"""Parts of the page that ``hide=`` can leave out of a frame."""


def share(scenario: Scenario) -> None:
    """Draw the panel's contents."""
    share_panel(
        Shared(
            title=f"{counted(scenario.data.n, 'point')}, {counted(scenario.training.m, 'neuron')}",
            parts=HIDDEN,
            code=(
                ("The same as Python, with this project’s package.", python_snippet(scenario)),
                ("The convex twin in plain CVXPY.", cvxpy_snippet(scenario)),
            ),
            files=(
                state_file(scenario),
                File("Runs (CSV)", "runs.csv", "text/csv", lambda: runs_csv(solved_scenario_of(scenario))),
                _offline_file(scenario),
            ),
            open=_open,
        )
    )


def _open(document: bytes) -> None:
    open_scenario(PAGE, document)


def _offline_file(scenario: Scenario) -> File:
    return offline_file(
        "Hidden convex landscape", lambda: (views_of(scenario), state_of(scenario, solved_scenario_of(scenario)))
    )
