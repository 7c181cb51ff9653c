"""Dynamics: how gradient descent moves neurons, from a small and from a large start side by side."""

from landscape.web.dynamics.controls import PRESETS_PANEL, choose, presets
from landscape.web.dynamics.events import act, chosen_curve
from landscape.web.dynamics.films import shown_film
from landscape.web.dynamics.presets import PAGE
from landscape.web.dynamics.progress import show_progress
from landscape.web.dynamics.share import share
from landscape.web.dynamics.stage_state import state_of
from landscape.web.dynamics.views import views_of
from landscape.web.frame import hidden, open_page
from landscape.web.notes import show_notes
from landscape.web.session import current, enter, mirror
from landscape.web.shared.share_panel import SHARE
from landscape.web.stage import stage

enter(PAGE)
open_page(
    "Dynamics",
    "The size of the random start decides how neurons learn: tiny ones turn, then grow; large ones hardly move.",
    panels=(
        (PRESETS_PANEL, "Training runs of the sources", presets),
        (SHARE, "Link, QR code, code and files of this page", lambda: share(current())),
    ),
)
scenario = choose()
mirror(scenario)
show_notes()
shown = shown_film(scenario)
show_progress(shown)
stage(
    views_of(scenario.data, shown.filmed, chosen_curve()),
    state_of(scenario, shown.filmed, hidden()),
    key="dynamics",
    on_event=act,
    alone=True,
)
