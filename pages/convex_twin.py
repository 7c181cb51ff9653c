"""Convex twin: the general theorem on any data, solved, with a proof or a bound."""

import streamlit as st

from landscape.web.convex_twin.best_of_width import follow_search, with_best_of_width
from landscape.web.convex_twin.controls import choose
from landscape.web.convex_twin.events import act
from landscape.web.convex_twin.page import PAGE
from landscape.web.convex_twin.share import share
from landscape.web.convex_twin.stage_state import pending_state, state_of
from landscape.web.convex_twin.tabs import show_tabs
from landscape.web.convex_twin.views import data_views, not_drawn, views_of
from landscape.web.frame import hidden, open_page
from landscape.web.notes import show_notes
from landscape.web.session import current, enter, mirror
from landscape.web.shared.proof_download import proof_download
from landscape.web.shared.results_cache import answer_of, show_progress
from landscape.web.shared.share_panel import SHARE
from landscape.web.stage import stage

enter(PAGE)
open_page(
    "Convex twin",
    "How good can a two-layer ReLU network get on these data? Its convex twin answers, with a proof or a bound.",
    panels=((SHARE, "Link, QR code, code and files of this page", lambda: share(current())),),
)
scenario = choose()
mirror(scenario)
show_notes()
if sentence := not_drawn(scenario):
    st.text(sentence)
answer = answer_of(scenario)
show_progress(answer)
if answer.solved is None:
    stage(data_views(scenario.data), pending_state(scenario, hidden()), key="twin", on_event=act)
else:
    shown, solved = answer.scenario, answer.solved
    if answer.is_final:
        solved = with_best_of_width(shown, solved)
    stage(views_of(shown, solved), state_of(shown, solved, hidden()), key="twin", on_event=act)
    proof_download(shown)
    if answer.is_final:
        follow_search(shown, answer.solved)
    show_tabs(shown, solved)
