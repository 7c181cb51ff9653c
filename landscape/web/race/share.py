"""What the page Race hands out: link, code that runs the race again, and the race as it was drawn."""

from __future__ import annotations

from landscape.experiments.race.run import CONVEX
from landscape.figures.race.race import race_track
from landscape.formatting import counted
from landscape.model.excess import TARGETS
from landscape.results.export import drawn_csv, race_snippet
from landscape.scenario import Scenario
from landscape.web.race.controls import seconds_allowed
from landscape.web.race.live_race import RaceSoFar
from landscape.web.race.page import PAGE, race_shown
from landscape.web.shared.share_panel import File, Shared, open_scenario, share_panel, state_file

PARTS = ("controls", "title")
"""Parts of the page that ``hide=`` can leave out of a frame."""


def share(scenario: Scenario) -> None:
    """Draw the panel's contents."""
    race = race_shown()
    share_panel(
        Shared(
            title=f"{CONVEX} program against training {counted(scenario.training.m, 'neuron')}",
            parts=PARTS,
            code=(
                (
                    "The same race as Python, with this project’s package; its seconds are those of its machine.",
                    race_snippet(scenario, seconds_allowed()),
                ),
            ),
            files=(state_file(scenario), File("What is drawn (CSV)", "race.csv", "text/csv", lambda: _drawn(race))),
            open=lambda document: open_scenario(PAGE, document, "trained"),
            scene=("race", scenario),
        )
    )


def _drawn(race: RaceSoFar) -> str:
    return drawn_csv([("Distance from the convex twin’s value", race_track(race.series, TARGETS))])
