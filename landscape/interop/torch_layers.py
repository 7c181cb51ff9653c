"""The two linear layers of a PyTorch module, and the proof by its outputs that they are all that it computes."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

from landscape.interop.extras import library
from landscape.interop.given import as_numbers, named, one_line
from landscape.interop.penalties import Layers
from landscape.interop.same_outputs import OTHERWISE, compared, drawn, points_around, some_of
from landscape.model.network import libraries_of

NOT_COVERED = {
    "Dropout": "a network is trained with dropout on another objective than its own loss, and eval() does not change "
    "that; set its p to 0, or pass the weights to from_arrays, to judge the network on the plain objective",
    "Norm": "normalisation is no part of a two-layer network",
    "Conv": "a convolution ties weights, which is another class of networks",
    "Sigmoid": "a two-layer network has ReLUs alone; where it follows the last layer, pass the model without it and "
    "loss=torch.nn.BCEWithLogitsLoss()",
    "Softmax": "a two-layer network has ReLUs alone, and one output",
    "Pool": "pooling is no part of a two-layer network",
    "RNN": "recurrence is no part of a two-layer network",
    "LSTM": "recurrence is no part of a two-layer network",
    "GRU": "recurrence is no part of a two-layer network",
    "Attention": "attention is no part of a two-layer network",
    "Embedding": "embeddings are no part of a two-layer network",
    "Bilinear": "its layers are linear",
    "quantized": "a quantised network rounds its outputs, and what is proven would be of another",
}
"""Why a module of PyTorch is refused, by a part of its name."""


def unwrapped(model: Any) -> Any:
    """Return the module that ``torch.compile`` or a parallel one is around."""
    torch = library("torch", "torch")
    while True:
        if isinstance(model, torch.nn.DataParallel | torch.nn.parallel.DistributedDataParallel):
            model = model.module
        elif isinstance(getattr(model, "_orig_mod", None), torch.nn.Module):
            model = model._orig_mod
        else:
            return model


def linear_layers(model: Any) -> tuple[tuple[Any, Any], ...]:
    """Return the first and the second ``Linear`` of a module that is a two-layer ReLU network by its parts.

    There are two such pairs where both layers have one feature and one output, and one else.

    Raises ValueError that names the first part that is not covered. What the module does with its parts is not read:
    ``verified`` compares outputs.
    """
    torch = library("torch", "torch")
    if not isinstance(model, torch.nn.Module):
        raise ValueError(f"model must be a torch.nn.Module, but was {named(model)}{_instead(model)}.")
    if isinstance(model, torch.jit.ScriptModule):
        raise ValueError("model must be a module of Python, but is scripted: pass the module that it was made from.")
    found: list[Any] = []
    for name, module in model.named_modules():
        _check_part(torch, name, module)
        if isinstance(module, torch.nn.Linear):
            found.append(module)
    if len(found) != 2:
        raise ValueError(
            f"model must have two linear layers with a ReLU between, but has {len(found)}: "
            f"{'a third layer is not covered' if len(found) > 2 else 'one alone, or none, is no two-layer network'}."
        )
    known = {id(parameter) for layer in found for parameter in layer.parameters()}
    for name, parameter in model.named_parameters():
        if id(parameter) not in known:
            raise ValueError(
                f"model must have no parameters but those of its two linear layers, but has {name} of shape "
                f"{tuple(parameter.shape)}; from_arrays takes weights as they are."
            )
    if found[0].weight is found[1].weight:
        raise ValueError("model must have two layers of their own, but they share their weights.")
    return _orders(*found)


def _instead(model: Any) -> str:
    """Return what to do with what is no module; empty where that is not known."""
    if isinstance(model, type):
        return ": pass the instance that was trained"
    if isinstance(model, Mapping):
        return ", as a state_dict is: load it into the model by load_state_dict, or pass its arrays to from_arrays"
    if hasattr(model, "coefs_") or "sklearn" in libraries_of(model):
        return ": from_scikit_learn takes estimators"
    return ""


def _check_part(torch: Any, name: str, module: Any) -> None:
    """Raise ValueError where a part of a model is not covered."""
    nn, kind = torch.nn, type(module).__name__
    called = f"{kind} ({name})" if name else kind
    if nn.utils.parametrize.is_parametrized(module) or isinstance(module, nn.utils.parametrize.ParametrizationList):
        raise ValueError(
            f"model must have plain weights, but {called} is parametrised: its penalty is not that of the weights. "
            f"torch.nn.utils.parametrize.remove_parametrizations makes them plain."
        )
    if isinstance(module, nn.modules.lazy.LazyModuleMixin) and module.has_uninitialized_params():
        raise ValueError(f"model must have weights, but {called} is lazy and has seen no data: call model(X) once.")
    if isinstance(module, nn.Linear):
        own = {name for name, _ in module.named_parameters(recurse=False)}
        if not own <= {"weight", "bias"} or "weight" not in own:
            raise ValueError(
                f"model must have plain weights, but {called} computes them from {', '.join(sorted(own))}, as weight "
                f"normalisation and pruning do: the penalty is not that of the weights."
            )
        return
    if isinstance(module, nn.modules.dropout._DropoutNd) and module.p == 0:
        return
    covered = (nn.ReLU, nn.Identity, nn.Flatten, nn.Sequential, nn.ModuleList, nn.ModuleDict, nn.modules.loss._Loss)
    if isinstance(module, covered) or not type(module).__module__.startswith(("torch.nn.", "torch.ao.")):
        return
    home = type(module).__module__
    other = "its neurons are no ReLUs" if home.endswith(".activation") else "such a part is not covered"
    reason = next((why for part, why in NOT_COVERED.items() if part in kind or part in home.split(".")), other)
    raise ValueError(f"model must be two linear layers with a ReLU between, but has {called}: {reason}.")


def _orders(one: Any, other: Any) -> tuple[tuple[Any, Any], ...]:
    """Return two linear layers as first and second, in each order that their shapes allow."""
    chains = [pair for pair in ((one, other), (other, one)) if pair[0].out_features == pair[1].in_features]
    orders = tuple(pair for pair in chains if pair[1].out_features == 1)
    if orders:
        return orders
    if chains:
        outputs = chains[0][1].out_features
        logits = (
            " Two logits are as outputs one, the second row of the last layer less the first, which from_arrays takes "
            "with loss='logistic'; but one logit is penalised otherwise than two."
        )
        raise ValueError(
            f"model must have one output, but has {outputs}: several are not covered.{logits if outputs == 2 else ''}"
        )
    raise ValueError(
        f"model must have a second layer that takes the neurons of the first, but its linear layers are "
        f"{one.in_features} → {one.out_features} and {other.in_features} → {other.out_features}."
    )


def weights_of(first: Any, second: Any) -> Layers:
    """Return the weights of two linear layers; raises ValueError for half precision, and where they are not finite."""
    torch = library("torch", "torch")
    for name, layer in (("first", first), ("second", second)):
        for parameter in layer.parameters():
            if parameter.is_complex():
                raise ValueError(f"model must have real weights, but its {name} layer is complex ({parameter.dtype}).")
            if parameter.dtype not in (torch.float32, torch.float64):
                raise ValueError(
                    f"model must have weights of float32 or float64, but its {name} layer has {parameter.dtype}: a "
                    f"network of such numbers rounds its outputs, and what is proven would be of another: pass "
                    f"copy.deepcopy(model).float(), of the same weights."
                )
    return Layers(
        as_numbers(first.weight, "the first layer's weight", trained=True).T,
        None if first.bias is None else as_numbers(first.bias, "the first layer's bias", trained=True),
        as_numbers(second.weight, "the second layer's weight", trained=True)[0],
        None if second.bias is None else float(as_numbers(second.bias, "the second layer's bias", trained=True)[0]),
    )


def verified(model: Any, first: Any, second: Any, X: np.ndarray) -> tuple[Layers, str, bool]:
    """Compare what a module computes with what two of its linear layers do, with a ReLU between.

    That is done on X (n, d) and at random points, in eval and in train mode, and once more with weights that are drawn
    in place of its own: where neurons are dead, outputs of its own weights say little.

    Returns the weights, the sentence about it, and whether outputs are a column. Raises ValueError where they disagree,
    and where the module cannot be evaluated.
    """
    layers = weights_of(first, second)
    around = points_around(X)
    sentence, column = "", False
    for weights, points in ((drawn(layers), around), (layers, np.vstack([some_of(X), around]))):
        for training in (False, True):
            tensors = _tensors(first, second, weights)
            with _in_mode(model, training):
                found, eps = _evaluated(model, tensors, points)
            outputs = found.detach().cpu().double().reshape(-1).numpy()
            cause = partial(_cause, model, first, second, tensors, points, training)
            sentence, column = compared(weights, points, outputs, eps, cause), found.ndim > 1
    return layers, sentence, column


def _cause(model: Any, first: Any, second: Any, tensors: dict[int, Any], points: np.ndarray, training: bool) -> str:
    """Return why a module does not compute what its layers do, by what goes into them and comes out, as a sentence."""
    torch = library("torch", "torch")
    seen: dict[str, tuple[Any, Any]] = {}

    def saw(name: str) -> Any:
        def hook(module: Any, taken: tuple[Any, ...], given: Any) -> None:
            if taken:
                seen[name] = taken[0].detach().clone().reshape(-1), given.detach().clone().reshape(-1)

        return hook

    ends = []
    handles = [layer.register_forward_hook(saw(name)) for name, layer in (("first", first), ("second", second))]
    try:
        with _in_mode(model, training), torch.random.fork_rng(devices=[]):
            for seed in (0, 1):
                torch.default_generator.manual_seed(seed)
                ends.append(_evaluated(model, tensors, points)[0].detach().reshape(-1))
    finally:
        for handle in handles:
            handle.remove()
    judged = "or pass the weights to from_arrays, to judge the network on the plain objective."
    if training:
        return (
            "in train mode it does something else, as dropout does, and was trained on another objective. eval() does "
            f"not change that: set the p of its dropout to 0, {judged}"
        )
    if not torch.equal(*(end.nan_to_num() for end in ends)):
        return (
            "in eval mode too its outputs are random, as with dropout that is always on, and it was trained on another "
            f"objective. Set the p of its dropout to 0, {judged}"
        )
    if len(seen) == 2:
        (x, before), (hidden, last) = seen["first"], seen["second"]
        if not torch.equal(x.cpu(), torch.tensor(points, dtype=x.dtype).reshape(-1)):
            return (
                "its forward changes X before the first layer. Pass X as that layer sees it, and as the model "
                "torch.nn.Sequential(first, torch.nn.ReLU(), second) of the two layers."
            )
        if not torch.equal(hidden, before.relu()):
            return "between its layers it does something else than a ReLU."
        if not torch.equal(last, ends[-1]):
            return (
                "its forward changes what the second layer gives. A skip connection is not covered. Where it puts "
                "outputs on another scale, pass y and a loss on the scale of that layer, and as the model "
                "torch.nn.Sequential(first, torch.nn.ReLU(), second) of the two layers."
            )
    return OTHERWISE


def _tensors(first: Any, second: Any, layers: Layers) -> dict[int, Any]:
    """Return weights as float64 tensors, by the id of the parameter that they stand for."""
    torch = library("torch", "torch")
    values = {
        id(first.weight): layers.W.T,
        id(first.bias): layers.hidden_bias,
        id(second.weight): layers.alpha[None, :],
        id(second.bias): np.array([layers.output_bias]),
    }
    found = (first.weight, first.bias, second.weight, second.bias)
    return {id(own): torch.tensor(values[id(own)]) for own in found if own is not None}


def _evaluated(model: Any, weights: dict[int, Any], points: np.ndarray) -> tuple[Any, float]:
    """Return a module's outputs with other weights, one a point, and the rounding of its numbers.

    They are computed in float64 where the module allows that, else in its own precision and on its own device. It is
    given copies: it may change its inputs and its buffers in place.
    """
    torch = library("torch", "torch")
    own = next(model.parameters())
    named = {name: weights[id(parameter)] for name, parameter in model.named_parameters()}
    buffers = {name: buffer.detach().clone() for name, buffer in model.named_buffers()}
    doubled = {name: kept.cpu().double() if kept.is_floating_point() else kept.cpu() for name, kept in buffers.items()}
    there = {"device": own.device, "dtype": own.dtype}
    with torch.no_grad(), torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        eps = float(torch.finfo(torch.float64).eps)
        try:
            found = torch.func.functional_call(model, {**named, **doubled}, (torch.tensor(points),))
        except Exception:  # its forward asks for float32, or for its own device
            eps = float(torch.finfo(own.dtype).eps)
            there_named = {name: tensor.to(**there) for name, tensor in named.items()}
            try:
                found = torch.func.functional_call(model, {**there_named, **buffers}, (torch.tensor(points, **there),))
            except Exception as error:
                raise ValueError(
                    f"model must take X, of shape (n, {points.shape[1]}), but raised: {one_line(error)}."
                ) from error
    if not isinstance(found, torch.Tensor) or found.numel() != len(points):
        shape = tuple(found.shape) if isinstance(found, torch.Tensor) else type(found).__name__
        raise ValueError(f"model must give one output a sample, but gave {shape} for {len(points)} samples.")
    if found.dtype != torch.float64:
        eps = max(eps, float(torch.finfo(found.dtype).eps) if found.is_floating_point() else 1.0)
    return found, eps


@contextmanager
def _in_mode(model: Any, training: bool) -> Iterator[None]:
    """Set a module and its parts to train or eval mode, and back to what each was."""
    before = [(module, module.training) for module in model.modules()]
    model.train(training)
    try:
        yield
    finally:
        for module, was in before:
            module.training = was
