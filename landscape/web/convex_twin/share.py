"""What the page Convex twin hands out: link, code, runs, and the optimum's neurons and dual variables."""

from __future__ import annotations

from landscape.formatting import counted
from landscape.results.export import duals_csv, neurons_csv
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.web.convex_twin.page import PAGE
from landscape.web.convex_twin.stage_state import state_of
from landscape.web.convex_twin.views import views_of
from landscape.web.shared.share_panel import File
from landscape.web.shared.share_result import share_result


def share(scenario: Scenario) -> None:
    """Draw the panel's contents."""
    share_result(
        PAGE,
        scenario,
        lesson_page="convex-twin",
        title=f"the convex twin on {counted(scenario.data.n, 'point')}",
        offline_title="Convex twin",
        stage=lambda solved: (views_of(scenario, solved), state_of(scenario, solved)),
        tables=_tables,
        layer="trained",
    )


def _tables(solved: SolvedScenario) -> tuple[File, ...]:
    return (
        File("Neurons (CSV)", "neurons.csv", "text/csv", lambda: neurons_csv(solved)),
        File("Dual variables (CSV)", "duals.csv", "text/csv", lambda: duals_csv(solved)),
    )
