"""What each group of weights costs where the network was trained, as one λ and an output bias of ``Problem``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt
from typing import Literal, get_args

import numpy as np

from landscape.formatting import short
from landscape.model.problem import OutputBias, is_one_of

HiddenBias = Literal["as trained", "penalised"]

AGREEMENT = 1e-12
"""Two penalties that differ by no more than this share are one: they were computed."""


@dataclass(frozen=True, eq=False)
class Layers:
    """The weights of a two-layer network as they were trained; a bias is None where there is none.

    Arguments
        W: (d, m) hidden weights, a neuron a column; hidden_bias: (m,).
        alpha: (m,) output weights; output_bias: a number.
    """

    W: np.ndarray
    hidden_bias: np.ndarray | None
    alpha: np.ndarray
    output_bias: float | None


@dataclass(frozen=True)
class Penalties:
    """What the groups of weights cost beside the summed loss: each λ times its sum of squares."""

    W: float
    hidden_bias: float
    alpha: float
    output_bias: float


@dataclass(frozen=True)
class OneLambda:
    """The same penalties as λ (‖W‖² + ‖alpha‖²) of rescaled neurons.

    Arguments
        lam: λ.
        output_bias: of ``Problem``.
        column: what the last column of X holds that stands for hidden biases; 0.0 where there are none.
        scale: by what hidden weights are multiplied, and output weights divided.
        beyond: the share of what hidden biases cost here that they did not cost in the training.
        sentences: what was done, in words.
    """

    lam: float
    output_bias: OutputBias
    column: float
    scale: float
    beyond: float
    sentences: tuple[str, ...]


def one_lambda(layers: Layers, costs: Penalties, hidden_bias: str, trainer: str) -> OneLambda:
    """Return the penalties of a network's groups as those of a ``Problem`` in which it costs the same.

    Layers with penalties λ₁ and λ₂ are those with λ = √(λ₁ λ₂) for neurons whose hidden weights are multiplied by
    (λ₁/λ₂)^¼ and whose output weights are divided by it. A hidden bias that costs κ times what a hidden weight does is
    one of a column of 1/√κ in X.

    Arguments
        hidden_bias: "as trained", or "penalised" to judge the network where hidden biases cost what weights do.
        trainer: who did the training, as the subject of a sentence.

    Raises ValueError where there is no such problem, with the reason.
    """
    if not is_one_of(hidden_bias, get_args(HiddenBias)):
        raise ValueError(f"hidden_bias must be 'as trained' or 'penalised', but was {hidden_bias!r}.")
    said: list[str] = []
    if (costs.W == 0) != (costs.alpha == 0):
        free, paid = ("first", "second") if costs.W == 0 else ("second", "first")
        raise ValueError(
            f"{trainer} penalises the {paid} layer and not the {free}: the {paid} can shrink for nothing while the "
            f"{free} grows, so the penalty has no effect at the infimum, and no network attains it. Penalise both; "
            f"or pass weight_decay in place of optimizer, to judge this network where both are."
        )
    lam = costs.W if same(costs.W, costs.alpha) else sqrt(costs.W * costs.alpha)
    scale = 1.0 if same(costs.W, costs.alpha) else (costs.W / costs.alpha) ** 0.25
    if scale != 1.0:
        said.append(
            f"The layers cost {short(costs.W)} ‖W‖² and {short(costs.alpha)} ‖alpha‖². That is "
            f"λ = √({short(costs.W)} · {short(costs.alpha)}) = {short(lam)} for the same network with hidden weights "
            f"multiplied by {short(scale)} and output weights divided by it."
        )
    column = beyond = 0.0
    if layers.hidden_bias is not None:
        column, sentence = _column(costs, hidden_bias, trainer)
        said.append(sentence)
        if hidden_bias == "penalised" and costs.W > 0 and not same(costs.hidden_bias, costs.W):
            beyond = 1.0 - costs.hidden_bias / costs.W
    kind: OutputBias = "none"
    if layers.output_bias is not None:
        if costs.output_bias == 0:
            kind = "free"
            said.append(f"The output bias is {'free, as all weights are' if lam == 0 else 'not penalised'}: 'free'.")
        elif same(costs.output_bias, lam):
            kind = "penalised"
            said.append("The output bias b costs λ b²: 'penalised'.")
        else:
            of_two = "" if scale == 1.0 else f", λ = √({short(costs.W)} · {short(costs.alpha)}) of the two layers"
            decay = "as the weights" if scale == 1.0 else "√(wd₁ wd₂) for wd₁ and wd₂ of the two layers"
            raise ValueError(
                f"{trainer} penalises the output bias by {short(costs.output_bias)} b²: covered are 0 and "
                f"{short(lam)} b²{of_two}. Train it with a weight decay of 0, or {decay}; or pass weight_decay in "
                f"place of optimizer, to judge the network where all weights and biases have that one."
            )
    return OneLambda(lam, kind, column, scale, beyond, tuple(said))


def _column(costs: Penalties, hidden_bias: str, trainer: str) -> tuple[float, str]:
    """Return the column of X that stands for hidden biases, and the sentence about it."""
    last = "X has one column more, of ones, whose weights are the hidden biases"
    if costs.W == 0:
        if costs.hidden_bias > 0:
            raise ValueError(
                f"{trainer} penalises the hidden biases and not the weights: the first layer can shrink for nothing "
                f"while the second grows, so that penalty has no effect at the infimum. Penalise all, or none."
            )
        return 1.0, f"{last}."
    if hidden_bias == "penalised":
        if same(costs.hidden_bias, costs.W):
            return 1.0, f"{last}: they cost what weights cost."
        return 1.0, (
            f"{last}. {trainer} does not penalise them as weights; here each costs {short(costs.W)} b² too, as "
            f"hidden_bias='penalised' asks. A bound is of this problem: by the objective of the training a network "
            f"with hidden biases b costs at least the bound less {short(costs.W)} ‖b‖²."
        )
    if costs.hidden_bias == 0:
        raise ValueError(
            f"{trainer} penalises the weights and not the hidden biases. Such networks are another class, which is not "
            f"covered: hidden_bias='penalised' judges this one where its hidden biases cost λ b² as well."
        )
    if same(costs.hidden_bias, costs.W):
        return 1.0, f"{last}: they cost what weights cost."
    column = sqrt(costs.W / costs.hidden_bias)
    return column, (
        f"X has one column more, each entry {short(column)}, whose weights are the hidden biases divided by that: so "
        f"they cost {short(costs.hidden_bias)} b² where a hidden weight costs {short(costs.W)} w²."
    )


def same(one: float, other: float) -> bool:
    """Return whether two penalties are one up to rounding."""
    return abs(one - other) <= AGREEMENT * max(abs(one), abs(other))


def scaled(layers: Layers, form: OneLambda) -> Layers:
    """Return the network whose cost in the one λ is that of these layers, with the same outputs."""
    bias = layers.hidden_bias
    return replace(
        layers,
        W=layers.W * form.scale,
        hidden_bias=None if bias is None else bias * form.scale / form.column,
        alpha=layers.alpha / form.scale,
    )
