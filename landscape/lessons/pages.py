"""The pages that a scene can be on: which scenarios they show, which views these have, and which parts have names."""

from __future__ import annotations

from landscape.scenario import Scenario
from landscape.scenario.limits import MAX_FILMS

PAGES = ("landscape", "convex-twin", "dynamics")
"""The pages whose stage a lesson can show."""

SENTENCES = "sentences"
"""What stands below the pictures, a sentence for each run: shown in a scene as if it were a view."""

_FILMED = tuple(f"{kind}{place}" for kind in ("kinks", "plane") for place in range(MAX_FILMS))

ALL_VIEWS = (
    *("map", "curve", "relief", "outputs", "twin", "twin-relief", "losses"),
    *("optimum", "trained", "cones", "patterns"),
    *(*_FILMED, "changed", "moved"),
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

TRAINS_SECOND_LAYER = ("convex-twin", "dynamics")
"""The pages that train the second layer in every scenario, also where a link does not say it."""


def unfit(page: str, scenario: Scenario) -> str | None:
    """Return why a page cannot show a scenario, as a sentence, or None if it can."""
    if page == "landscape" and scenario.data.d > 1:
        return "This page draws data of one feature without a bias; other data are shown on the page Convex twin."
    if page in TRAINS_SECOND_LAYER and scenario.training.layer != "trained":
        return "This page trains the second layer: it is not held at 1."
    if page == "convex-twin" and scenario.training.scales:
        return "Starts of two sizes side by side are shown on the page Dynamics alone."
    return None


def count_runs(page: str, scenario: Scenario) -> int:
    """Return how many runs a page plays of a scenario."""
    training = scenario.training
    runs = len(training.runs) + training.starts
    return (len(training.scales) or min(MAX_FILMS, runs)) if page == "dynamics" else runs


def views(page: str, scenario: Scenario) -> tuple[str, ...]:
    """Return the names of the views that a page has of a scenario, and of its sentences."""
    if page not in PAGES:
        raise ValueError(f"page must be one of {', '.join(PAGES)}.")
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
    """The outputs or, of two features, what networks compute over the plane; the cones where they lie in a plane."""
    features, d = scenario.data.features, scenario.data.d
    cones = ("cones",) if d == 2 else ()
    if features == 1:
        return ("outputs", *cones, "losses", "patterns")
    if features == 2:
        runs = ("trained",) if count_runs("convex-twin", scenario) else ()
        return ("optimum", *runs, "losses", *cones)
    return ("losses",)


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
