"""A scenario as a JSON document, written and read: for scenarios too large for a link."""

from __future__ import annotations

import json

from landscape.scenario import limits
from landscape.scenario.keys import LATER, carried, settable
from landscape.scenario.records import Data, Training, View
from landscape.scenario.repair import Parts, repaired

MAX_LENGTH = 4_000_000
"""Longest document read, in characters: the largest data set allowed takes less than half of it."""


def records_of_json(text: str | bytes, layer: str = "ones") -> tuple[Parts, tuple[str, ...]]:
    """Return the records that a JSON document describes, and a note for every value that had to be changed.

    Arguments
        layer: the second layer where the document names none.

    Raises ValueError if the text is no JSON object, or longer than MAX_LENGTH.
    """
    return repaired(json_object(text), limits.MAX_NUMBERS, layer)


def json_object(text: str | bytes) -> dict[str, object]:
    """Return the object that a JSON document holds; raises ValueError as ``records_of_json`` does."""
    if len(text) > MAX_LENGTH:
        raise ValueError(f"The file must hold at most {MAX_LENGTH} characters, but holds {len(text)}.")
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("The file must be a JSON document as saved here, but cannot be read as one.") from None
    if not isinstance(values, dict):
        raise ValueError(f"The file must hold one JSON object, but holds {limits.quoted(values)}.")
    return values


def json_of_records(data: Data, training: Training, view: View) -> str:
    """Return the document from which exactly these records are read, under the keys of a link."""
    values = {**carried(data), **carried(training), **carried(view)}
    usual = carried(Training())
    values = {key: value for key, value in values.items() if key not in LATER or value != usual[key]}
    values["run"] = [{name: getattr(run, name) for name in settable(run)} for run in training.runs]
    return json.dumps(values, indent=1)
