"""What the front page hands out: link, code, runs, and a page that plays offline."""

from __future__ import annotations

from functools import partial

from landscape.formatting import counted
from landscape.lessons import shipped
from landscape.scenario import Scenario
from landscape.web.front.page import PAGE
from landscape.web.front.show_me import LESSON, show_me
from landscape.web.front.stage_state import state_of
from landscape.web.front.views import views_of
from landscape.web.shared.light_link import is_alive_on_the_site, light_link
from landscape.web.shared.share_result import share_result
from landscape.web.site.offline_front import offline_front_page


def share(scenario: Scenario) -> None:
    """Draw the panel's contents."""
    share_result(
        PAGE,
        scenario,
        lesson_page="landscape",
        title=f"{counted(scenario.data.n, 'point')}, {counted(scenario.training.m, 'neuron')}",
        offline_title="Hidden convex landscape",
        lesson=lambda: (shipped(LESSON).title, show_me()),
        stage=lambda solved: (
            views_of(scenario),
            state_of(scenario, solved, opens_playing=scenario.view.at is None),
        ),
        light=light_link(scenario),
        alive=partial(offline_front_page, scenario) if is_alive_on_the_site(scenario) else None,
    )
