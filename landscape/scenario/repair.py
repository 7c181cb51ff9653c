"""A valid scenario from untrusted values: links and files share these rules.

No function here raises. Values out of range are clamped, unreadable ones take their default, and each such case
adds a note, a sentence in plain text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from landscape.formatting import counted, short
from landscape.scenario import limits
from landscape.scenario.limits import Range, as_number, quoted
from landscape.scenario.records import FILM_RANGES, TRAINING_RANGES, Data, Run, Training, View
from landscape.training.optimisers import METHODS

Parts = tuple[Data, Training, View]

ANY = Range(-math.inf, math.inf)

_EXAMPLE = "The poster's two points are used."

SUITED = (None, "auto")
"""What stands for a step size that suits the data, in a file and in a link."""

INSTEAD = {"step": "one that suits the data"}
"""What is used where a number cannot be read, if it has no default."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def repaired(values: Mapping[str, object], max_numbers: int, layer: str = "ones") -> tuple[Parts, tuple[str, ...]]:
    """Return the records nearest to the values, and a note for every value that had to be changed.

    Arguments
        values: by the link's keys; numbers may be text, lists are lists, a run is a mapping
            of method, step (a number, or pairs of the step it holds from and a number), w and alpha.
        max_numbers: most data numbers accepted.
        layer: the second layer where the values name none.
    """
    reader = _Reader(values)
    data = _data(reader, max_numbers)
    training = _training(reader, data, layer)
    return (data, training, _view(reader, training)), tuple(reader.notes)


@dataclass
class _Reader:
    """Values by key, each read against its rule, and the notes taken while doing so."""

    values: Mapping[str, object]
    notes: list[str] = field(default_factory=list)

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)

    def number(self, name: str, allowed: Range, usual: Any, instead: str = "") -> Any:
        """Return a number of the range: the given one, the nearest to it, or the default where it is no number."""
        if name not in self.values:
            return usual
        raw = self.values[name]
        number = _parsed(raw)
        if number is None or (allowed.whole and math.isfinite(number) and number != int(number)):
            self.note(f"{name} = {quoted(raw)} is not {allowed.rule}: {instead or short(usual)} is used.")
            return usual
        return self.clamped(number, allowed, name, raw)

    def clamped(self, number: float, allowed: Range, name: str, raw: object) -> Any:
        if allowed.holds(number):
            return allowed.exact(number)
        nearest = allowed.clamp(number)
        self.note(f"{name} = {quoted(raw)} is not {allowed.rule}: {short(nearest)} is used.")
        return nearest

    def choice(self, name: str, options: Sequence[str], usual: str) -> Any:
        raw = self.values.get(name, usual)
        if isinstance(raw, str) and raw in options:
            return raw
        self.note(f"{name} = {quoted(raw)} is not one of {', '.join(options)}: {usual} is used.")
        return usual

    def flag(self, name: str, usual: bool) -> bool:
        raw = self.values.get(name, usual)
        if isinstance(raw, bool):
            return raw
        if raw in ("0", "1"):
            return raw == "1"
        self.note(f"{name} = {quoted(raw)} is not 0 or 1: {int(usual)} is used.")
        return usual

    def numbers(self, raw: object, name: str, allowed: Range) -> tuple[float, ...] | None:
        """Return a list of numbers clamped to a range, or None and a note when one of them is no number."""
        if not isinstance(raw, (list, tuple)):
            self.note(f"{name} = {quoted(raw)} is not a list of numbers.")
            return None
        if len(raw) > limits.MAX_NUMBERS:
            self.note(f"{name} holds {len(raw)} numbers, too many to read.")
            return None
        found = []
        for part in raw:
            number = _parsed(part)
            if number is None:
                self.note(f"{name} holds {quoted(part)}, which is not a number.")
                return None
            found.append(number)
        outside = [number for number in found if not allowed.holds(number)]
        if outside:
            others = f", and the nearest for {counted(len(outside) - 1, 'other')}" if len(outside) > 1 else ""
            nearest = short(allowed.clamp(outside[0]))
            self.note(f"{name} holds {short(outside[0])}, which is not {allowed.rule}: {nearest} is used{others}.")
        return tuple(allowed.clamp(number) for number in found)


