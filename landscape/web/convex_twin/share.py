"""What the page Convex twin hands out: link, code, runs, and the optimum's neurons and dual variables."""

from __future__ import annotations

from landscape.formatting import counted
from landscape.results.export import cvxpy_snippet, duals_csv, neurons_csv, python_snippet, runs_csv
from landscape.scenario import Scenario
from landscape.web.convex_twin.page import PAGE
from landscape.web.convex_twin.stage_state import state_of
from landscape.web.convex_twin.views import views_of
from landscape.web.shared.results_cache import solved_scenario_of
from landscape.web.shared.share_panel import File, Shared, offline_file, open_scenario, share_panel, state_file
from landscape.web.stage import StageState, StageView

PARTS = ("controls", "title", "transport", "sentences")
"""Parts of the page that ``hide=`` can leave out of a frame."""


def share(scenario: Scenario) -> None:
    """Draw the panel's contents."""
    share_panel(
        Shared(
            title=f"the convex twin on {counted(scenario.data.n, 'point')}",
            parts=PARTS,
            code=(
                ("The same as Python, with this project’s package.", python_snippet(scenario)),
                ("The convex program in plain CVXPY.", cvxpy_snippet(scenario)),
            ),
            files=(
                state_file(scenario),
                File("Neurons (CSV)", "neurons.csv", "text/csv", lambda: neurons_csv(solved_scenario_of(scenario))),
                File("Dual variables (CSV)", "duals.csv", "text/csv", lambda: duals_csv(solved_scenario_of(scenario))),
                File("Runs (CSV)", "runs.csv", "text/csv", lambda: runs_csv(solved_scenario_of(scenario))),
                offline_file("Convex twin", lambda: _stage(scenario)),
            ),
            open=lambda document: open_scenario(PAGE, document, "trained"),
        )
    )


def _stage(scenario: Scenario) -> tuple[tuple[StageView, ...], StageState]:
    solved = solved_scenario_of(scenario)
    return views_of(scenario, solved), state_of(scenario, solved)
