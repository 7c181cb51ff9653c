"""Convex twin: the general theorem on any data of one or two features, solved exactly and proven."""

from landscape.web.frame import hidden, open_page
from landscape.web.front.told import story_of
from landscape.web.session import current, enter, mirror, show_notes
from landscape.web.stage import stage
from landscape.web.twin.controls import choose
from landscape.web.twin.details import details
from landscape.web.twin.events import act
from landscape.web.twin.scene import scene_of
from landscape.web.twin.start import START
from landscape.web.twin.views import views_of

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
