"""Landscape, the front page: two neurons' loss beside its convex twin."""

from landscape.web.frame import open_page
from landscape.web.landscape_controls import choose
from landscape.web.landscape_events import act
from landscape.web.landscape_views import scene_of, story_of, views_of
from landscape.web.session import current, mirror, show_notes
from landscape.web.stage import stage

open_page("Landscape", "Training a ReLU network can get stuck. The same problem, seen through its convex twin, cannot.")
scenario = current()
choose(scenario)
scenario = current()
show_notes()
story = story_of(scenario.data, scenario.training)
stage(
    views_of(scenario),
    scene_of(scenario, story),
    key="landscape",
    on_event=act,
)
mirror(scenario)
