"""A scenario in a link, written and read.

    x=-1,1  y=1,2  m=2  layer=ones|trained  lam=0.1 (of λ_max)  method=gd|momentum|adam  step=auto|0.02  steps=500
    starts=0  scale=2  seed=0  run=gd:0.02:1.5,0.5  run=adam:0.02@0~0.1@150:3,-0.5;1,-1  run=none  features=1  bias=0|1
    scales=1e-9,1  init=balanced|uniform|normal|pytorch  output-bias=none|free|penalised
    window=auto|4  plane=neurons|path  neurons=1,2  surface=contour|surface|both  sel=1  at=last|250  large=0|1
    basins=0|1  escape=1  formulas=0|1  proof=0|1

A run is method:step:weights;alpha, with ":pin" behind it where it is pinned. Its step is "auto" for one that suits the
data, a number, or a schedule, size@from joined by "~". Neurons and runs count from 1.
"""

from __future__ import annotations

from collections.abc import Mapping

from landscape.scenario import limits
from landscape.scenario.keys import KEYS, carried
from landscape.scenario.limits import quoted
from landscape.scenario.records import Data, Run, Training, View
from landscape.scenario.repair import Parts, repaired

_LISTS = ("x", "y", "neurons", "scales")
_ALWAYS = ("x", "y", "m")
"""Keys whose value is a list, and keys that every link has."""


def records_of_query(
    mapping: Mapping[str, object], kept: Mapping[str, object] | None = None, layer: str = "ones"
) -> tuple[Parts, tuple[str, ...]]:
    """Return the records that a link's query describes, and a note for every value that had to be changed.

    Arguments
        kept: values that the link does not carry itself (``landscape.scenario.kept``), as in a JSON document.
        layer: the second layer where the link names none.
    """
    notes: list[str] = []
    values: dict[str, object] = {}
    for key in KEYS:
        if key in mapping:
            texts = _texts(mapping, key, notes)
            if key == "run" and texts:
                values[key] = [_run_parts(text) for text in texts]
            elif texts:
                values[key] = _parts(texts[-1]) if key in _LISTS else texts[-1]
    records, more = repaired({**(kept or {}), **values}, limits.MAX_NUMBERS if kept else limits.LINK_NUMBERS, layer)
    return records, (*notes, *more)


def query_of_records(data: Data, training: Training, view: View) -> dict[str, str | list[str]]:
    """Return the query from which exactly these records are read: x, y, m, and what differs from the default."""
    query: dict[str, str | list[str]] = {}
    for record in (data, training, view):
        usual = carried(Training(runs=()) if isinstance(record, Training) and record.scales else type(record)())
        for key, value in carried(record).items():
            if key in _ALWAYS or value != usual[key]:
                query[key] = _run_texts(training.runs) if key == "run" else _plain(value)
    return query


def _texts(mapping: Mapping[str, object], key: str, notes: list[str]) -> list[str]:
    get_all = getattr(mapping, "get_all", None)
    value = get_all(key) if callable(get_all) else mapping[key]
    entries = list(value) if isinstance(value, (list, tuple)) else [value]
    if key != "run":
        if any(entry != entries[-1] for entry in entries):
            notes.append(f"{key} stands {len(entries)} times in the link: the last, {quoted(entries[-1])}, is used.")
        entries = entries[-1:]
    found = []
    for entry in entries:
        if not isinstance(entry, str):
            notes.append(f"{key} = {quoted(entry)} is not text: it is ignored.")
        elif len(entry) > limits.LINK_LENGTH:
            notes.append(f"{key} is {len(entry)} characters long, more than {limits.LINK_LENGTH}: it is ignored.")
        else:
            found.append(entry)
    return found


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")] if text.strip() else []


def _run_parts(text: str) -> object:
    """Split the text of a run into its parts, or return it unchanged if it is none."""
    parts = text.split(":")
    pinned = len(parts) == 4 and parts[3] == "pin"
    if len(parts) != 3 + pinned:
        return text
    method, step, weights = parts[:3]
    w, _, alpha = weights.partition(";")
    if step == "auto":
        return {"method": method, "step": step, "w": _parts(w), "alpha": _parts(alpha), "pinned": pinned}
    pieces = [(start if at else "0", size) for size, at, start in (piece.partition("@") for piece in step.split("~"))]
    return {"method": method, "step": pieces, "w": _parts(w), "alpha": _parts(alpha), "pinned": pinned}


def _run_texts(runs: tuple[Run, ...]) -> str | list[str]:
    return [_run_text(run) for run in runs] or "none"


def _run_text(run: Run) -> str:
    pieces = run.step or ((0, "auto"),)
    step = "~".join(f"{_plain(size)}@{start}" if start else _plain(size) for start, size in pieces)
    alpha = f";{_plain(run.alpha)}" if run.alpha else ""
    return f"{run.method}:{step}:{_plain(run.w)}{alpha}{':pin' if run.pinned else ''}"


def _plain(value: object) -> str:
    """Return the shortest text of a value from which it is read exactly."""
    if isinstance(value, tuple):
        return ",".join(_plain(part) for part in value)
    if isinstance(value, bool):
        return str(int(value))
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
