"""Convex twin: the general theorem on any data of one or two features, solved exactly and proven."""

from landscape.web.convex_twin.controls import choose
from landscape.web.convex_twin.events import act
from landscape.web.convex_twin.stage_state import scene_of
from landscape.web.convex_twin.start import START
from landscape.web.convex_twin.tabs import details
from landscape.web.convex_twin.views import views_of
from landscape.web.frame import hidden, open_page
from landscape.web.session import current, enter, mirror, show_notes
from landscape.web.shared.results_cache import story_of
from landscape.web.stage import stage

enter("twin", START)
open_page(
    "Convex twin", "Any data, any width: training is as good as one convex program, and that one is solved and proven."
)
if "controls" not in hidden():
    choose(current())
scenario = current()
show_notes()
story = story_of(scenario)
stage(views_of(scenario), scene_of(scenario, story, hidden()), key="twin", on_event=act)
details(scenario, story)
mirror(scenario)
