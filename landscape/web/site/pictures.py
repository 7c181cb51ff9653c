"""What the site shows of the pages that need the app: the pictures they open with, made beforehand, to be played."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from landscape.scenario import Scenario
from landscape.web.beyond.setting import Setting
from landscape.web.beyond.settings import SETTINGS
from landscape.web.beyond.shown import shown_alone, values_first
from landscape.web.convex_twin import page as twin_page, stage_state as twin_state, views as twin_views
from landscape.web.dynamics import presets as dynamics, stage_state as dynamics_state, views as dynamics_views
from landscape.web.dynamics.films import film
from landscape.web.offline import played_alone
from landscape.web.race.page import stage_of
from landscape.web.race.recorded import recorded
from landscape.web.shared.results_cache import solved_scenario_of
from landscape.web.stage import StageState, StageView

FILMED_NEURONS = 40
"""Neurons of the film: the app's thousand would be two thirds of what a visitor fetches, for the same picture."""


@dataclass(frozen=True)
class Picture:
    """A stage that plays without the app.

    Arguments
        name: of its file; label: on the button that shows it; about: of it, as Markdown; made: its stage as JSON.
    """

    name: str
    label: str
    about: str
    made: Callable[[], str]


@dataclass(frozen=True)
class Showcase:
    """A page of pictures.

    Arguments
        file: its name; script: the app's page that it stands for; pictures: one or more, of which one is shown.
    """

    file: str
    script: str
    pictures: tuple[Picture, ...]


def recording(views: Sequence[StageView], state: StageState) -> str:
    """Return a stage as JSON, without what only the app can do, and without the sentences that invite to it."""
    return played_alone(views, replace(state, sentences=tuple(s for s in state.sentences if s.run != "next")))


def _convex_twin() -> str:
    scenario = twin_page.START
    solved = solved_scenario_of(scenario)
    return recording(twin_views.views_of(scenario, solved), twin_state.state_of(scenario, solved))


def filmed_scenario() -> Scenario:
    """Return the scenario of the film: that of the page Dynamics, of fewer neurons."""
    start = dynamics.START
    return replace(start, training=replace(start.training, m=FILMED_NEURONS))


def _dynamics() -> str:
    scenario = filmed_scenario()
    filmed = film(scenario.data, scenario.training, lambda *said, **more: None, threading.Event())
    assert filmed is not None  # nothing halts it
    views = dynamics_views.views_of(scenario.data, filmed, dynamics_views.CURVES[0][0])
    return recording(views, dynamics_state.state_of(scenario, filmed))


def _race() -> str:
    found = recorded()
    return recording(*stage_of(found.race.result, found.scenario, found.budget, ended=True))


def _beyond(setting: Setting) -> Picture:
    def made() -> str:
        state = setting.start
        found = setting.solve(state)
        trained = setting.train(state, lambda done, all_: None, lambda: False)
        views = values_first(setting.views(state, found, trained))
        return recording(views, shown_alone(setting, state, found, trained))

    return Picture(f"beyond-{setting.name}", setting.label, setting.about, made)


SHOWCASES = (
    Showcase("convex-twin.html", "pages/convex_twin.py", (Picture("convex-twin", "", "", _convex_twin),)),
    Showcase("dynamics.html", "pages/dynamics.py", (Picture("dynamics", "", "", _dynamics),)),
    Showcase("race.html", "pages/race.py", (Picture("race", "", "", _race),)),
    Showcase("beyond.html", "pages/beyond.py", tuple(_beyond(setting) for setting in SETTINGS.values())),
)
"""The pages of pictures, in the order of the menu."""
