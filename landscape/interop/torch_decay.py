"""The weight decay of each group of a network's weights, from a number or from the optimizer that trained it."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.interop.extras import library
from landscape.interop.penalties import Penalties
from landscape.model.problem import nonnegative

COUPLED = ("SGD", "Adam", "Adamax", "NAdam", "RAdam", "RMSprop", "Adagrad", "Adadelta")
"""Optimizers whose weight decay wd adds wd θ to the gradient, that of the penalty wd/2 ‖θ‖²."""

DECOUPLED = ("AdamW", "Adafactor", "Muon")
"""Optimizers whose weight decay shrinks the weights beside the step."""

WITHOUT = ("LBFGS", "Rprop", "SparseAdam")
"""Optimizers that have none."""


def decay_of(first: Any, second: Any, weight_decay: Any, optimizer: Any) -> tuple[Penalties, str]:
    """Return the weight decay of each group of two linear layers, and the sentence about it.

    Raises ValueError where neither or both are given, for a decoupled decay, and for weights that were not trained.
    """
    if (weight_decay is None) == (optimizer is None):
        raise ValueError(
            "weight_decay or optimizer must be given, "
            + ("and not both." if optimizer is not None else "weight_decay=0 where there was no penalty.")
        )
    _check_trained(first, second)
    _check_own(first, second)
    if optimizer is None:
        wd = nonnegative(weight_decay, "weight_decay")
        return Penalties(wd, wd, wd, wd), f"weight_decay = {wd:g} of all weights and biases"
    decays = _of_optimizer(optimizer)
    name = type(optimizer).__name__
    found = []
    for layer_name, layer in (("first", first), ("second", second)):
        for part in ("weight", "bias"):
            parameter = getattr(layer, part)
            if parameter is None:
                found.append(0.0)
            elif id(parameter) not in decays:
                some = any(id(own) in decays for layer in (first, second) for own in layer.parameters())
                advice = (
                    "where it was held fixed, train it as well, or pass weight_decay in place of optimizer, to judge "
                    "this network among those in which it is trained"
                    if some
                    else "pass the optimizer of this model, or weight_decay"
                )
                raise ValueError(
                    f"optimizer must have trained every weight of the model, but {name} does not hold the {part} of "
                    f"the {layer_name} layer: {advice}."
                )
            else:
                found.append(decays[id(parameter)])
    _check_steps(optimizer, {id(parameter) for layer in (first, second) for parameter in layer.parameters()})
    given = Penalties(*found)
    there = {
        wd for layer, pair in ((first, found[:2]), (second, found[2:])) for wd in pair[: 1 + (layer.bias is not None)]
    }
    if len(there) == 1:
        return given, f"weight_decay = {there.pop():g} of all weights and biases, from {name}"
    return given, (
        f"weight_decay = {given.W:g} of the first layer's weights, {given.hidden_bias:g} of its biases, "
        f"{given.alpha:g} of the second layer's weights and {given.output_bias:g} of its bias, from {name}"
    )


def _of_optimizer(optimizer: Any) -> dict[int, float]:
    """Return the weight decay of each parameter that an optimizer holds, by its id."""
    torch = library("torch", "torch")
    if isinstance(optimizer, type):
        raise ValueError(
            f"optimizer must be the one that trained the model, but is the class {optimizer.__name__}: pass that "
            f"instance of it, or weight_decay."
        )
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise ValueError(f"optimizer must be a torch.optim.Optimizer, but was {type(optimizer).__name__}.")
    name = type(optimizer).__name__
    if type(optimizer) is not getattr(torch.optim, name, None) or name not in COUPLED + DECOUPLED + WITHOUT:
        raise ValueError(
            f"optimizer must be one whose weight decay is known to be a penalty ({', '.join(COUPLED)}), but was "
            f"{name}: pass weight_decay where it adds wd/2 ‖θ‖² to the loss."
        )
    if name in WITHOUT:
        raise ValueError(
            f"optimizer must have a weight decay, but {name} has none: pass weight_decay, 0 where nothing was added to "
            f"the loss."
        )
    decays: dict[int, float] = {}
    for group in optimizer.param_groups:
        wd = nonnegative(group["weight_decay"], "weight_decay")
        if wd > 0 and (name in DECOUPLED or group.get("decoupled_weight_decay", False)):
            raise ValueError(
                f"optimizer must penalise the weights, but the weight decay {wd:g} of {name} is decoupled from the "
                f"loss: it shrinks weights beside the step and minimises no penalised loss. Train "
                f"with {'the weight_decay of Adam' if name in DECOUPLED else 'decoupled_weight_decay=False'}, or pass "
                f"weight_decay in place of optimizer, to judge the network by that penalty."
            )
        if group.get("maximize", False):
            raise ValueError("optimizer must minimise the loss, but maximises it.")
        decays.update((id(parameter), wd) for parameter in group["params"])
    return decays


def _check_trained(first: Any, second: Any) -> None:
    """Raise ValueError where some weights are frozen and others not; all are once training is over."""
    parameters = [parameter for layer in (first, second) for parameter in layer.parameters()]
    frozen = [parameter for parameter in parameters if not parameter.requires_grad]
    if frozen and len(frozen) < len(parameters):
        raise ValueError(
            f"model must have all its weights trained, but those of shape {tuple(frozen[0].shape)} do not require "
            f"gradients: networks with a part held fixed are another class. Train it as well; or, to judge this "
            f"network among those in which it is trained, set model.requires_grad_(True) and pass weight_decay."
        )


def _check_steps(optimizer: Any, trained: set[int]) -> None:
    """Raise ValueError where a group of an optimizer does not move its weights and another does.

    Where no group moves any, training is over: a schedule has ended at 0.
    """
    rates = {
        number: float(group["lr"])
        for number, group in enumerate(optimizer.param_groups)
        if any(id(parameter) in trained for parameter in group["params"])
    }
    still = [number for number, rate in rates.items() if rate == 0]
    if still and len(still) < len(rates):
        raise ValueError(
            f"optimizer must train all weights of the model, but group {still[0]} of its param_groups has lr = 0: "
            f"networks with a part held fixed are another class."
        )


def _check_own(first: Any, second: Any) -> None:
    """Raise ValueError where two weights are one number in memory, or a hook may change their gradients."""
    places: dict[str, list[np.ndarray]] = {}
    for layer in (first, second):
        if layer._backward_hooks or layer._backward_pre_hooks:
            raise ValueError(_hooked("a layer"))
        for parameter in layer.parameters():
            if parameter._backward_hooks or getattr(parameter, "_post_accumulate_grad_hooks", None):
                raise ValueError(_hooked(f"the weight of shape {tuple(parameter.shape)}"))
            place = np.zeros((1,) * parameter.ndim, dtype=np.int64) + parameter.data_ptr()
            for axis, (count, stride) in enumerate(zip(parameter.shape, parameter.stride(), strict=True)):
                along = np.arange(count, dtype=np.int64) * (stride * parameter.element_size())
                place = place + along.reshape((-1,) + (1,) * (parameter.ndim - 1 - axis))
            places.setdefault(str(parameter.device), []).append(place.ravel())
    for held in places.values():
        every = np.concatenate(held)
        if len(np.unique(every)) < len(every):
            raise ValueError(
                "model must have weights of their own, but some share their storage with others: a step on the ones "
                "moves the others, and networks whose weights are tied are another class."
            )


def _hooked(what: str) -> str:
    return (
        f"model must be trained by the gradient of its loss, but {what} has a hook that may change it: where it only "
        f"looks on, or clips, remove it first."
    )
