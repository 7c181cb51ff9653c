"""Networks that were trained in PyTorch."""

from __future__ import annotations

import contextlib
from typing import Any, Literal

import numpy as np

from landscape.formatting import short
from landscape.interop.converted import Converted, convert, logistic_labels
from landscape.interop.given import as_labels, as_samples, is_tensor
from landscape.interop.penalties import Layers, Penalties, one_lambda
from landscape.interop.torch_decay import decay_of
from landscape.interop.torch_layers import linear_layers, output_shape, verified, weights_of
from landscape.interop.torch_loss import Loss, loss_of


def from_torch(
    model: Any,
    X: Any,
    y: Any,
    *,
    loss: Any = None,
    weight_decay: float | None = None,
    optimizer: Any = None,
    batch_size: int | None = None,
    hidden_bias: Literal["as trained", "penalised"] = "as trained",
) -> Converted:
    """Return a two-layer ReLU network that was trained in PyTorch, and its problem, in this package's convention.

    A weight decay wd adds wd/2 ‖θ‖² to the loss. Over n samples a mean loss therefore has λ = n·wd/2 and a sum
    λ = wd/2; biases count as they are penalised. A hidden bias is the last row of W, with a column of ones in X.

    Arguments
        model: a module that computes relu(X W + b) alpha + c: any with two ``Linear`` layers, a ReLU between and one
            output. Its outputs are compared with the network's, on X and at random points.
        X: (n, d) samples and y: (n,) or (n, 1) labels that it was trained on: arrays, tensors, tables or lists.
        loss: a loss(outputs, targets), as ``torch.nn.MSELoss()`` or ``torch.nn.BCEWithLogitsLoss()``, any multiple of
            them, or "mse", "sse" (the sum of squared errors) or "logistic" (the mean).
        weight_decay: of every weight and bias; or ``optimizer``: the one that trained it, from whose groups it is read.
        batch_size: of mini-batches, where the loss is a sum over each; of a mean it does not matter.
        hidden_bias: "penalised" to judge the network where hidden biases cost λ b² although its training has not
            penalised them.

    Raises ValueError, in a sentence with what can be done, for any other model, data, loss or weight decay, and
    ImportError without PyTorch.

    >>> import torch
    >>> from landscape import certify, from_torch
    >>> X, y = torch.tensor([[-1.0], [0.5], [1.0]]), torch.tensor([[1.0], [0.0], [2.0]])
    >>> model = torch.nn.Sequential(torch.nn.Linear(1, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1))
    >>> problem, network = from_torch(model, X, y, loss=torch.nn.MSELoss(), weight_decay=0.1)
    >>> network.m, round(problem.lam, 6), problem.output_bias
    (4, 0.15, 'penalised')
    >>> found = certify(problem, network)
    >>> 0 < found.lower_bound <= found.value
    True
    """
    model = getattr(model, "_orig_mod", model)  # what torch.compile has compiled
    orders = linear_layers(model)
    samples = as_samples(X, orders[0][0].in_features)
    labels = as_labels(y, len(samples))
    (first, second), layers, agreed = _first_verified(model, orders, samples)
    paired = _pairing(model, loss, y, len(samples), first.in_features)
    measured = loss_of(loss)
    decay, of_weights = decay_of(first, second, weight_decay, optimizer)
    each, formula = _each(measured, len(samples), batch_size)
    costs = Penalties(
        decay.W * each / 2, decay.hidden_bias * each / 2, decay.alpha * each / 2, decay.output_bias * each / 2
    )
    form = one_lambda(layers, costs, hidden_bias, "The training")
    if measured.kind == "logistic":
        labels = logistic_labels(labels, measured.coding)
    said = (
        agreed,
        "The weights are those of the model: W is the first layer's weight transposed.",
        f"{measured.sentence} {formula[0]}.",
        *paired,
        f"The penalty is wd/2 ‖θ‖² with {of_weights}: {formula[1]}"
        + (f" = {short(form.lam)}." if decay.alpha == decay.W else " for each of the layers."),
    )
    return convert(layers, samples, labels, form, measured.kind, said)


def _first_verified(
    model: Any, orders: tuple[tuple[Any, Any], ...], samples: np.ndarray
) -> tuple[tuple[Any, Any], Layers, str]:
    """Return the first pair of layers that computes what the model does, its weights, and the sentence about it."""
    *others, last = orders
    for pair in others:
        with contextlib.suppress(ValueError):
            return pair, weights_of(*pair), verified(model, weights_of(*pair), samples)
    return last, weights_of(*last), verified(model, weights_of(*last), samples)


def _pairing(model: Any, loss: Any, y: Any, n: int, features: int) -> tuple[str, ...]:
    """Return the sentence about labels (n,) beside outputs (n, 1), which PyTorch broadcasts to (n, n)."""
    if isinstance(loss, str) or not is_tensor(y) or y.ndim != 1 or n == 1:
        return ()
    if output_shape(model, np.zeros((n, features))) != (n, 1):
        return ()
    return (
        f"The outputs have the shape ({n}, 1) and y ({n},): a loss of PyTorch pairs each output with every label then, "
        f"unless the training has given them one shape. Here each output is compared with its own.",
    )


def _each(loss: Loss, n: int, batch_size: int | None) -> tuple[float, tuple[str, str]]:
    """Return 2 λ / weight decay, over what the loss is taken, in words, and the formula of λ.

    A step on a batch of B of the n samples has in expectation the gradient of B/n times the sum over all, or of the
    mean over all, and always that of the whole penalty.
    """
    size = n if batch_size is None else batch_size
    if not isinstance(size, int) or not 1 <= size <= n:
        raise ValueError(f"batch_size must be a whole number from 1 to the {n} samples, but was {batch_size!r}.")
    half = "wd/2" if loss.factor == 1 else f"wd/(2·{short(loss.factor)})"
    if loss.over == "mean":
        over = f"over n = {n} samples: over mini-batches it is the same in expectation"
        return n / loss.factor, (over, f"λ = n·{half}")
    if size == n:
        return 1 / loss.factor, (f"over all n = {n} samples at once", f"λ = {half}")
    over = f"over batches of B = {size} of the n = {n} samples: in expectation B/n of that over all"
    return n / size / loss.factor, (over, f"λ = n/B·{half}")
