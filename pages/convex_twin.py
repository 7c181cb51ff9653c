"""Convex twin: the general theorem on any data of one or two features, solved, with a proof or a bound."""

from landscape.web.convex_twin.controls import choose
from landscape.web.convex_twin.events import act
from landscape.web.convex_twin.page import PAGE
from landscape.web.convex_twin.stage_state import state_of
from landscape.web.convex_twin.tabs import show_tabs
from landscape.web.convex_twin.views import views_of
from landscape.web.frame import hidden, open_page
from landscape.web.session import enter, mirror, show_notes
from landscape.web.shared.results_cache import solved_scenario_of
from landscape.web.stage import stage

enter(PAGE)
open_page(
    "Convex twin", "Any data, any width: training hides one convex program. It is solved here, with a proof or a bound."
)
scenario = choose()
show_notes()
solved = solved_scenario_of(scenario)
stage(views_of(scenario), state_of(scenario, solved, hidden()), key="twin", on_event=act)
show_tabs(scenario, solved)
mirror(scenario)
