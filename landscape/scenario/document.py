"""A scenario as a JSON document, both ways: for what is too much for a link."""

from __future__ import annotations

import json

from landscape.scenario import limits
from landscape.scenario.repair import repaired
from landscape.scenario.whole import Scenario

MAX_LENGTH = 4_000_000
"""Longest document read, in characters: the largest data set allowed takes less than half of it."""


def read_json(text: str | bytes) -> tuple[Scenario, tuple[str, ...]]:
    """Return the scenario of a JSON document and a note, in plain text, for everything it could not mean.

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


def write_json(scenario: Scenario) -> str:
    """Return the document that reads back as exactly this scenario, under the names of the link's keys."""
    data, training, view = scenario.data, scenario.training, scenario.view
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
        "run": [{"method": run.method, "step": run.step, "w": run.w, "alpha": run.alpha} for run in training.runs],
        "window": view.window,
        "plane": view.plane,
        "neurons": [index + 1 for index in view.neurons],
        "surface": view.surface,
        "sel": view.selected + 1,
        "at": view.at,
        "large": view.large,
    }
    return json.dumps(values, indent=1)
