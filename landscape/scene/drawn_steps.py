"""Which of a run's stored steps its pictures need: straight lines between them look like all steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landscape.results.solved_scenario import CertifiedRun, SolvedScenario
from landscape.scene.loss import LossScene
from landscape.scene.twin import TwinScene

PIXELS = 800.0
"""The side of a picture in pixels, in which the bounds below are meant."""

OFF = 0.5
"""Most pixels by which a run is drawn beside where it is, at any stored step."""

APART = 24.0
"""Most pixels between two steps that are drawn, so that a pointer on a path is near one that tells its loss."""

BEYOND = 1.0
"""How far outside of a picture a run is thinned, in sides of the picture; further out it keeps its steps."""

FLOOR = 1e-12
"""Losses below this are drawn at the lower end of a logarithmic axis."""

MOST_RISE = 1e4
"""Losses this many times the highest start are cut off at the top."""

_TRIALS, _MORE = 8, 1.3
"""How often a choice of steps is tried before all are kept, each with so many times the steps of the last."""


@dataclass(frozen=True, eq=False)
class Track:
    """One coordinate of a run in a picture.

    Arguments
        values: (T,) at the stored steps; low, high: the ends of the picture.
    """

    values: np.ndarray
    low: float
    high: float


def drawn_steps(steps: np.ndarray, tracks: Sequence[Track], kept: np.ndarray | None = None) -> np.ndarray:
    """Return the places (P,) among a run's stored steps of those that are drawn, the first and the last among them.

    At every stored step each track lies within OFF pixels of the straight line, over the steps, between the drawn ones
    around it; neighbours among the drawn ones are at most APART pixels apart in each track, or neighbours anyway.

    Arguments
        steps: (T,) the stored steps, increasing; tracks: where the run is in its pictures.
        kept: (T,) which steps are drawn whatever the tracks.
    """
    count = len(steps)
    everything = np.arange(count)
    if count < 3:
        return everything
    low = np.array([track.low for track in tracks])[:, None]
    side = np.array([track.high - track.low for track in tracks])[:, None]
    with np.errstate(over="ignore"):
        pixels = (np.stack([track.values for track in tracks]) - low) / side * PIXELS
    inside = ((pixels > -BEYOND * PIXELS) & (pixels < (1 + BEYOND) * PIXELS)).all(axis=0)
    pixels = np.clip(pixels, -9 * PIXELS, 9 * PIXELS)
    forced = ~inside
    # The ways out of the neighbourhood and back stay too.
    forced[1:] |= ~inside[:-1]
    forced[:-1] |= ~inside[1:]
    forced[[0, -1]] = True
    if kept is not None:
        forced |= kept
    at = steps.astype(np.float64)
    wanted = _wanted(at, pixels)
    for _ in range(_TRIALS):
        wanted = _MORE * wanted
        passed = np.floor(np.cumsum(wanted))
        chosen = forced.copy()
        chosen[1:] |= np.diff(passed, prepend=0.0) > 0
        places = np.flatnonzero(chosen)
        if _looks_the_same(at, pixels, places):
            return places
    return everything


def _wanted(at: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """Return how many lines each of the T − 1 gaps between steps asks for: a line over gaps that add up to 1 will do.

    A line over a length h leaves a curve with second derivative c by at most c h² / 8.
    """
    gaps = np.diff(at)
    rises = np.diff(pixels, axis=1)
    bends = 2 * np.abs(np.diff(rises / gaps, axis=1)) / (at[2:] - at[:-2])
    bend = bends.max(axis=0)
    around = np.maximum(np.append(bend, bend[-1]), np.insert(bend, 0, bend[0]))
    bent = gaps * np.sqrt(around / (8 * OFF))
    return np.asarray(np.maximum(bent, np.abs(rises).max(axis=0) / APART))


def _looks_the_same(at: np.ndarray, pixels: np.ndarray, places: np.ndarray) -> bool:
    far = np.abs(np.diff(pixels[:, places], axis=1)).max(axis=0) > APART
    if (far & (np.diff(places) > 1)).any():
        return False
    return all(np.abs(np.interp(at, at[places], row[places]) - row).max() <= OFF for row in pixels)


def drawn_in(solved: SolvedScenario, loss: LossScene, twin: TwinScene, neurons: int) -> dict[str, np.ndarray]:
    """Return, by the id of each run, the places among its stored steps of those that maps, curves and outputs draw.

    Arguments
        neurons: the most of a network whose neurons are drawn one by one.
    """
    return {run.id: _drawn(run, loss, twin, place, neurons) for place, run in enumerate(solved.shown)}


def _drawn(run: CertifiedRun, loss: LossScene, twin: TwinScene, place: int, neurons: int) -> np.ndarray:
    path = run.trajectory
    first, second, surface, bowl = loss.paths[place], twin.paths[place], loss.surface, twin.surface
    slopes = float(bowl.s_plus[0]), float(bowl.s_plus[-1])
    heights, low, high = _on_log_axis(path.objective)
    tracks = [
        Track(first.x, float(surface.w1[0]), float(surface.w1[-1])),
        Track(second.x, *slopes),
        Track(second.y, *slopes),
        Track(heights, low, high),
        Track(path.steps, 0.0, float(path.steps[-1]) or 1.0),
    ]
    if len(surface.w2) > 1:
        tracks.append(Track(first.y, float(surface.w2[0]), float(surface.w2[-1])))
    else:
        tracks.append(Track(path.objective, 0.0, float(surface.loss.max()) or 1.0))
    kept = np.zeros(len(path.steps), dtype=bool)
    if path.alpha.shape[1] <= neurons:
        tracks += [Track(share, *slopes) for share in (path.W[:, 0] * path.alpha).T]
        # The step text says on which side of 0 each neuron acts.
        turns = (np.diff(np.sign(path.W[:, 0]), axis=0) != 0).any(axis=1)
        kept[:-1] |= turns
        kept[1:] |= turns
    for leg in getattr(path, "legs", ()):
        kept[leg.first] = True
    return drawn_steps(path.steps, tracks, kept)


def _on_log_axis(objective: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Return losses as the loss curves draw them, and the ends of the narrowest axis that they may have there."""
    heights = np.log10(np.maximum(objective, FLOOR))
    low = float(heights.min())
    return heights, low, max(min(float(heights.max()), float(heights[0] + np.log10(MOST_RISE))), low + 1.0)
