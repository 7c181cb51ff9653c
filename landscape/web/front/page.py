"""The front page as the session keeps it: its name, its start, and the scenarios that it can show."""

from __future__ import annotations

from functools import partial

from landscape.lessons.pages import unfit
from landscape.scenario import Scenario
from landscape.web.session import scenario_page

PAGE = scenario_page("landscape", Scenario(), partial(unfit, "landscape"), script="front.py")
