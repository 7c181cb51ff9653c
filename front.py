"""Landscape, the front page: two neurons' loss beside its convex twin."""

from landscape.web.frame import open_page
from landscape.web.front.controls import controls
from landscape.web.front.gallery import PANEL as PRESETS, gallery
from landscape.web.front.lead import lead_of
from landscape.web.front.page import PAGE
from landscape.web.front.pictures import pictures
from landscape.web.front.share import share
from landscape.web.front.show_me import offer
from landscape.web.notes import show_notes
from landscape.web.session import current, enter, mirror
from landscape.web.shared.proof_download import proof_download
from landscape.web.shared.share_panel import SHARE

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
pictures(scenario)
proof_download(scenario)
controls()
offer(heading)
