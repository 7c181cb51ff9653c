"""The pages that a scene can be on: which scenarios they show, which views these have, and which parts have names."""

from __future__ import annotations

from landscape.scenario import Scenario

PAGES = ("landscape",)
"""The pages whose stage a lesson can show, by the names under which the session keeps them."""

SENTENCES = "sentences"
"""What stands below the pictures, a sentence for each run: shown in a scene as if it were a view."""

ALL_VIEWS = ("map", "curve", "relief", "outputs", "twin", "twin-relief", "losses", SENTENCES)
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


def unfit(page: str, scenario: Scenario) -> str | None:
    """Return why a page cannot show a scenario, as a sentence, or None if it can."""
    if page == "landscape" and scenario.data.d > 1:
        return "This page draws data of one feature without a bias; other data are shown on the page Convex twin."
    return None


def views(page: str, scenario: Scenario) -> tuple[str, ...]:
    """Return the names of the views that a page has of a scenario, and of its sentences."""
    if page not in PAGES:
        raise ValueError(f"page must be one of {', '.join(PAGES)}.")
    in_plane, in_space = ("map", "twin"), ("relief", "twin-relief")
    if scenario.training.m == 1:
        landscapes: tuple[str, ...] = ("curve", "twin")
    else:
        landscapes = {"contour": in_plane, "surface": in_space, "both": (*in_plane, *in_space)}[scenario.view.surface]
    return (*landscapes, "outputs", "losses", SENTENCES)
