"""Random starts of a training run, at any scale; the same generator gives the same start."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from landscape.model.network import Network

Start = Callable[[int, int, float, np.random.Generator], Network]
"""Features d, neurons m, scale and generator to a network."""


def uniform(d: int, m: int, scale: float, rng: np.random.Generator) -> Network:
    """Return a network whose weights are all uniform on [−scale, scale]."""
    return Network(scale * rng.uniform(-1.0, 1.0, (d, m)), scale * rng.uniform(-1.0, 1.0, m))


def normal(d: int, m: int, scale: float, rng: np.random.Generator) -> Network:
    """Return a network whose weights are all Gaussian with standard deviation ``scale``."""
    return Network(scale * rng.standard_normal((d, m)), scale * rng.standard_normal(m))


def balanced(d: int, m: int, scale: float, rng: np.random.Generator) -> Network:
    """Return a network of Gaussian neurons with |alpha_j| = ‖w_j‖ and a random sign each (Boursier et al. 2022).

    Gradient flow without regularisation keeps |alpha_j| = ‖w_j‖.
    """
    W = scale * rng.standard_normal((d, m))
    return Network(W, np.linalg.norm(W, axis=0) * rng.choice([-1.0, 1.0], m))


def balanced_by_neuron(d: int, m: int, scale: float, rng: np.random.Generator) -> Network:
    """Return a network like ``balanced``, drawn neuron by neuron: the first neurons are the same for every m."""
    normal = rng.standard_normal((m, d + 1))
    W = scale * normal[:, :d]
    return Network(W.T, np.where(normal[:, d] < 0, -1.0, 1.0) * np.linalg.norm(W, axis=1))


def pytorch(d: int, m: int, scale: float, rng: np.random.Generator) -> Network:
    """Return PyTorch's own start of two ``nn.Linear`` layers, times ``scale``: uniform on ±1/√fan-in."""
    return Network(scale / np.sqrt(d) * rng.uniform(-1.0, 1.0, (d, m)), scale / np.sqrt(m) * rng.uniform(-1.0, 1.0, m))


STARTS: dict[str, Start] = {"uniform": uniform, "normal": normal, "balanced": balanced, "pytorch": pytorch}
"""The starts by name."""


def start_named(name: str) -> Start:
    """Return the start of a name; raises ValueError, naming those there are, for any other."""
    if name not in STARTS:
        raise ValueError(f"start must be one of {', '.join(STARTS)}, but was {name!r}.")
    return STARTS[name]
