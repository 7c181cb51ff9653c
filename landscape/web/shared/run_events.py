"""A visitor's actions on data and runs of a stage, as changes of the scenario.

An event comes from a browser and may hold any values: numbers are checked by the scenario's own records, and an
invalid event changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import isfinite
from typing import Any

from landscape.model.network import Network, widen, with_neurons
from landscape.scenario import Run, Scenario, View, limits
from landscape.scenario.limits import as_number, checked
from landscape.scenario.presets import PRESETS
from landscape.scene import slice_plane
from landscape.training.optimisers import METHODS
from landscape.web.notes import keep_notes, note
from landscape.web.session import change, current, look_at, put, redo, reset, undo
from landscape.web.shared.results_cache import missing_neurons_of, solved_scenario_of

_TRAINED = ("m", "layer", "lam", "method", "step", "steps", "runs", "starts", "scale", "seed")
_VIEWED = ("window", "selected", "plane", "neurons", "large")

CONTROLLED = frozenset(("x", "y", *_TRAINED, *_VIEWED))
"""The fields of a scenario that have controls which the browser draws."""


def act(event: Mapping[str, Any]) -> None:
    """Carry out one event of the stage."""
    handler = _HANDLERS.get(str(event.get("kind")))
    if handler is None:
        return
    try:
        handler(current(), event)
    except ValueError as refused:
        note([str(refused)])
    except (TypeError, KeyError, IndexError, OverflowError):
        return  # not an event that the page sends


def _edit(scenario: Scenario, event: Mapping[str, Any]) -> None:
    """Set data points or starts that were dragged."""
    runs = list(scenario.training.runs)
    for moved in event["runs"]:
        index = _whole(moved["index"], limits.SELECTED)
        runs[index] = replace(
            runs[index], w=_numbers(moved["w"], limits.WEIGHT), alpha=_alpha(scenario, moved["alpha"])
        )
    moved_to = scenario.changed(
        x=_numbers(event["x"], limits.NUMBER), y=_numbers(event["y"], limits.NUMBER), runs=tuple(runs)
    )
    put(replace(moved_to, view=replace(moved_to.view, at=None, escape=None)), passing=not event.get("final", True))


def _change(scenario: Scenario, event: Mapping[str, Any]) -> None:
    """Set fields of the scenario, with a control that the browser draws."""
    values = _mapping(event["values"])
    if not values.keys() <= CONTROLLED:
        raise TypeError("an event sets what controls set")
    change(**{name: _runs(value) if name == "runs" else _tuple(value) for name, value in values.items()})


def _runs(values: object) -> object:
    if not isinstance(values, list):
        return values
    parts: list[dict[str, Any]] = [{name: _tuple(value) for name, value in _mapping(run).items()} for run in values]
    return tuple(Run(**part) for part in parts)


def _tuple(value: object) -> object:
    """Return a list, or a list of lists as a schedule is one, as the records have it."""
    if not isinstance(value, list):
        return value
    return tuple(tuple(part) if isinstance(part, list) else part for part in value)


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("an event names the fields that it sets")
    return value


LANDSCAPES = ("map", "curve", "relief", "twin", "twin-relief")
"""The views of which a place is a network."""


def _click(scenario: Scenario, event: Mapping[str, Any]) -> None:
    """A place in one of the landscapes was clicked: set the start of the selected run there, or add a run."""
    view = str(event["view"])
    if view not in LANDSCAPES:
        return  # in the outputs and the loss curves a place is no network
    start = _start_at(scenario, view, *_numbers([event["x"], event["y"]], limits.WEIGHT))
    if start is None:
        return
    runs = list(scenario.training.runs)
    chosen = scenario.view.selected if scenario.view.selected < len(runs) else len(runs) - 1
    free = [index for index in (chosen, *reversed(range(len(runs)))) if index >= 0 and not runs[index].pinned]
    if event.get("add") or not free:
        if len(runs) >= limits.MAX_RUNS:
            note([f"{limits.MAX_RUNS} runs is the most that one picture holds: remove one to add another."])
            return
        pattern = runs[chosen] if runs else Run(scenario.training.method, scenario.training.schedule)
        runs.append(replace(pattern, w=start[0], alpha=start[1], pinned=False))
        chosen = len(runs) - 1
    else:
        chosen = free[0]
        runs[chosen] = replace(runs[chosen], w=start[0], alpha=start[1])
    change(runs=tuple(runs), selected=chosen, at=None, escape=None)


def _start_at(scenario: Scenario, view: str, x: float, y: float) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    """Return the weights and second layer of a start at a place of a view, or None and a note."""
    m = scenario.training.m
    if view in ("twin", "twin-relief"):
        return _start_with_slopes(scenario, x, y)
    plane = slice_plane(solved_scenario_of(scenario), scenario).plane
    network = plane.network(float(f"{x:.6g}"), 0.0 if m == 1 else float(f"{y:.6g}"))
    alpha = () if scenario.training.layer == "ones" else tuple(network.alpha.tolist())
    return tuple(network.W.T.ravel().tolist()), alpha


def _start_with_slopes(
    scenario: Scenario, s_plus: float, s_minus: float
) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    m, ones = scenario.training.m, scenario.training.layer == "ones"
    if ones and (s_plus < 0 or s_minus > 0):
        note(["No network is there: with a second layer of ones u₁ is never negative, and u₂ never positive."])
        return None
    if m == 1:
        slopes = [s_plus if abs(s_plus) >= abs(s_minus) else s_minus]
        sides = [1.0 if slopes[0] == s_plus else -1.0]
    else:
        right = m - m // 2
        slopes = [s_plus / right] * right + [s_minus / (m - right)] * (m - right)
        sides = [1.0] * right + [-1.0] * (m - right)
    if ones:
        return tuple(float(f"{s:.6g}") for s in slopes), ()
    # Balanced: |w| = |alpha|, as gradient descent keeps it.
    size = [abs(s) ** 0.5 for s in slopes]
    alpha = tuple(float(f"{a if s * side >= 0 else -a:.6g}") for a, s, side in zip(size, slopes, sides, strict=True))
    return tuple(float(f"{a * side:.6g}") for a, side in zip(size, sides, strict=True)), alpha


def _pin(scenario: Scenario, event: Mapping[str, Any]) -> None:
    index = _run_index(event)
    runs = list(scenario.training.runs)
    runs[index] = replace(runs[index], pinned=not runs[index].pinned)
    change(runs=tuple(runs))


def _remove(scenario: Scenario, event: Mapping[str, Any]) -> None:
    index = _run_index(event)
    runs = scenario.training.runs
    if index < len(runs):
        change(runs=(*runs[:index], *runs[index + 1 :]), selected=max(0, index - 1), escape=None)
    else:
        change(starts=max(0, scenario.training.starts - 1), escape=None)


def _select(scenario: Scenario, event: Mapping[str, Any]) -> None:
    change(selected=_run_index(event))


def _at(scenario: Scenario, event: Mapping[str, Any]) -> None:
    value = event.get("value")
    look_at(None if value is None else _whole(value, limits.AT))
    # The browser also reports by itself, as where a link's step lies beyond the end: what was said of it stays.
    keep_notes()


def _step(scenario: Scenario, event: Mapping[str, Any]) -> None:
    """Give a run a step size, as its sentence advises; a random start shares it with the others."""
    index, step = _run_index(event), checked(event["value"], limits.STEP, "step")
    runs = list(scenario.training.runs)
    if index < len(runs):
        runs[index] = replace(runs[index], step=((0, step),))
        change(runs=tuple(runs), escape=None)
    else:
        change(step=step, escape=None)


def _escape(scenario: Scenario, event: Mapping[str, Any]) -> None:
    index = _run_index(event)
    change(escape=None if scenario.view.escape == index else index, selected=index, at=None)


def _widen(scenario: Scenario, event: Mapping[str, Any]) -> None:
    """Continue from the end of a run with more neurons at 0, which change neither loss nor output."""
    index, count = _run_index(event), _whole(event["count"], limits.NEURONS)
    checked(scenario.training.m + count, limits.NEURONS, "m")
    end = solved_scenario_of(scenario).runs[index].trajectory.network()
    _restart(scenario, index, widen(end, count, solved_scenario_of(scenario).problem), keep=True)


def _add_missing(scenario: Scenario, event: Mapping[str, Any]) -> None:
    """Continue from the end of a run with its missing neuron added."""
    index = _run_index(event)
    end = solved_scenario_of(scenario).runs[index].trajectory.network()
    neuron = missing_neurons_of(scenario.data, scenario.training)[f"run{index}"]
    _restart(scenario, index, with_neurons(end, neuron), keep=False)


def _restart(scenario: Scenario, index: int, network: Network, *, keep: bool) -> None:
    """Let a run start from a network, wider than before; the others get their further neurons at 0 or drawn."""
    runs = list(scenario.training.runs)
    w = tuple(network.W.T.ravel().tolist())
    alpha = () if scenario.training.layer == "ones" else tuple(network.alpha.tolist())
    pattern = runs[index] if index < len(runs) else Run(scenario.training.method, scenario.training.schedule)
    started = replace(pattern, w=w, alpha=alpha)
    if index < len(runs):
        runs[index] = started
    else:
        runs.append(started)
        index = len(runs) - 1
    runs = [run if at == index else _padded(run, scenario, network.m) for at, run in enumerate(runs)]
    change(m=network.m, runs=tuple(runs), selected=index, at=None, escape=index if keep else None)


def _padded(run: Run, scenario: Scenario, m: int) -> Run:
    """Return an explicit run with neurons at 0 up to the new width, so that widening one run changes no other."""
    d = scenario.data.d
    missing = max(0, m - len(run.w) // d) if len(run.w) >= scenario.training.m * d else 0
    alpha = () if scenario.training.layer == "ones" else (0.0,) * missing
    given = (*run.alpha, *(1.0,) * (scenario.training.m - len(run.alpha))) if alpha else run.alpha
    return replace(run, w=(*run.w, *(0.0,) * (missing * d)), alpha=(*given, *alpha))


def _compare(scenario: Scenario, event: Mapping[str, Any]) -> None:
    """Let the other optimisers start where a run does."""
    run = scenario.training.runs[_run_index(event)]
    others = [replace(run, method=method, pinned=False) for method in METHODS if method != run.method]  # type: ignore[arg-type]
    new = [other for other in others if other not in scenario.training.runs]
    free = limits.MAX_RUNS - len(scenario.training.runs)
    change(runs=(*scenario.training.runs, *new[:free]))


def _preset(scenario: Scenario, event: Mapping[str, Any]) -> None:
    for preset in PRESETS:
        if preset.name == event.get("name"):
            reset(replace(preset.scenario, view=_kept_view(preset.scenario, scenario)))


def _kept_view(chosen: Scenario, before: Scenario) -> View:
    """Return the view of a scenario that was chosen: type and open panels stay as they are."""
    old = before.view
    return replace(chosen.view, large=old.large, formulas=old.formulas, proof=old.proof)


def _run_index(event: Mapping[str, Any]) -> int:
    return _whole(int(str(event["run"]).removeprefix("run").removeprefix("escape")), limits.SELECTED)


def _whole(value: object, allowed: limits.Range) -> int:
    whole: int = checked(value, allowed, "The number of an event")
    return whole


def _numbers(values: object, allowed: limits.Range) -> tuple[float, ...]:
    if not isinstance(values, list) or len(values) > limits.MAX_WEIGHTS:
        raise TypeError("an event holds a list of numbers")
    numbers = [number for value in values if (number := as_number(value)) is not None and isfinite(number)]
    if len(numbers) < len(values):
        raise TypeError("an event's numbers are finite")
    return tuple(allowed.clamp(number) for number in numbers)


def _alpha(scenario: Scenario, values: object) -> tuple[float, ...]:
    return () if scenario.training.layer == "ones" else _numbers(values, limits.WEIGHT)


_HANDLERS: dict[str, Callable[[Scenario, Mapping[str, Any]], None]] = {
    "edit": _edit,
    "change": _change,
    "click": _click,
    "pin": _pin,
    "remove": _remove,
    "select": _select,
    "at": _at,
    "step": _step,
    "escape": _escape,
    "widen": _widen,
    "add-missing": _add_missing,
    "compare": _compare,
    "preset": _preset,
    "surface": lambda scenario, event: change(surface=event.get("value")),
    "basins": lambda scenario, event: change(basins=not scenario.view.basins),
    "formulas": lambda scenario, event: change(formulas=not scenario.view.formulas),
    "proof": lambda scenario, event: change(proof=not scenario.view.proof),
    "undo": lambda scenario, event: undo(),
    "redo": lambda scenario, event: redo(),
    "reset": lambda scenario, event: reset(),
    "reconnected": lambda scenario, event: keep_notes(),
}
