"""Beyond: the same theorem for other networks, each solved, trained, and compared."""

from landscape.web.beyond.page import show
from landscape.web.beyond.settings import SETTINGS
from landscape.web.frame import open_page

open_page("Beyond", "More outputs, more layers, batch normalisation, an adversary: each hides a convex program too.")
show(SETTINGS)