def _data(reader: _Reader, max_numbers: int) -> Data:
    usual = Data()
    features = reader.number("features", limits.FEATURES, usual.features)
    bias = reader.flag("bias", usual.bias)
    x = reader.numbers(reader.values.get("x", usual.x), "x", limits.NUMBER)
    y = reader.numbers(reader.values.get("y", usual.y), "y", limits.NUMBER)
    if x is not None and y is not None:
        if len(x) + len(y) > max_numbers:
            reader.note(f"x and y hold {len(x) + len(y)} numbers, more than the {max_numbers} read here.")
        else:
            try:
                data = Data(x, y, features, bias)
            except ValueError as refusal:
                reader.note(str(refusal))
            else:
                _note_filled_in(reader, data)
                return data
    reader.note(_EXAMPLE)
    return usual


def _note_filled_in(reader: _Reader, data: Data) -> None:
    """Say that coordinates or labels are not those of a visitor, where only the others were given."""
    for name, other, used in (("x", "y", data.x), ("y", "x", data.y)):
        if other in reader.values and name not in reader.values:
            reader.note(f"{name} is missing beside {other}: {', '.join(map(short, used))} are used, the poster's.")


def _training(reader: _Reader, data: Data, usual_layer: str) -> Training:
    usual = Training()
    layer = reader.choice("layer", limits.LAYERS, usual_layer)
    method = reader.choice("method", METHODS, usual.method)
    init = reader.choice("init", limits.INITS, usual.init)
    scales = _scales(reader)
    ranges = FILM_RANGES if scales else TRAINING_RANGES
    found = {
        name: reader.number(name, allowed, getattr(usual, name), instead=INSTEAD.get(name, ""))
        for name, allowed in ranges.items()
        if name != "step" or reader.values.get("step") not in SUITED
    }
    if layer == "ones" and found["lam"] > 0:
        reader.note(
            "lam is 0 while the second layer is fixed to ones: regularising one layer alone has no convex twin."
        )
        found["lam"] = 0.0
    output_bias = reader.choice("output-bias", limits.OUTPUT_BIASES, usual.output_bias)
    if layer == "ones" and output_bias != "none":
        reader.note("output-bias is none while the second layer is fixed to ones: it goes with a trained one.")
        output_bias = "none"
    runs = _runs(reader) if "run" in reader.values else usual.runs
    if scales:
        if ("run" in reader.values and runs) or found["starts"]:
            reader.note("The runs of the two scales are filmed: there are no others.")
        runs, found["starts"] = (), 0
        steps, starts = limits.filmed_steps(found["steps"], found["m"], data.n), 0
    else:
        steps, starts = limits.within_budget(
            found["steps"], found["starts"], len(runs), found["m"], size=data.n * data.d
        )
    if starts != found["starts"]:
        reader.note(f"That many runs on these data would keep others waiting: {starts} random starts are used.")
    if steps != found["steps"]:
        reader.note(f"That many steps, runs and neurons would keep others waiting: {steps} steps are used.")
    chosen = {**found, "steps": steps, "starts": starts}
    return Training(layer=layer, method=method, runs=runs, scales=scales, init=init, output_bias=output_bias, **chosen)


def _scales(reader: _Reader) -> tuple[float, ...]:
    raw = reader.values.get("scales", ())
    found = reader.numbers(raw, "scales", ANY) or ()
    if len(found) > limits.MAX_FILMS:
        reader.note(f"{len(found)} scales are more than {limits.MAX_FILMS}: the first {limits.MAX_FILMS} are used.")
    return tuple(
        reader.clamped(scale, limits.SCALE, f"scale {number}", scale)
        for number, scale in enumerate(found[: limits.MAX_FILMS], start=1)
    )


def _runs(reader: _Reader) -> tuple[Run, ...]:
    raw = reader.values["run"]
    entries = list(raw) if isinstance(raw, (list, tuple)) else [raw]
    if entries in ([], ["none"]):
        return ()
    if len(entries) > limits.MAX_RUNS:
        reader.note(f"{len(entries)} runs are more than {limits.MAX_RUNS}: the first {limits.MAX_RUNS} are used.")
    found = [_run(reader, entry, f"run {number}") for number, entry in enumerate(entries[: limits.MAX_RUNS], 1)]
    runs = tuple(run for run in found if run is not None)
    if not runs:
        reader.note("No run is left: the poster's two runs are used.")
    return runs or Training().runs


