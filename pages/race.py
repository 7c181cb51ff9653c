"""Race: the convex program against gradient descent and its kin, loss against wall-clock time."""

from landscape.web.frame import hidden, open_page
from landscape.web.race.page import START, choose, profile_section, race_section
from landscape.web.race.sweep import sweep_section
from landscape.web.session import current, enter, mirror, show_notes

enter("race", START)
open_page("Race", "Solving the convex problem can be faster than training, and it says when it is done.")
if "controls" not in hidden():
    choose(current())
scenario = current()
show_notes()
race_section(scenario)
profile_section(scenario)
sweep_section(scenario)
mirror(scenario)
