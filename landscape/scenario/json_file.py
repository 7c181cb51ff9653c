"""A scenario as a JSON document, both ways: for what is too much for a link."""

from __future__ import annotations

import json

from landscape.scenario import limits
from landscape.scenario.records import Data, Training, View
from landscape.scenario.repair import Parts, repaired

MAX_LENGTH = 4_000_000
"""Longest document read, in characters: the largest data set allowed takes less than half of it."""


def records_of_json(text: str | bytes) -> tuple[Parts, tuple[str, ...]]:
    """Return the records a JSON document stands for, and a note for everything it could not mean.

    Raises ValueError if the text is no JSON object, or longer than MAX_LENGTH.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"The file must hold at most {MAX_LENGTH} characters, but holds {len(text)}.")
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("The file must be a JSON document as saved here, but cannot be read as one.") from None
    if not isinstance(values, dict):
        raise ValueError(f"The file must hold one JSON object, but holds {limits.quoted(values)}.")
    return repaired(values, limits.MAX_NUMBERS)


def json_of_records(data: Data, training: Training, view: View) -> str:
    """Return the document that reads back as exactly these records, under the names of the link's keys."""
    values = {
        "x": data.x,
        "y": data.y,
        "features": data.features,
        "bias": data.bias,
        "m": training.m,
        "layer": training.layer,
        "lam": training.lam,
        "method": training.method,
        "step": training.step,
        "steps": training.steps,
        "starts": training.starts,
        "scale": training.scale,
        "seed": training.seed,
        "run": [
            {"method": run.method, "step": run.step, "w": run.w, "alpha": run.alpha, "pinned": run.pinned}
            for run in training.runs
        ],
        "scales": training.scales,
        "init": training.init,
        "window": view.window,
        "plane": view.plane,
        "neurons": [index + 1 for index in view.neurons],
        "surface": view.surface,
        "sel": view.selected + 1,
        "at": view.at,
        "large": view.large,
        "basins": view.basins,
        "escape": None if view.escape is None else view.escape + 1,
    }
    return json.dumps(values, indent=1)
