"""Race: the convex twin against gradient descent and its kin, loss against wall-clock time."""

from landscape.web.frame import open_page
from landscape.web.notes import show_notes
from landscape.web.race.controls import choose
from landscape.web.race.page import PAGE, profile_section, race_section
from landscape.web.race.share import share
from landscape.web.race.sweep import sweep_section
from landscape.web.session import current, enter, mirror
from landscape.web.shared.share_panel import SHARE

enter(PAGE)
open_page(
    "Race",
    "Train the network, or solve its convex twin: which is faster, and which knows when it is done?",
    panels=((SHARE, "Link, QR code, code and files of this page", lambda: share(current())),),
)
scenario = choose()
mirror(scenario)
show_notes()
race_section(scenario)
profile_section(scenario)
sweep_section(scenario)
