"""The flat records a scenario is made of: data, training, one run, the view.

Each has a ``tag``: Streamlit's cache hashes a record by its fields alone, and without the tag equal fields of two
classes would share an entry.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np

from landscape.formatting import counted
from landscape.model.problem import OutputBias, SecondLayer
from landscape.scenario import limits
from landscape.scenario.limits import checked, checked_choice, checked_flag, checked_tuple
from landscape.training.optimisers import METHODS, Method

Plane = Literal["neurons", "path"]
Drawing = Literal["contour", "surface", "both"]
Init = Literal["balanced", "uniform", "normal", "pytorch"]


TRAINING_RANGES = {
    "m": limits.NEURONS,
    "lam": limits.LAMBDA,
    "step": limits.STEP,
    "steps": limits.STEPS,
    "starts": limits.STARTS,
    "scale": limits.SCALE,
    "seed": limits.SEED,
}
FILM_RANGES = {**TRAINING_RANGES, "m": limits.FILM_NEURONS, "steps": limits.FILM_STEPS}
"""The ranges for filmed runs."""


def _tag(name: str) -> str:
    return field(default=name, init=False, repr=False)


def _schedule(step: object) -> tuple[tuple[int, float], ...] | None:
    if step is None:
        return None
    if limits.as_number(step) is not None:
        return ((0, checked(step, limits.STEP, "step")),)
    if not isinstance(step, (tuple, list)) or not all(isinstance(piece, (tuple, list)) for piece in step):
        raise ValueError(f"step must be a step size or pairs (from, step size), but was {limits.quoted(step)}.")
    if not 1 <= len(step) <= limits.MAX_CHANGES or any(len(piece) != 2 for piece in step):
        raise ValueError(f"step must be 1 to {limits.MAX_CHANGES} pairs (from, step size), but was {len(step)} pieces.")
    pieces = tuple((int(checked(start, limits.AT, "step")), checked(size, limits.STEP, "step")) for start, size in step)
    begins = [start for start, _ in pieces]
    if begins[0] != 0 or any(after <= before for before, after in pairwise(begins)):
        places = ", ".join(map(str, begins))
        raise ValueError(f"step must begin at 0 and go on increasing, but begins its pieces at {places}.")
    return pieces


def _set(record: object, name: str, value: object) -> None:
    object.__setattr__(record, name, value)


@dataclass(frozen=True)
class Data:
    """The points a network is fitted to.

    Arguments
        x: the features row by row, ``features`` numbers a point, each of limits.NUMBER.
        y: one label a point, each of limits.NUMBER.
        features: numbers a point.
        bias: whether a column of ones joins the features.

    Raises ValueError when a number is out of range or the lengths disagree.
    """

    x: tuple[float, ...] = (-1.0, 1.0)
    y: tuple[float, ...] = (1.0, 2.0)
    features: int = 1
    bias: bool = False
    tag: str = _tag("data")

    def __post_init__(self) -> None:
        _set(self, "features", checked(self.features, limits.FEATURES, "features"))
        checked_flag(self.bias, "bias")
        _set(self, "x", checked_tuple(self.x, limits.NUMBER, "x"))
        _set(self, "y", checked_tuple(self.y, limits.NUMBER, "y"))
        if not 1 <= len(self.y) <= limits.MAX_POINTS:
            raise ValueError(f"y must hold 1 to {limits.MAX_POINTS} labels, but holds {len(self.y)}.")
        if len(self.x) != self.n * self.features:
            raise ValueError(
                f"x must hold {counted(self.features, 'number')} for each of the {counted(self.n, 'label')}, "
                f"{self.n * self.features} in all, but holds {len(self.x)}."
            )

    @property
    def n(self) -> int:
        """Number of points."""
        return len(self.y)

    @property
    def d(self) -> int:
        """Number of columns of X, the bias included."""
        return self.features + self.bias

    @property
    def X(self) -> np.ndarray:
        """The points as (n, d), the column of ones last."""
        rows = np.array(self.x).reshape(self.n, self.features)
        return np.hstack([rows, np.ones((self.n, 1))]) if self.bias else rows


@dataclass(frozen=True)
class Run:
    """One optimiser from one explicit start.

    Arguments
        method: "gd", "momentum" or "adam".
        step: a step size, or a schedule ((0, step), (150, smaller), ...): from step 0 on, from step 150 on, ...
            None: one that suits the data and this start (training.step_size).
        w: first layer, neuron after neuron, d numbers each; neurons that are not given are drawn.
        alpha: second layer, one number a neuron; a missing one is 1. Not used while the second layer is ones.
        pinned: whether it keeps its start when a click sets a start elsewhere.

    Raises ValueError when a number is out of range or the schedule does not start at 0 and increase.
    """

    method: Method = "gd"
    step: tuple[tuple[int, float], ...] | None = None
    w: tuple[float, ...] = ()
    alpha: tuple[float, ...] = ()
    pinned: bool = False
    tag: str = _tag("run")

    def __post_init__(self) -> None:
        checked_choice(self.method, METHODS, "method")
        _set(self, "step", _schedule(self.step))
        _set(self, "w", checked_tuple(self.w, limits.WEIGHT, "w"))
        _set(self, "alpha", checked_tuple(self.alpha, limits.WEIGHT, "alpha"))
        if len(self.w) > limits.MAX_WEIGHTS:
            raise ValueError(f"w must hold at most {limits.MAX_WEIGHTS} weights, but holds {len(self.w)}.")
        if len(self.alpha) > limits.NEURONS.high:
            raise ValueError(f"alpha must hold at most {limits.NEURONS.high} weights, but holds {len(self.alpha)}.")


@dataclass(frozen=True)
class Training:
    """The networks and how they are trained.

    Arguments
        m: number of neurons.
        layer: second layer, "ones" (held at 1) or "trained".
        lam: regularisation λ as a fraction of λ_max; 0 while the second layer is ones.
        method, step: optimiser and step size of the random starts; an explicit run has its own. None: one that suits
            the data and each start.
        steps: steps of every run.
        starts, scale, seed: how many random starts, the standard deviation of their weights, the seed of the generator.
        runs: explicit runs.
        scales: the initial scales of filmed runs, one for each; then there are no other runs.
        init: how their weights are drawn: "balanced", "uniform", "normal" or "pytorch", one draw for all scales.
        output_bias: the number added to every output: "none", or trained from 0 on, "free" or "penalised" by λ; none
            while the second layer is ones.

    Raises ValueError when a value is out of range.
    """

    m: int = 2
    layer: SecondLayer = "ones"
    lam: float = 0.0
    method: Method = "gd"
    step: float | None = None
    steps: int = 500
    starts: int = 0
    scale: float = 2.0
    seed: int = 0
    runs: tuple[Run, ...] = (Run(w=(2.45, 2.25)), Run(w=(3.0, -0.5)))
    scales: tuple[float, ...] = ()
    init: Init = "balanced"
    output_bias: OutputBias = "none"
    tag: str = _tag("training")

    def __post_init__(self) -> None:
        checked_choice(self.layer, limits.LAYERS, "layer")
        checked_choice(self.method, METHODS, "method")
        checked_choice(self.init, limits.INITS, "init")
        checked_choice(self.output_bias, limits.OUTPUT_BIASES, "output_bias")
        _set(self, "scales", checked_tuple(self.scales, limits.SCALE, "scales"))
        if len(self.scales) > limits.MAX_FILMS:
            raise ValueError(f"scales must hold at most {limits.MAX_FILMS} scales, but holds {len(self.scales)}.")
        for name, allowed in (FILM_RANGES if self.scales else TRAINING_RANGES).items():
            if name == "step" and self.step is None:
                continue
            _set(self, name, checked(getattr(self, name), allowed, name))
        if self.scales and (self.runs or self.starts):
            raise ValueError("runs and starts must be none while scales are filmed.")
        if self.layer == "ones" and self.lam > 0:
            raise ValueError(f"lam must be 0 while layer is ones, but was {limits.quoted(self.lam)}.")
        if self.layer == "ones" and self.output_bias != "none":
            raise ValueError(f"output_bias must be none while layer is ones, but was {self.output_bias}.")
        if not isinstance(self.runs, (tuple, list)) or not all(isinstance(run, Run) for run in self.runs):
            raise ValueError(f"runs must be a sequence of Run, but was {limits.quoted(self.runs)}.")
        if len(self.runs) > limits.MAX_RUNS:
            raise ValueError(f"runs must hold at most {limits.MAX_RUNS} runs, but holds {len(self.runs)}.")
        _set(self, "runs", tuple(self.runs))

    @property
    def schedule(self) -> tuple[tuple[int, float], ...] | None:
        """The step of the random starts as an explicit run has it."""
        return None if self.step is None else ((0, self.step),)


@dataclass(frozen=True)
class View:
    """Which part of the scenario is shown, and how.

    Arguments
        window: half-width of the landscape, None for one that shows data, optimum and runs.
        plane: the slice of the landscape, over two "neurons" or through the "path" of the selected run.
        neurons: the two neurons of the slice, counted from 0 (a link counts them from 1).
        surface: the landscape as "contour", "surface" or "both".
        selected: the selected run, counted from 0 (a link counts from 1), explicit runs before random starts.
        at: the selected step, None for the last.
        large: large type, for a projector.
        basins: whether the landscape is shaded by where gradient flow ends.
        escape: the run whose path to the global optimum is shown, counted from 0 (a link counts from 1), or None.
        formulas: whether the formulas are open; proof: whether the proof of the bound is.

    Raises ValueError when a value is out of range.
    """

    window: float | None = None
    plane: Plane = "neurons"
    neurons: tuple[int, int] = (0, 1)
    surface: Drawing = "contour"
    selected: int = 0
    at: int | None = None
    large: bool = False
    basins: bool = False
    escape: int | None = None
    formulas: bool = False
    proof: bool = False
    tag: str = _tag("view")

    def __post_init__(self) -> None:
        checked_choice(self.plane, limits.PLANES, "plane")
        checked_choice(self.surface, limits.SURFACES, "surface")
        checked_flag(self.large, "large")
        checked_flag(self.basins, "basins")
        checked_flag(self.formulas, "formulas")
        checked_flag(self.proof, "proof")
        if self.escape is not None:
            _set(self, "escape", checked(self.escape, limits.SELECTED, "escape"))
        if self.window is not None:
            _set(self, "window", checked(self.window, limits.WINDOW, "window"))
        if self.at is not None:
            _set(self, "at", checked(self.at, limits.AT, "at"))
        _set(self, "selected", checked(self.selected, limits.SELECTED, "selected"))
        _set(self, "neurons", checked_tuple(self.neurons, limits.NEURON_INDEX, "neurons"))
        if len(self.neurons) != 2 or self.neurons[0] == self.neurons[1]:
            raise ValueError(f"neurons must be two different neurons, but was {limits.quoted(str(self.neurons))}.")
