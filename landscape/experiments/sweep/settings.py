"""The settings that a sweep varies: their product, a cell for each combination."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, cast

from landscape.model.datasets import Dataset
from landscape.model.initialisation import start_named
from landscape.model.problem import LARGEST, SecondLayer, is_one_of
from landscape.training.descent import MAX_STEPS, MAX_WORK
from landscape.training.optimisers import METHODS, Method

MAX_STARTS = 100_000
"""Most starts of one cell."""

MAX_CELLS = 1_000_000
"""Most cells of one sweep."""

Key = tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Cell:
    """One combination of settings.

    Arguments
        data: the samples; m: neurons; scale: of the start; lam: λ as a fraction of λ_max.
        step, method, n_steps, start, second_layer: how it is trained; see ``Sweep``.
        seed: of the starts; starts: how many of them are drawn from it.
        tolerance: the excess over the certified optimum up to which a run is a success (``landscape.model.excess``).
    """

    data: Dataset
    m: int
    scale: float
    lam: float
    step: float | None
    method: Method
    seed: int
    start: str
    second_layer: SecondLayer
    starts: int
    n_steps: int
    tolerance: float

    @property
    def key(self) -> Key:
        """The values that identify the cell within its sweep."""
        return (self.data.name, self.m, self.scale, self.lam, self.step, self.method, self.seed)

    @property
    def settings(self) -> dict[str, Any]:
        """Every setting as a plain value, the data by name."""
        return {
            "data": self.data.name,
            "n": self.data.design.shape[0],
            "d": self.data.design.shape[1],
            "m": self.m,
            "scale": self.scale,
            "lam": self.lam,
            "step": self.step,
            "method": self.method,
            "seed": self.seed,
            "start": self.start,
            "second_layer": self.second_layer,
            "starts": self.starts,
            "n_steps": self.n_steps,
            "tolerance": self.tolerance,
        }


@dataclass(frozen=True, eq=False)
class Sweep:
    """The product of settings over which gradient descent is tried.

    Arguments
        data: data sets, of different names.
        m: widths; scale: scales of the start; lam: fractions of λ_max; step: step sizes, or None alone for one tuned to
            each cell; method: optimisers; seeds.
            Cells of one seed draw the same starts, up to width and scale.
        start: the kind of start ("uniform", "normal", "balanced", "pytorch").
        second_layer: "trained", or "ones" (then every lam must be 0).
        starts: runs of each cell; n_steps: most steps of a run.
        tolerance: the excess over the optimum, as a share of it, up to which a run is a success.

    Raises ValueError for values that are none of these, repeated values, or too many cells.
    """

    data: tuple[Dataset, ...]
    m: tuple[int, ...]
    scale: tuple[float, ...] = (1.0,)
    lam: tuple[float, ...] = (0.0,)
    step: tuple[float | None, ...] = (0.01,)
    method: tuple[Method, ...] = ("gd",)
    seeds: tuple[int, ...] = (0,)
    start: str = "uniform"
    second_layer: SecondLayer = "trained"
    starts: int = 20
    n_steps: int = 2000
    tolerance: float = 1e-4

    def __post_init__(self) -> None:
        def keep(name: str, values: tuple[Any, ...]) -> None:
            object.__setattr__(self, name, values)

        keep("m", _whole_numbers("m", self.m, 1, 100_000))
        keep("seeds", _whole_numbers("seeds", self.seeds, 0, 2**63))
        keep("scale", _numbers("scale", self.scale, lambda v: v > 0, "above 0"))
        keep("lam", _numbers("lam", self.lam, lambda v: v >= 0, "at or above 0"))
        if tuple(self.step) != (None,):
            keep("step", _numbers("step", self.step, lambda v: v > 0, "above 0"))
        keep("data", tuple(self.data))
        keep("method", tuple(self.method))
        _different("data", tuple(data.name for data in self.data))
        _different("method", self.method)
        for method in self.method:
            if method not in METHODS:
                raise ValueError(f"method must be among {', '.join(METHODS)}, but holds {method!r}.")
        start_named(self.start)
        if not is_one_of(self.second_layer, ("trained", "ones")):
            raise ValueError(f'second_layer must be "trained" or "ones", but was {self.second_layer!r}.')
        if self.second_layer == "ones" and any(self.lam):
            raise ValueError(f'lam must be 0 where second_layer is "ones", but holds {max(self.lam):g}.')
        _whole_numbers("starts", (self.starts,), 1, MAX_STARTS)
        _whole_numbers("n_steps", (self.n_steps,), 1, MAX_STEPS)
        _numbers("tolerance", (self.tolerance,), lambda v: v > 0, "above 0")
        if len(self) > MAX_CELLS:
            raise ValueError(f"a sweep must have at most {MAX_CELLS:,} cells, but has {len(self):,}.")
        work = self.n_steps * max(self.m) * max(len(data.y) for data in self.data)
        if work > MAX_WORK:
            raise ValueError(f"steps × neurons × samples must be at most {MAX_WORK:,}, but reach {work:,}.")

    def __len__(self) -> int:
        axes = (self.data, self.m, self.scale, self.lam, self.step, self.method, self.seeds)
        count = 1
        for axis in axes:
            count *= len(axis)
        return count

    def cells(self) -> Iterator[Cell]:
        """Yield every cell, the seeds changing fastest."""
        axes = product(self.data, self.m, self.scale, self.lam, self.step, self.method, self.seeds)
        for data, m, scale, lam, step, method, seed in axes:
            yield Cell(
                data,
                m,
                scale,
                lam,
                step,
                method,
                seed,
                self.start,
                self.second_layer,
                self.starts,
                self.n_steps,
                self.tolerance,
            )

    def document(self) -> dict[str, Any]:
        """Return everything as plain values, the samples themselves included, so that a sweep can be run again."""
        return {
            "data": [
                {"name": d.name, "X": d.design.tolist(), "y": d.y.tolist(), "source": d.source} for d in self.data
            ],
            "m": list(self.m),
            "scale": list(self.scale),
            "lam": list(self.lam),
            "step": list(self.step),
            "method": list(self.method),
            "seeds": list(self.seeds),
            "start": self.start,
            "second_layer": self.second_layer,
            "starts": self.starts,
            "n_steps": self.n_steps,
            "tolerance": self.tolerance,
        }


def _whole_numbers(name: str, values: Any, least: int, most: int) -> tuple[int, ...]:
    out = []
    for value in tuple(values):
        if isinstance(value, bool) or not _is_number(value) or value != int(value) or not least <= value <= most:
            raise ValueError(f"{name} must hold whole numbers from {least} to {most:,}, but holds {value!r}.")
        out.append(int(value))
    return cast(tuple[int, ...], _different(name, tuple(out)))


def _numbers(name: str, values: Any, fits: Callable[[float], bool], rule: str) -> tuple[float, ...]:
    out = []
    for value in tuple(values):
        if not _is_number(value) or not fits(float(value)):
            raise ValueError(f"{name} must hold finite numbers {rule}, but holds {value!r}.")
        out.append(float(value))
    return cast(tuple[float, ...], _different(name, tuple(out)))


def _is_number(value: Any) -> bool:
    try:
        return abs(float(value)) <= LARGEST
    except (TypeError, ValueError, OverflowError):
        return False


def _different(name: str, values: tuple[Any, ...]) -> tuple[Any, ...]:
    if not values:
        raise ValueError(f"{name} must hold at least one value, but is empty.")
    if len(set(values)) < len(values):
        raise ValueError(f"{name} must hold different values, but repeats one: {values}.")
    return values
