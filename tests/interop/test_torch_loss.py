"""A loss of PyTorch is taken for the multiple of the two losses that it is, or refused."""

import itertools

import numpy as np
import pytest
from drawn_samples import logistic_objective, samples
from trained_networks import torch, two_layers

from landscape import Network, certify, from_torch, objective
from landscape.interop.torch_loss import Loss, loss_of

nn, F = torch.nn, torch.nn.functional


SQUARED = {
    "mean": (nn.MSELoss(), "mean", 1.0),
    "sum": (nn.MSELoss(reduction="sum"), "sum", 1.0),
    "function": (F.mse_loss, "mean", 1.0),
    "half": (lambda f, y: F.mse_loss(f, y) / 2, "mean", 0.5),
    "squeezed": (lambda f, y: ((f.squeeze(-1) - y) ** 2).mean(), "mean", 1.0),
    "in float32": (lambda f, y: F.mse_loss(f.float(), y.float()), "mean", 1.0),
    "an odd factor": (lambda f, y: 0.3 * ((f - y) ** 2).sum(), "sum", 0.3),
}


@pytest.mark.parametrize("name", SQUARED)
def test_a_multiple_of_the_squared_error_is_told_from_its_values(name):
    loss, over, factor = SQUARED[name]
    found = loss_of(loss)
    assert (found.kind, found.over, found.coding) == ("squared", over, None)
    assert found.factor == pytest.approx(factor, rel=1e-12)


LOGISTIC = {
    "mean of 0 and 1": (nn.BCEWithLogitsLoss(), "mean", (0.0, 1.0)),
    "sum of 0 and 1": (nn.BCEWithLogitsLoss(reduction="sum"), "sum", (0.0, 1.0)),
    "function": (F.binary_cross_entropy_with_logits, "mean", (0.0, 1.0)),
    "weight 1": (nn.BCEWithLogitsLoss(pos_weight=torch.ones(1)), "mean", (0.0, 1.0)),
    "mean of ±1": (nn.SoftMarginLoss(), "mean", (-1.0, 1.0)),
    "by hand": (lambda f, y: F.softplus(-y * f, threshold=50).mean(), "mean", (-1.0, 1.0)),
    "by its formula": (lambda f, y: torch.log(1 + torch.exp(-y * f)).mean(), "mean", (-1.0, 1.0)),
}


@pytest.mark.parametrize("name", LOGISTIC)
def test_a_multiple_of_the_logistic_loss_is_told_with_its_labels(name):
    loss, over, coding = LOGISTIC[name]
    assert loss_of(loss) == Loss("logistic", over, 1.0, coding)