def _run(reader: _Reader, entry: object, name: str) -> Run | None:
    if not isinstance(entry, Mapping):
        reader.note(f"{name} = {quoted(entry)} is not method, step and weights: it is left out.")
        return None
    suited = entry.get("step") in SUITED
    step = None if suited else _schedule(reader, entry.get("step"), f"step of {name}")
    w = reader.numbers(entry.get("w", ()), f"w of {name}", limits.WEIGHT)
    alpha = reader.numbers(entry.get("alpha", ()), f"alpha of {name}", limits.WEIGHT)
    if (suited or step is not None) and w is not None and alpha is not None:
        try:
            return Run(entry.get("method"), step, w, alpha, entry.get("pinned", False))  # type: ignore[arg-type]
        except ValueError as refusal:
            reader.note(str(refusal))
    reader.note(f"{name} is left out.")
    return None


def _schedule(reader: _Reader, raw: object, name: str) -> tuple[tuple[int, float], ...] | None:
    pieces = raw if isinstance(raw, (list, tuple)) else [(0, raw)]
    found = []
    for piece in pieces[: limits.MAX_CHANGES + 1]:
        start, size = piece if isinstance(piece, (list, tuple)) and len(piece) == 2 else (None, piece)
        at, step = _parsed(start), _parsed(size)
        if at is None or step is None or not limits.AT.holds(at):
            reader.note(f"{name} = {quoted(size if step is None else start)} is not a step size from some step on.")
            return None
        found.append((int(at), reader.clamped(step, limits.STEP, name, size)))
    return tuple(found)


def _view(reader: _Reader, training: Training) -> View:
    usual = View()
    window = at = None
    if reader.values.get("window") not in (None, "auto"):
        window = reader.number("window", limits.WINDOW, None, instead="an automatic window")
    runs = len(training.runs) + training.starts
    escape = None
    if reader.values.get("escape") not in (None, "none"):
        run = reader.number("escape", Range(1, max(1, runs), whole=True), None, instead="no way out")
        escape = None if run is None else run - 1
    if reader.values.get("at") not in (None, "last"):
        # A way out goes on after the last step of its run.
        steps = Range(0, training.steps, whole=True) if escape is None else limits.AT
        at = reader.number("at", steps, None, instead="the last step")
    return View(
        window=window,
        plane=reader.choice("plane", limits.PLANES, usual.plane),
        neurons=_neurons(reader, training.m),
        surface=reader.choice("surface", limits.SURFACES, usual.surface),
        selected=reader.number("sel", Range(1, max(1, runs), whole=True), usual.selected + 1) - 1,
        at=at,
        large=reader.flag("large", usual.large),
        basins=reader.flag("basins", usual.basins),
        escape=escape,
        formulas=reader.flag("formulas", usual.formulas),
        proof=reader.flag("proof", usual.proof),
    )


def _neurons(reader: _Reader, m: int) -> tuple[int, int]:
    usual = View().neurons
    if "neurons" not in reader.values:
        return usual
    raw = reader.values["neurons"]
    allowed = Range(1, max(2, m), whole=True)
    pair = [_parsed(part) for part in raw] if isinstance(raw, (list, tuple)) and len(raw) == 2 else [None, None]
    first, second = (None if number is None or not allowed.holds(number) else int(number) for number in pair)
    if first is None or second is None or first == second:
        reader.note(f"neurons must be two different ones, each {allowed.rule}: 1 and 2 are used.")
        return usual
    return first - 1, second - 1


def _parsed(raw: object) -> float | None:
    """Return a number, or the number that a text writes in plain digits, as a float; None for NaN and all else."""
    if isinstance(raw, str):
        return float(raw) if len(raw) <= 400 and _NUMBER.fullmatch(raw) else None
    number = as_number(raw)
    return None if number is None or math.isnan(number) else number
