"""What is open below the sentences of a stage: the formulas, the proof; what is closed is not computed."""

from __future__ import annotations

from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.web.shared.formulas_panel import formulas_panel
from landscape.web.shared.proof_panel import proof_panel
from landscape.web.stage.protocol.panels import Panels


def panels_of(scenario: Scenario, solved: SolvedScenario) -> Panels:
    """Return the panels of a scenario, each where the view has it open."""
    view = scenario.view
    return Panels(
        formulas_panel(solved, scenario.training.m) if view.formulas else None,
        proof_panel(solved) if view.proof else None,
    )
