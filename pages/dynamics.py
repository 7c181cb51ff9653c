"""Dynamics: how gradient descent moves neurons, from a small and from a large start side by side."""

from landscape.web.dynamics.controls import choose, presets
from landscape.web.dynamics.events import act, chosen_curve
from landscape.web.dynamics.films import showing_of
from landscape.web.dynamics.presets import START
from landscape.web.dynamics.progress import show_progress
from landscape.web.dynamics.stage_state import state_of
from landscape.web.dynamics.views import views_of
from landscape.web.frame import hidden, open_page
from landscape.web.session import current, enter, mirror, show_notes
from landscape.web.stage import stage

enter("dynamics", START)
open_page(
    "Dynamics",
    "How gradient descent moves neurons: tiny ones turn first and then grow, large ones fit and stay.",
    panels=(("Presets", "Training runs of the sources", presets),),
)
if "controls" not in hidden():
    choose(current())
scenario = current()
show_notes()
showing = showing_of(scenario)
show_progress(showing)
stage(
    views_of(scenario.data, showing.filmed, chosen_curve()),
    state_of(scenario, showing.filmed, hidden()),
    key="dynamics",
    on_event=act,
)
mirror(scenario)
