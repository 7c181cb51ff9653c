"""Training runs of the sources: data, start, optimiser and step of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from landscape.model import initialisation as starts
from landscape.model.datasets import Dataset, dataset
from landscape.model.network import Network
from landscape.model.problem import Problem
from landscape.training.keyframes import descend_keyframes
from landscape.training.optimisers import Method
from landscape.training.trajectory import Trajectory


@dataclass(frozen=True)
class PublishedRun:
    """A training run of a source, without regularisation.

    Arguments
        name: its identifier in links and code.
        title: the label of its button.
        caption: one line that describes it.
        data: the function that draws the data from a generator; most ignore the generator.
        start: the kind of start, at ``m`` neurons and ``scale``.
        step: the step size for the mean squared error, as the sources give it.
        n_steps: most steps.
        mean: whether the source trains the mean squared error, so that a gradient-descent step is step/n in ours.
    """

    name: str
    title: str
    caption: str
    data: Callable[[np.random.Generator], Dataset]
    start: starts.Start
    m: int
    scale: float
    step: float
    n_steps: int
    method: Method = "gd"
    mean: bool = True

    def setup(
        self, rng: np.random.Generator, *, m: int | None = None, scale: float | None = None
    ) -> tuple[Problem, Network]:
        """Return the problem and a start drawn from ``rng``, at the published width and scale or at others."""
        data = self.data(rng)
        problem = Problem(data.design, data.y)
        return problem, self.start(problem.d, m or self.m, self.scale if scale is None else scale, rng)

    def step_for(self, problem: Problem) -> float:
        """Return the step size in the objective's own units: Adam's does not depend on them."""
        return self.step / problem.n if self.mean and self.method != "adam" else self.step

    def play(self, rng: np.random.Generator, *, n_steps: int | None = None, frames: int | None = None) -> Trajectory:
        """Return the run, its iterates denser at changes of pattern, falls of the loss and moves of the weights."""
        problem, start = self.setup(rng)
        return descend_keyframes(
            problem,
            start,
            step=self.step_for(problem),
            n_steps=self.n_steps if n_steps is None else n_steps,
            method=self.method,
            frames=frames,
        )


def published_run(name: str) -> PublishedRun:
    """Return the published run of a name; raises ValueError, naming those there are, for any other."""
    for found in PUBLISHED_RUNS:
        if found.name == name:
            return found
    raise ValueError(f"name must be one of {', '.join(p.name for p in PUBLISHED_RUNS)}, but was {name!r}.")


def _named(name: str) -> Callable[[np.random.Generator], Dataset]:
    return lambda rng: dataset(name)


def _many_features(rng: np.random.Generator) -> Dataset:
    X = rng.standard_normal((100, 10))
    y = X @ rng.standard_normal(10)
    return Dataset(
        name="linear", X=X, y=y / np.sqrt(np.mean(y**2)), source="a hundred Gaussian samples of a linear map"
    )


def _one_neuron(d: int, m: int, scale: float, rng: np.random.Generator) -> Network:
    return Network(np.repeat([[0.3], [-0.15]], m, axis=1), np.ones(m))


PUBLISHED_RUNS = (
    PublishedRun(
        "small",
        "Small initialisation",
        "Neurons first turn to one direction, while the loss stays on a plateau; then they grow together.",
        _named("line"),
        starts.uniform,
        m=1000,
        scale=1e-9,
        step=0.1,
        n_steps=300,
    ),
    PublishedRun(
        "large",
        "Large initialisation",
        "The loss falls at once and the kinks stay where they are: few neurons change their pattern.",
        _named("line"),
        starts.uniform,
        m=1000,
        scale=1.0,
        step=1e-3,
        n_steps=2000,
    ),
    PublishedRun(
        "adam",
        "One neuron, Adam",
        "One neuron fits two points: its kink crosses the first of them, then both lie on one line.",
        _named("pair"),
        _one_neuron,
        m=1,
        scale=1.0,
        step=1e-3,
        n_steps=4000,
        method="adam",
    ),
    PublishedRun(
        "orthogonal",
        "Orthogonal data",
        "Two orthogonal samples of opposite sign: each is fitted by its own group of neurons, one after the other.",
        _named("orthogonal"),
        starts.balanced,
        m=60,
        scale=1e-6,
        step=1e-3,
        n_steps=20_000,
        mean=False,
    ),
    PublishedRun(
        "non-orthogonal",
        "Data that are not orthogonal",
        "Training from a small start comes to rest above the global optimum, which is 0.",
        _named("non-orthogonal"),
        starts.balanced,
        m=60,
        scale=1e-6,
        step=1e-3,
        n_steps=20_000,
        mean=False,
    ),
    PublishedRun(
        "sine",
        "Ten points of a sine",
        "Five hundred neurons bend the output to a sine, slowly.",
        _named("sine"),
        starts.pytorch,
        m=500,
        scale=1.0,
        step=0.01,
        n_steps=20_000,
    ),
    PublishedRun(
        "patterns",
        "Patterns over time",
        "Twenty neurons in ten dimensions start with twenty patterns and end with a handful.",
        _many_features,
        starts.normal,
        m=20,
        scale=1e-5,
        step=0.1,
        n_steps=300,
    ),
)
"""The published runs, in the order they are offered."""
