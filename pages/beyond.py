"""Beyond: the same theorem for other networks, each solved, trained, and compared."""

from landscape.web.beyond.page import choose, compute, show
from landscape.web.beyond.settings import SETTINGS
from landscape.web.beyond.share import share
from landscape.web.beyond.tab_choice import enter
from landscape.web.frame import open_page
from landscape.web.session import mirror
from landscape.web.shared.share_panel import SHARE

enter(SETTINGS)
open_page(
    "Beyond",
    "More outputs, more layers, batch normalisation, an adversary: each hides a convex program too.",
    panels=((SHARE, "Link, QR code, code and files of this page", lambda: share(SETTINGS)),),
)
setting, state = choose(SETTINGS)
mirror(state)
answers = compute(setting, state)
show(setting, state, answers)
