"""The front page as the session keeps it: its name, its start, and the scenarios that it can show."""

from __future__ import annotations

from landscape.scenario import Scenario
from landscape.web.session import scenario_page


def unfit(scenario: Scenario) -> str | None:
    """Return why the front page cannot show a scenario, as a sentence, or None if it can."""
    if scenario.data.d == 1:
        return None
    return "This page draws data of one feature without a bias; other data are shown on the page Convex twin."


PAGE = scenario_page("landscape", Scenario(), unfit, script="front.py")
