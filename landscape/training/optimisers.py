"""The update rules of the optimisers: from gradients to the direction one step is taken against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np

Method = Literal["gd", "momentum", "adam"]
METHODS: tuple[str, ...] = get_args(Method)

Arrays = tuple[np.ndarray, ...]
Rule = Callable[[Arrays, Arrays, int], tuple[Arrays, Arrays]]

HEAVY_BALL = 0.9
"""The share of its velocity that momentum keeps in a step."""

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8  # PyTorch's defaults


def gradient_descent(grads: Arrays, memory: Arrays, t: int) -> tuple[Arrays, Arrays]:
    """Return the gradients themselves."""
    return grads, memory


def momentum(grads: Arrays, memory: Arrays, t: int) -> tuple[Arrays, Arrays]:
    """Return the heavy ball's velocities v ← .9 v + g (Polyak 1964)."""
    velocity = tuple(HEAVY_BALL * v + g for v, g in zip(memory, grads, strict=True)) if memory else grads
    return velocity, velocity


def adam(grads: Arrays, memory: Arrays, t: int) -> tuple[Arrays, Arrays]:
    """Return Adam's directions m̂ / (√v̂ + ε) at step t = 0, 1, … (Kingma & Ba 2015)."""
    k = len(grads)
    memory = memory or tuple(np.zeros_like(g) for g in (*grads, *grads))
    first = tuple(BETA1 * m + (1 - BETA1) * g for m, g in zip(memory[:k], grads, strict=True))
    second = tuple(BETA2 * v + (1 - BETA2) * g * g for v, g in zip(memory[k:], grads, strict=True))
    unbias1, unbias2 = 1 - BETA1 ** (t + 1), 1 - BETA2 ** (t + 1)
    directions = tuple((m / unbias1) / (np.sqrt(v / unbias2) + EPSILON) for m, v in zip(first, second, strict=True))
    return directions, first + second


RULES: dict[str, Rule] = {"gd": gradient_descent, "momentum": momentum, "adam": adam}

NAMES: dict[Method, str] = {"gd": "gradient descent", "momentum": "momentum", "adam": "Adam"}
"""What each optimiser is called in the middle of a sentence."""