NEITHER = {
    "absolute": nn.L1Loss(),
    "Huber": nn.HuberLoss(delta=1.0),
    "smooth": nn.SmoothL1Loss(),
    "classes of unequal weight": nn.BCEWithLogitsLoss(pos_weight=torch.tensor([2.0])),
    "probabilities": nn.BCELoss(),
    "cross entropy": nn.CrossEntropyLoss(),
    "hinge": nn.HingeEmbeddingLoss(),
    "Poisson": nn.PoissonNLLLoss(),
    "root": lambda f, y: F.mse_loss(f, y).sqrt(),
    "squared and absolute": lambda f, y: F.mse_loss(f, y) + F.l1_loss(f, y),
    "weights of samples": nn.BCEWithLogitsLoss(weight=torch.tensor([1.0, 2.0, 3.0])),
    "nothing": lambda f, y: torch.zeros(()),
    "gain": lambda f, y: -F.mse_loss(f, y),
    "unreduced": nn.MSELoss(reduction="none"),
    "a class": nn.MSELoss,
    "a wrong name": "l1",
    "a number": 3,
    "nothing given": None,
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", NEITHER)
def test_any_other_loss_is_refused(name):
    with pytest.raises(ValueError, match=r"^loss must"):
        loss_of(NEITHER[name])


DEPARTS = {
    "Huber": lambda size: nn.HuberLoss(delta=size),
    "Huber, summed": lambda size: nn.HuberLoss(delta=size, reduction="sum"),
    "smooth": lambda size: nn.SmoothL1Loss(beta=size),
    "function": lambda size: lambda f, y: F.huber_loss(f, y, delta=size),
    "a ceiling": lambda size: lambda f, y: ((f - y) ** 2).clamp(max=size**2).mean(),
    "clipped errors": lambda size: lambda f, y: ((f - y).clamp(-size, size) ** 2).sum(),
    "clipped outputs": lambda size: lambda f, y: ((f.clamp(-size, size) - y) ** 2).mean(),
    "clipped labels": lambda size: lambda f, y: F.mse_loss(f, y.clamp(-size, size)),
    "steeper far out": lambda size: lambda f, y: ((f - y) ** 2 + (f - y).abs().sub(size).clamp(min=0) ** 3).mean(),
    "robust": lambda size: lambda f, y: (size**2 * torch.log1p((f - y) ** 2 / size**2)).mean(),
}


@pytest.mark.parametrize("name", DEPARTS)
@pytest.mark.parametrize("units", [1e-6, 1.0, 1e5, 1e30])
@pytest.mark.parametrize("share", [0.03, 1.0, 30.0])
def test_a_loss_that_is_squared_up_to_some_size_alone_is_refused(name, units, share):
    """That size being one that errors of the labels may have, whatever their units."""
    X, y = (torch.tensor(values) for values in samples(20, 2))
    y, loss = units * y[:, None], DEPARTS[name](max(100.0, share * units))
    with pytest.raises(ValueError, match=r"^loss must be a multiple of the"):
        from_torch(two_layers(2, 3), X, y, loss=loss, weight_decay=0.1)


def test_the_zero_network_of_a_robust_loss_would_have_cost_less_than_the_bound():
    """Why it is refused: what was proven of the squared error is false of what was trained."""
    X, _ = samples(20, 2)
    y = torch.tensor([[1000.0], [-1000.0]] * 10)
    loss = nn.HuberLoss(delta=100.0)
    squared, _ = from_torch(two_layers(2, 3), X, y, loss=lambda f, y: F.mse_loss(f, y) / 2, weight_decay=1e4)
    bound = certify(squared, Network(np.zeros((3, 1)), np.zeros(1))).lower_bound
    assert 40 * loss(torch.zeros_like(y), y).item() < 0.5 * bound
    with pytest.raises(ValueError, match=r"HuberLoss is one up to some size alone: not at an error of"):
        from_torch(two_layers(2, 3), X, y, loss=loss, weight_decay=1e4)


@pytest.mark.parametrize(
    ("name", "units"),
    [
        *itertools.product(SQUARED, [1e-6, 1.0, 1e6]),
        *itertools.product([name for name in SQUARED if name != "in float32"], [1e-30, 1e30, 1e90]),
    ],
)
def test_the_squared_error_is_itself_at_labels_of_any_size(name, units):
    X, y = (torch.tensor(values) for values in samples(20, 2))
    loss, over, factor = SQUARED[name]
    for labels in (y, y + 100.0, torch.where(y > 0, y, 0.0), 0 * y):
        found = loss_of(loss, units * labels.numpy(), units * X[:, 0].numpy())
        assert (found.over, found.factor) == (over, pytest.approx(factor, rel=1e-9))


LOGISTIC_UP_TO_SOME_SIZE = {
    "a ceiling": lambda f, y: F.binary_cross_entropy_with_logits(f, y, reduction="none").clamp(max=100.0).mean(),
    "of probabilities": lambda f, y: F.binary_cross_entropy(torch.sigmoid(f), y),
    "clipped": lambda f, y: F.binary_cross_entropy_with_logits(f.clamp(-50.0, 50.0), y),
    "not a number": lambda f, y: -(y * torch.sigmoid(f).log() + (1 - y) * (1 - torch.sigmoid(f)).log()).mean(),
    "linear on one side": lambda f, y: F.binary_cross_entropy_with_logits(f, y) + (f - 60).clamp(min=0).mean(),
    "of one class": lambda f, y: F.binary_cross_entropy_with_logits(torch.where(y > 0, f, f.clamp(max=70.0)), y),
    "raises": lambda f, y: F.binary_cross_entropy_with_logits(f, y) if f.abs().max() < 100 else f.no_such_thing,
}


@pytest.mark.parametrize("name", LOGISTIC_UP_TO_SOME_SIZE)
def test_a_loss_that_is_logistic_up_to_some_margin_alone_is_refused(name):
    X, y = classes(9, 2)
    with pytest.raises(ValueError, match=r"^loss must be a multiple of the .*logistic losses"):
        from_torch(two_layers(2, 3), X, y, loss=LOGISTIC_UP_TO_SOME_SIZE[name], weight_decay=0.1)


@pytest.mark.parametrize("name", LOGISTIC)
def test_the_logistic_loss_is_itself_at_outputs_of_any_size(name):
    """It may overflow: that of no network that is any good does."""
    loss, _, coding = LOGISTIC[name]
    for size in (1e-6, 1.0, 1e3, 1e9):
        labels = np.array([coding[0], coding[1]] * 5)
        assert loss_of(loss, labels, size * np.linspace(-1.0, 1.0, 10)) == loss_of(loss)


INSTEAD = {
    "pos_weight": (
        nn.BCEWithLogitsLoss(pos_weight=torch.tensor([2.0])),
        "its pos_weight is not covered, and loss='log",
    ),
    "weight": (nn.BCEWithLogitsLoss(weight=torch.tensor([1.0, 2.0, 3.0])), "its weight is not covered"),
    "BCELoss": (nn.BCELoss(), r"takes probabilities, so pass the model without its Sigmoid and torch\.nn\.BCEWithLog"),
    "binary_cross_entropy": (F.binary_cross_entropy, "takes probabilities"),
    "CrossEntropyLoss": (nn.CrossEntropyLoss(), r"several logits, so train one, .*BCEWithLogitsLoss\(\)"),
    "cross_entropy": (F.cross_entropy, "several logits"),
    "a value": (
        nn.MSELoss()(torch.zeros(2), torch.ones(2)),
        r"was a Tensor, a value of it: pass the function, as torch",
    ),
    "its number": (0.25, r"was 0\.25, a value of it: pass the function"),
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", INSTEAD)
def test_a_loss_that_is_refused_is_told_with_what_to_pass(name):
    loss, said = INSTEAD[name]
    with pytest.raises(ValueError, match=rf"^loss must .*{said}"):
        loss_of(loss)


def classes(n, d, seed=0):
    X, y = samples(n, d, seed)
    return torch.tensor(X), torch.tensor((y > 0).astype(float))[:, None]


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("wd", [0.0, 0.05])
def test_the_logistic_objective_is_that_of_pytorch_in_other_units(reduction, signed, wd):
    X, y = classes(9, 2)
    loss = (nn.SoftMarginLoss if signed else nn.BCEWithLogitsLoss)(reduction=reduction)
    labels = 2 * y - 1 if signed else y
    model = two_layers(2, 4, dtype=torch.float64)
    problem, network = from_torch(model, X, labels, loss=loss, weight_decay=wd)
    squares = sum((parameter**2).sum() for parameter in model.parameters())
    there = (loss(model(X), labels) + wd / 2 * squares).item() * (9 if reduction == "mean" else 1)
    assert problem.loss == "logistic"
    assert set(problem.y) == {-1.0, 1.0}
    assert np.array_equal(problem.y > 0, y.numpy().ravel() > 0)
    assert logistic_objective(problem, network) == pytest.approx(there, rel=1e-12)
    assert objective(problem, network) == pytest.approx(there, rel=1e-12)


def test_the_name_of_the_logistic_loss_takes_either_labels_and_booleans():
    X, y = classes(9, 2)
    model = two_layers(2, 4)
    for labels in (y, 2 * y - 1, y.bool(), y.long(), y.numpy()[:, 0] > 0):
        problem, _ = from_torch(model, X, labels, loss="logistic", weight_decay=0.1)
        assert np.array_equal(problem.y, 2 * y.numpy().ravel() - 1)
        assert problem.lam == pytest.approx(9 * 0.1 / 2)


@pytest.mark.parametrize(
    ("labels", "loss", "said"),
    [
        ([-1, 1, 1], nn.BCEWithLogitsLoss(), "labels 0 and 1 for this loss, but holds -1"),
        ([0, 1, 1], nn.SoftMarginLoss(), "labels -1 and 1 for this loss, but holds 0"),
        ([0.5, 1, 0], nn.BCEWithLogitsLoss(), "holds 0.5"),
        ([0, 1, 2], "logistic", "labels 0 and 1 or -1 and 1 for this loss, but holds 2"),
        ([0, 1, -1], "logistic", "but holds 0, 1 and −1"),
    ],
)
def test_labels_of_another_coding_are_refused(labels, loss, said):
    X, _ = classes(3, 2)
    with pytest.raises(ValueError, match=said):
        from_torch(two_layers(2, 4), X, labels, loss=loss, weight_decay=0.1)


def test_the_logistic_loss_may_be_named():
    X, y = classes(9, 2)
    problem, network = from_torch(two_layers(2, 4), X, y, loss="logistic", weight_decay=0.1)
    assert objective(problem, network) == pytest.approx(logistic_objective(problem, network))
