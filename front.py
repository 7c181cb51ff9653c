"""Landscape, the front page: two neurons' loss beside its convex twin."""

from landscape.web.frame import hidden, open_page, send_pictures_first
from landscape.web.front.controls import choose
from landscape.web.front.gallery import PANEL as PRESETS, gallery
from landscape.web.front.lead import lead_of
from landscape.web.front.opening import opens_playing
from landscape.web.front.page import PAGE
from landscape.web.front.share import share
from landscape.web.front.show_me import offer
from landscape.web.front.stage_state import state_of
from landscape.web.front.views import views_of
from landscape.web.session import current, enter, mirror, show_notes
from landscape.web.shared.results_cache import answer_of, show_progress, solved_scenario_of
from landscape.web.shared.run_events import act
from landscape.web.shared.share_panel import SHARE
from landscape.web.stage import stage

enter(PAGE)
heading = open_page(
    "Landscape",
    lead_of(current()),
    panels=(
        (PRESETS, "Scenarios worth a look", gallery),
        (SHARE, "Link, QR code, code and files of this picture", lambda: share(current())),
    ),
)
scenario = current()
mirror(scenario)
show_notes()
answer = answer_of(scenario)
show_progress(answer)
shown = answer.scenario
state = state_of(shown, solved_scenario_of(shown), hidden(), opens_playing=opens_playing(scenario))
stage(views_of(shown), state, key="landscape", on_event=act, alone=True)
send_pictures_first()
offer(heading)
choose()
