"""The pages that a scene can be on: which scenarios they show, which views these have, and which parts have names."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from landscape.scenario import Scenario
from landscape.scenario.limits import LINK_LENGTH, MAX_FILMS, quoted

PAGES = ("landscape", "convex-twin", "dynamics", "race", "beyond")
"""The pages whose stage a lesson can show."""


@dataclass(frozen=True)
class TabQuery:
    """The state of a tab of the page Beyond, which is no scenario: the query of a link, as its address has it.

    Raises ValueError for a text that is longer than a link, or names no tab.
    """

    query: str

    def __post_init__(self) -> None:
        if not isinstance(self.query, str) or len(self.query) > LINK_LENGTH:
            raise ValueError(f"query must be a link's query of at most {LINK_LENGTH} characters.")
        if self.tab not in TABS:
            raise ValueError(f"query must name one of the tabs {', '.join(TABS)}, but names {quoted(self.tab)}.")

    @property
    def values(self) -> dict[str, str]:
        """The values of the query, the last of each key."""
        return dict(parse_qsl(self.query.rpartition("?")[2], keep_blank_values=True))

    @property
    def tab(self) -> str:
        """The name of the tab."""
        return self.values.get("tab", "")


Shown = Scenario | TabQuery
"""The state of a page: a scenario, or that of a tab of the page Beyond."""

TABS = {
    "vector": ("values", "outputs", "space", "cones"),
    "norm": ("values", "outputs", "white", "cones"),
    "layers": ("values", "outputs", "shares", "gates"),
    "linear": ("values standard", "values parallel", "space", "spectrum", "depth", "ratio"),
    "game": ("values", "clouds", "played", "swing"),
}
"""The tabs of the page Beyond, and the views of each."""

GAME_RUNS = 6
"""Runs that the tab of the game plays; the other tabs play none."""

SENTENCES = "sentences"
"""What stands below the pictures, a sentence for each run: shown in a scene as if it were a view."""

_FILMED = tuple(f"{kind}{place}" for kind in ("kinks", "plane") for place in range(MAX_FILMS))

ALL_VIEWS = (
    *("map", "curve", "relief", "outputs", "twin", "twin-relief", "losses"),
    *("optimum", "trained", "cones", "patterns", "gap", "fitted", "weights"),
    *(*_FILMED, "changed", "moved"),
    "race",
    *sorted({name for views in TABS.values() for name in views} - {"outputs", "cones"}),
    SENTENCES,
)
"""The names of every view that a page of PAGES can have."""

PARTS = {
    "map": ("star", "stuck", "start", "end"),
    "curve": ("start", "end"),
    "twin": ("star", "wall", "start", "end"),
    "outputs": ("data",),
    "losses": ("optimum",),
}
"""Named parts of each view: the best network, where descent rests above it, the edge of the slopes that neurons can add
up to, the start and the end of a run, the data, the level of the optimum."""

TRAINS_SECOND_LAYER = ("convex-twin", "dynamics", "race")
"""The pages that train the second layer in every scenario, also where a link does not say it."""


def unfit(page: str, scenario: Shown) -> str | None:
    """Return why a page cannot show a state, as a sentence, or None if it can."""
    if isinstance(scenario, TabQuery) or page == "beyond":
        return (
            None if isinstance(scenario, TabQuery) and page == "beyond" else "A tab is shown on the page Beyond alone."
        )
    if page == "landscape" and scenario.data.d > 1:
        return "This page draws data of one feature without a bias; other data are shown on the page Convex twin."
    if page in TRAINS_SECOND_LAYER and scenario.training.layer != "trained":
        return "This page trains the second layer: it is not held at 1."
    if page in ("convex-twin", "race") and scenario.training.scales:
        return "Starts of two sizes side by side are shown on the page Dynamics alone."
    return None


def count_runs(page: str, scenario: Shown) -> int:
    """Return how many runs a page plays of a state, of those that have numbers."""
    if isinstance(scenario, TabQuery):
        return GAME_RUNS if scenario.tab == "game" else 0
    if page == "race":
        return 0
    training = scenario.training
    runs = len(training.runs) + training.starts
    return (len(training.scales) or min(MAX_FILMS, runs)) if page == "dynamics" else runs


def views(page: str, scenario: Shown) -> tuple[str, ...]:
    """Return the names of the views that a page has of a state, and of its sentences."""
    if page not in PAGES:
        raise ValueError(f"page must be one of {', '.join(PAGES)}.")
    if isinstance(scenario, TabQuery):
        return (*TABS[scenario.tab], SENTENCES)
    if page == "race":
        return ("race", SENTENCES)
    drawn = {"landscape": _of_landscape, "convex-twin": _of_convex_twin, "dynamics": _of_dynamics}[page]
    return (*drawn(scenario), SENTENCES)


def _of_landscape(scenario: Scenario) -> tuple[str, ...]:
    in_plane, in_space = ("map", "twin"), ("relief", "twin-relief")
    if scenario.training.m == 1:
        landscapes: tuple[str, ...] = ("curve", "twin")
    else:
        landscapes = {"contour": in_plane, "surface": in_space, "both": (*in_plane, *in_space)}[scenario.view.surface]
    return (*landscapes, "outputs", "losses")


def _of_convex_twin(scenario: Scenario) -> tuple[str, ...]:
    """The outputs or, of two features, what networks compute over the plane; the cones where they lie in a plane.

    Of more features how bound and value came together, labels and outputs, the neurons' weights and their patterns.
    """
    features, d = scenario.data.features, scenario.data.d
    cones = ("cones",) if d == 2 else ()
    if features == 1:
        return ("outputs", *cones, "losses", "patterns")
    if features == 2:
        runs = ("trained",) if count_runs("convex-twin", scenario) else ()
        return ("optimum", *runs, "losses", *cones)
    return ("gap", "fitted", "losses", "weights", "patterns")


def _of_dynamics(scenario: Scenario) -> tuple[str, ...]:
    """Of each film of one feature its neurons and, where they lie in a plane, their weights; then the curves."""
    films = count_runs("dynamics", scenario)
    curves = ("losses", "patterns", "changed", "moved")
    if scenario.data.features > 1 or not films:
        return curves
    kinds = ("kinks", "plane") if scenario.data.d == 2 else ("kinks",)
    filmed = tuple(f"{kind}{place}" for kind in kinds for place in range(films))
    # Beside two films there is one curve, of the patterns.
    return (*filmed, *curves) if films == 1 else (*filmed, "losses", "curve")
