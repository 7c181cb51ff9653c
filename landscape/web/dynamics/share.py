"""What the page Dynamics hands out: link, code, the curves, and a page that plays offline."""

from __future__ import annotations

from landscape.formatting import counted
from landscape.results.export import film_snippet
from landscape.scenario import Scenario
from landscape.web.dynamics.events import chosen_curve
from landscape.web.dynamics.films import shown_film
from landscape.web.dynamics.presets import PAGE
from landscape.web.dynamics.stage_state import state_of
from landscape.web.dynamics.views import views_of
from landscape.web.shared.share_panel import (
    PARTS,
    Shared,
    drawn_file,
    offline_file,
    open_scenario,
    share_panel,
    state_file,
)


def share(scenario: Scenario) -> None:
    """Draw the panel's contents, from the film as it is shown."""
    filmed, curve = shown_film(scenario).filmed, chosen_curve()
    share_panel(
        Shared(
            title=f"gradient descent of {counted(scenario.training.m, 'neuron')}",
            parts=PARTS,
            code=(("The same runs as Python, with this project’s package.", film_snippet(scenario, filmed)),),
            files=(
                state_file(scenario),
                drawn_file(lambda: views_of(scenario.data, filmed, curve)),
                offline_file("Dynamics", lambda: (views_of(scenario.data, filmed, curve), state_of(scenario, filmed))),
            ),
            open=lambda document: open_scenario(PAGE, document, "trained"),
            scene=("dynamics", scenario),
        )
    )
