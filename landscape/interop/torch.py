"""Networks that were trained in PyTorch."""

from __future__ import annotations

import contextlib
from operator import index
from typing import Any, Literal

import numpy as np

from landscape.formatting import counted, short
from landscape.interop.by_name import options_by_name
from landscape.interop.converted import Converted, convert, logistic_labels
from landscape.interop.given import as_labels, as_samples, half_precision
from landscape.interop.penalties import Layers, Penalties, one_lambda
from landscape.interop.same_outputs import outputs_of
from landscape.interop.torch_decay import decay_of
from landscape.interop.torch_layers import linear_layers, unwrapped, verified
from landscape.interop.torch_loss import Loss, loss_of, pairs_all


@options_by_name
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
        weight_decay: of every weight and bias, as a penalty (that of AdamW is none); or ``optimizer``: the one that
            trained it, from whose groups it is read.
        batch_size: of mini-batches, where the loss is a sum over each; of a mean it does not matter. The last batch of
            an epoch is taken to hold what is left, as that of a ``DataLoader`` with drop_last=False.
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
    model = unwrapped(model)
    orders = linear_layers(model)
    samples = as_samples(X, orders[0][0].in_features)
    labels = as_labels(y, len(samples))
    (first, second), layers, agreed, column = _first_verified(model, orders, samples)
    measured = loss_of(loss, labels, outputs_of(layers, samples))
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
        *_units(measured, len(samples), batch_size, hidden_bias),
        *_pairing(column, loss, y, len(samples)),
        f"The penalty is wd/2 ‖θ‖² with {of_weights}: {formula[1]}"
        + (f" = {short(form.lam)}." if decay.alpha == decay.W else " for each of the layers."),
        *half_precision(X=X, y=y),
    )
    called = measured.called
    if measured.over == "sum" and each * measured.factor != 1:
        called += " of a batch, on average,"
    return convert(layers, samples, labels, form, measured.kind, said, called=called, times=each)


def _first_verified(
    model: Any, orders: tuple[tuple[Any, Any], ...], samples: np.ndarray
) -> tuple[tuple[Any, Any], Layers, str, bool]:
    """Return the first pair of layers that computes what the model does, and what ``verified`` says of it."""
    *others, last = orders
    for pair in others:
        with contextlib.suppress(ValueError):
            return pair, *verified(model, *pair, samples)
    return last, *verified(model, *last, samples)


def _pairing(column: bool, loss: Any, y: Any, n: int) -> tuple[str, ...]:
    """Return the sentence about labels (n,) beside outputs (n, 1), which PyTorch broadcasts to (n, n)."""
    if not column or n == 1 or np.ndim(y) != 1 or not pairs_all(loss):
        return ()
    return (
        f"The outputs have the shape ({n}, 1) and y ({n},): a loss of PyTorch pairs each output with every "
        f"label then, unless the training has given them one shape. Here each output is compared with its own.",
    )


def _units(loss: Loss, n: int, batch_size: int | None, hidden_bias: str) -> tuple[str, ...]:
    """Return the sentence about what the objective here is of that of the training, where it is a multiple of it."""
    if hidden_bias != "as trained" or (loss.over == "sum" and batch_size not in (None, n)):
        return ()
    times = (n if loss.over == "mean" else 1) / loss.factor
    return (
        f"The objective here is {'' if times == 1 else f'{short(times)} times '}loss plus penalty over all samples.",
    )


def _each(loss: Loss, n: int, batch_size: int | None) -> tuple[float, tuple[str, str]]:
    """Return 2 λ / weight decay, over what the loss is taken, in words, and the formula of λ.

    A step on a batch has in expectation the gradient of the mean over all, and that of the whole penalty. Of a sum the
    batches of an epoch have together that of the sum over all, whatever is in them, and of as many penalties.
    """
    try:
        size = n if batch_size is None else index(batch_size)
    except TypeError:
        size = 0
    if not 1 <= size <= n:
        raise ValueError(f"batch_size must be a whole number from 1 to the {n} samples, but was {batch_size!r}.")
    half = "wd/2" if loss.factor == 1 else f"wd/(2·{short(loss.factor)})"
    if loss.over == "mean":
        over = f"over n = {n} samples: over mini-batches it is the same in expectation"
        return n / loss.factor, (over, f"λ = n·{half}")
    if size == n:
        return 1 / loss.factor, (f"over all n = {n} samples at once", f"λ = {half}")
    full, rest = divmod(n, size)
    if not rest:
        over = f"over batches of B = {size} of the n = {n} samples: in expectation B/n of that over all"
        return n / size / loss.factor, (over, f"λ = n/B·{half}")
    over = (
        f"over {full + 1} batches of the n = {n} samples in each epoch, {full} of B = {size} and the last of the "
        f"{counted(rest, 'sample')} that {'is' if rest == 1 else 'are'} left, as a DataLoader makes them unless its "
        f"drop_last=True (then λ is n/B·{half})"
    )
    return (full + 1) / loss.factor, (over, f"λ = {full + 1}·{half}")
