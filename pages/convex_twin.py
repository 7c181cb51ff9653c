"""Convex twin: the general theorem on any data of one or two features, solved exactly and proven."""

from landscape.web.convex_twin.controls import choose
from landscape.web.convex_twin.events import act
from landscape.web.convex_twin.page import PAGE
from landscape.web.convex_twin.stage_state import pending_state, state_of
from landscape.web.convex_twin.tabs import show_tabs
from landscape.web.convex_twin.views import data_views, views_of
from landscape.web.frame import hidden, open_page
from landscape.web.session import enter, mirror, show_notes
from landscape.web.shared.results_cache import answer_of, show_progress
from landscape.web.stage import stage

enter(PAGE)
open_page(
    "Convex twin", "Any data, any width: training is as good as one convex program, and that one is solved and proven."
)
scenario = choose()
show_notes()
answer = answer_of(scenario)
show_progress(answer)
if answer.solved is None:
    stage(data_views(scenario.data), pending_state(scenario, hidden()), key="twin", on_event=act)
else:
    shown, solved = answer.scenario, answer.solved
    stage(views_of(shown, solved), state_of(shown, solved, hidden()), key="twin", on_event=act)
    show_tabs(shown, solved)
mirror(scenario)
