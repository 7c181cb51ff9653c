"""A network of PyTorch has here the outputs, the objective and the gradient that it has there."""

import copy
import importlib
import itertools
import re

import numpy as np
import pytest
from drawn_samples import samples
from hypothesis import example, given, settings, strategies as st
from trained_networks import torch, two_layers

from landscape import Converted, bias_gradient, certify, from_arrays, from_torch, gradient, objective, predict

nn = torch.nn


def tensors(n, d, seed=0, dtype=torch.float64):
    X, y = samples(n, d, seed)
    return torch.tensor(X, dtype=dtype), torch.tensor(y, dtype=dtype)[:, None]


def penalised(model, loss, X, y, wd):
    """What PyTorch minimises with a weight decay of all weights."""
    return loss(model(X), y) + wd / 2 * sum((parameter**2).sum() for parameter in model.parameters())


@settings(max_examples=40)
@given(
    n=st.integers(1, 12),
    d=st.integers(1, 4),
    m=st.integers(1, 6),
    hidden_bias=st.booleans(),
    output_bias=st.booleans(),
    reduction=st.sampled_from(["mean", "sum"]),
    half=st.booleans(),
    wd=st.sampled_from([0.0, 1e-3, 0.2]),
    seed=st.integers(0, 1000),
)
@example(n=1, d=1, m=1, hidden_bias=True, output_bias=True, reduction="mean", half=True, wd=0.2, seed=0)
def test_objective_and_gradient_are_those_of_pytorch_in_other_units(
    n, d, m, hidden_bias, output_bias, reduction, half, wd, seed
):
    """∇ (loss + wd/2 ‖θ‖²), times n for a mean, is the gradient of the objective here."""
    X, y = tensors(n, d, seed)
    model = two_layers(d, m, hidden_bias=hidden_bias, output_bias=output_bias, seed=seed, dtype=torch.float64)
    plain = nn.MSELoss(reduction=reduction)
    loss = (lambda outputs, targets: plain(outputs, targets) / 2) if half else plain
    problem, network = from_torch(model, X, y, loss=loss, weight_decay=wd)
    units = (n if reduction == "mean" else 1) * (2 if half else 1)
    there = penalised(model, loss, X, y, wd)
    there.backward()
    assert objective(problem, network) == pytest.approx(units * there.item(), rel=1e-12)
    in_W, in_alpha = gradient(problem, network)
    here = [in_W[:d].T, *([in_W[d]] if hidden_bias else []), in_alpha[None]]
    here += [np.array([bias_gradient(problem, network)])] if output_bias else []
    for ours, parameter in zip(here, model.parameters(), strict=True):
        close = 1e-11 * max(1.0, float(np.abs(ours).max()))
        assert ours == pytest.approx(units * parameter.grad.numpy(), abs=close)


@given(seed=st.integers(0, 1000), d=st.integers(1, 5), m=st.integers(1, 8))
@settings(max_examples=20)
def test_the_network_computes_what_the_module_does_where_it_has_not_seen_data(seed, d, m):
    X, y = tensors(10, d, seed, torch.float32)
    model = two_layers(d, m, seed=seed)
    problem, network = from_torch(model, X, y, loss="mse", weight_decay=0.1)
    new = torch.randn(50, d, generator=torch.Generator().manual_seed(seed))
    there = copy.deepcopy(model).double()(new.double()).detach().numpy().ravel()
    assert predict(np.c_[new.numpy(), np.ones(50)], network) == pytest.approx(there, rel=1e-12, abs=1e-13)
    assert np.array_equal(problem.X[:, :-1], X.numpy().astype(float))
    assert np.array_equal(problem.y, y.numpy().ravel().astype(float))


def test_a_trained_network_gets_a_bound_that_no_other_training_falls_below():
    X, y = tensors(25, 2, seed=3, dtype=torch.float32)
    loss, values, bounds = nn.MSELoss(), [], []
    for seed in range(2):
        model = two_layers(2, 12, seed=seed)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.02, weight_decay=0.01)
        for _ in range(200):
            optimizer.zero_grad()
            loss(model(X), y).backward()
            optimizer.step()
        found = certify(*from_torch(model, X, y, loss=loss, optimizer=optimizer))
        values.append(25 * penalised(model, loss, X, y, 0.01).item())
        bounds.append(found.lower_bound)
        assert found.value == pytest.approx(values[-1], rel=1e-5)
        assert np.isfinite(found.lower_bound)
        assert found.lower_bound <= found.value
    assert max(bounds) <= min(values) * (1 + 1e-5)
    assert max(bounds) > 0.5 * min(values)


@pytest.mark.parametrize(("n", "size"), [(10, 4), (10, 3), (5, 2), (6, 2), (7, 6), (7, 1), (7, 7)])
@pytest.mark.parametrize("shuffle", [False, True])
def test_an_epoch_of_batches_of_a_sum_has_the_gradient_of_the_problem(n, size, shuffle):
    """Whatever is left for the last batch, and whatever is in each: PyTorch's own loader makes them."""
    X, y = tensors(n, 2)
    model, loss, wd = two_layers(2, 3, dtype=torch.float64), nn.MSELoss(reduction="sum"), 0.1
    found = from_torch(model, X, y, loss=loss, weight_decay=wd, batch_size=size)
    problem, network = found
    batches = list(torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X, y), size, shuffle=shuffle))
    sum(penalised(model, loss, *batch, wd) for batch in batches).backward()
    in_W, in_alpha = gradient(problem, network)
    assert model[0].weight.grad.numpy() == pytest.approx(in_W[:2].T, rel=1e-10, abs=1e-12)
    assert model[2].weight.grad.numpy()[0] == pytest.approx(in_alpha, rel=1e-10, abs=1e-12)
    assert model[2].bias.grad.item() == pytest.approx(bias_gradient(problem, network), rel=1e-10, abs=1e-12)
    assert problem.lam == pytest.approx(len(batches) * wd / 2, rel=1e-14)
    same, _ = from_torch(model, X, y, loss="sse", weight_decay=wd, batch_size=np.int64(size))
    assert same.lam == problem.lam
    rest = n % size
    assert any("drop_last=True" in sentence for sentence in found.conversion) == (rest > 0)
    assert any(f"and the last of the {rest} sample" in sentence for sentence in found.conversion) == (rest > 0)


def test_where_the_last_batch_is_dropped_a_sum_has_the_other_penalty_that_is_told_of():
    """Over every order of five samples, of which the batches of two leave one out."""
    X, y = tensors(5, 2)
    model, loss, wd = two_layers(2, 3, dtype=torch.float64), nn.MSELoss(reduction="sum"), 0.1
    problem, network = from_torch(model, X, y, loss=loss, weight_decay=5 / 2 * wd, batch_size=5)
    batches = list(itertools.combinations(range(5), 2))
    sum(penalised(model, loss, X[list(rows)], y[list(rows)], wd) for rows in batches).backward()
    assert 5 / 2 * model[0].weight.grad.numpy() / len(batches) == pytest.approx(gradient(problem, network)[0][:2].T)
    assert problem.lam == 5 / 2 * wd / 2  # n/B · wd/2


def test_a_batch_of_a_mean_has_in_expectation_the_gradient_of_the_problem():
    X, y = tensors(5, 2)
    model, loss, wd = two_layers(2, 3, dtype=torch.float64), nn.MSELoss(), 0.1
    problem, network = from_torch(model, X, y, loss=loss, weight_decay=wd, batch_size=2)
    batches = list(itertools.combinations(range(5), 2))
    sum(penalised(model, loss, X[list(rows)], y[list(rows)], wd) for rows in batches).backward()
    assert 5 * model[0].weight.grad.numpy() / len(batches) == pytest.approx(gradient(problem, network)[0][:2].T)


class Functional(nn.Module):
    """Layers in the other order, with weights of a seed, and a forward that decides what is done with them."""

    def __init__(self, forward, d=2, m=5):
        super().__init__()
        drawn = two_layers(d, m)
        self.last, self.first = drawn[2], drawn[0]
        self.loss = nn.MSELoss()
        self._forward = forward

    def forward(self, x):
        return self._forward(self, x)


class OwnReLU(nn.Module):
    """An activation of the user's."""

    def forward(self, x):
        return x * (x > 0)


COVERED = {
    "a nested Sequential": nn.Sequential(
        nn.Flatten(), nn.Sequential(nn.Linear(2, 4), nn.ReLU(inplace=True)), nn.Identity(), nn.Linear(4, 1)
    ),
    "no dropout": nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Dropout(p=0.0), nn.Linear(4, 1), nn.Flatten(0)),
    "a ReLU of the user's": nn.Sequential(nn.Linear(2, 4), OwnReLU(), nn.Linear(4, 1)),
    "F.relu": Functional(lambda self, x: self.last(nn.functional.relu(self.first(x)))),
    "squeezed": Functional(lambda self, x: self.last(torch.clamp(self.first(x), min=0)).squeeze(-1)),
    "float32 alone": Functional(lambda self, x: self.last(self.first(x.float()).relu())),
    "F.dropout of none": Functional(
        lambda self, x: self.last(nn.functional.dropout(self.first(x).relu(), 0.0, self.training))
    ),
    "one neuron of one feature": nn.Sequential(nn.Linear(1, 1), nn.ReLU(), nn.Linear(1, 1)),
    "one neuron, in the other order": Functional(lambda self, x: self.last(self.first(x).relu()), d=1, m=1),
    "compiled, but not yet run": torch.compile(two_layers(2, 4)),
    "parallel": nn.DataParallel(nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))),
    "float64": nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1)).double(),
}


@pytest.mark.parametrize("name", COVERED)
def test_a_module_that_computes_a_two_layer_network_is_one(name):
    model = COVERED[name]
    d = next(model.parameters()).shape[1] if "neuron" not in name else 1
    X, y = tensors(8, d if "other" in name or not isinstance(model, Functional) else 2, dtype=torch.float32)
    problem, network = from_torch(model, X, y, loss="mse", weight_decay=0.1)
    own = next(model.parameters()).dtype
    there = getattr(model, "_orig_mod", model)(X.to(own)).detach().double().numpy().ravel()
    assert predict(problem.X, network) == pytest.approx(there, rel=1e-4, abs=1e-6)


COMPUTES_OTHERWISE = {
    "skip connection": lambda self, x: self.last(self.first(x).relu()) + x[:, :1],
    "another activation": lambda self, x: self.last(nn.functional.gelu(self.first(x))),
    "a slope below zero": lambda self, x: self.last(nn.functional.leaky_relu(self.first(x), 1e-4)),
    "a ceiling far out": lambda self, x: self.last(nn.functional.relu(self.first(x)).clamp(max=300.0)),
    "no activation": lambda self, x: self.last(self.first(x)),
    "a ReLU at the output": lambda self, x: self.last(self.first(x).relu()).relu(),
    "inputs changed in place": lambda self, x: self.last(self.first(x.relu_()).relu()),
    "scaled inputs": lambda self, x: self.last(self.first(x / 2).relu()),
    "dropout by a function": lambda self, x: self.last(nn.functional.dropout(self.first(x).relu(), 0.5, self.training)),
    "soft kinks": lambda self, x: self.last(nn.functional.softplus(self.first(x), beta=50)),
    "two outputs": lambda self, x: self.last(self.first(x).relu()).repeat(1, 2),
    "a tuple": lambda self, x: (self.last(self.first(x).relu()), x),
    "an error": lambda self, x: self.last(self.first(x[:, :1])),
    "nothing finite": lambda self, x: self.last(self.first(x).relu()) / 0.0,
}


@pytest.mark.parametrize("name", COMPUTES_OTHERWISE)
def test_a_module_that_computes_anything_else_is_refused(name):
    X, y = tensors(8, 2, dtype=torch.float32)
    with pytest.raises(ValueError, match=r"^model must (compute|give one output|take X)"):
        from_torch(Functional(COMPUTES_OTHERWISE[name]), X, y, loss="mse", weight_decay=0.1)


TO_TWO_LAYERS = r"torch\.nn\.Sequential\(first, torch\.nn\.ReLU\(\), second\)"

CAUSES = {
    "standardised inputs": (lambda self, x: self.last(self.first((x - 1) / 3).relu()), f"changes X.*{TO_TWO_LAYERS}"),
    "features of the user's": (
        lambda self, x: self.last(self.first(torch.sin(x)).relu()),
        "changes X before the first",
    ),
    "inputs changed in place": (COMPUTES_OTHERWISE["inputs changed in place"], "changes X before the first"),
    "labels on another scale": (
        lambda self, x: 4 * self.last(self.first(x).relu()) + 2,
        f"changes what the second layer gives.*{TO_TWO_LAYERS}",
    ),
    "a skip connection": (COMPUTES_OTHERWISE["skip connection"], "skip connection is not covered"),
    "another activation": (COMPUTES_OTHERWISE["another activation"], "between its layers it does something else than"),
    "dropout in training": (
        COMPUTES_OTHERWISE["dropout by a function"],
        r"in train mode it does something else.*eval\(\) does not change that: set the p of its dropout to 0, or",
    ),
    "dropout that is always on": (
        lambda self, x: self.last(nn.functional.dropout(self.first(x).relu(), 0.5)),
        "in eval mode too its outputs are random.* the p of its dropout to 0, or pass the weights to from_arrays",
    ),
    "layers that are not called": (
        lambda self, x: nn.functional.linear(self.first(x).tanh(), self.last.weight),
        "as a skip connection, another activation or none would",
    ),
    "layers by keyword": (lambda self, x: self.last(input=self.first(input=x).tanh()), "something else with them"),
}


@pytest.mark.parametrize("name", CAUSES)
def test_what_a_module_does_otherwise_is_told_with_what_to_pass(name):
    forward, said = CAUSES[name]
    X, y = tensors(8, 2, dtype=torch.float32)
    model, state = Functional(forward), torch.random.get_rng_state()
    with pytest.raises(ValueError, match=rf"^model must compute .*: .*{said}.*\.$"):
        from_torch(model, X, y, loss="mse", weight_decay=0.1)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert not model.first._forward_hooks
    assert model.training


def test_the_inner_two_layers_and_x_as_they_see_it_are_taken():
    """What the refusal proposes."""
    X, y = tensors(8, 2)
    whole = Functional(lambda self, x: self.last(self.first((x - 1) / 3).relu())).double()
    inner = nn.Sequential(whole.first, nn.ReLU(), whole.last)
    problem, network = from_torch(inner, (X - 1) / 3, y, loss="mse", weight_decay=0.1)
    assert objective(problem, network) == pytest.approx(8 * penalised(whole, nn.MSELoss(), X, y, 0.1).item())


def test_so_are_labels_on_the_scale_of_the_second_layer():
    X, y = tensors(8, 2)
    whole = Functional(lambda self, x: 4 * self.last(self.first(x).relu()) + 2).double()
    inner, loss = nn.Sequential(whole.first, nn.ReLU(), whole.last), nn.MSELoss()
    found = from_torch(inner, X, (y - 2) / 4, loss=lambda f, z: loss(4 * f, 4 * z), weight_decay=0.1)
    assert objective(*found) == pytest.approx(8 / 16 * penalised(whole, loss, X, y, 0.1).item())


def test_two_logits_compute_what_their_difference_does_and_cost_otherwise():
    """What the refusal says of them: the cross entropy is the logistic loss of one logit, the penalty is not its."""
    X, y = tensors(8, 2)
    model = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 2)).double()
    classes = (y[:, 0] > 0).long()
    (W, b), (rows, c) = ((layer.weight, layer.bias) for layer in (model[0], model[2]))
    problem, network = from_arrays(
        W, rows[1] - rows[0], X, 2 * classes - 1, hidden_bias=b, output_bias=c[1] - c[0], loss="logistic"
    )
    there = nn.CrossEntropyLoss(reduction="sum")(model(X), classes).item()
    assert objective(problem, network) == pytest.approx(there, rel=1e-12)
    assert ((rows[1] - rows[0]) ** 2).sum().item() != pytest.approx((rows**2).sum().item(), rel=1e-3)


HALVES = {"X": {"X": True}, "y": {"y": True}, "both": {"X": True, "y": True}}


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("name", HALVES)
def test_data_of_half_precision_are_told_of(kind, name):
    X, y = tensors(8, 2, dtype=torch.float32)
    given_X, given_y = (X.to(kind) if "X" in HALVES[name] else X), (y.to(kind) if "y" in HALVES[name] else y)
    found = from_torch(two_layers(2, 3), given_X, given_y, loss="mse", weight_decay=0.1)
    told = [sentence for sentence in found.conversion if "half precision" in sentence]
    assert [sentence[0] for sentence in told] == list(HALVES[name])
    assert all(f"({kind})" in sentence for sentence in told)
    assert np.array_equal(found.problem.X[:, :2], given_X.double().numpy())
    assert objective(*found) != objective(*from_torch(two_layers(2, 3), X, y, loss="mse", weight_decay=0.1))


def test_so_are_arrays_and_tables_of_half_precision():
    pandas = pytest.importorskip("pandas")
    X, y = samples(8, 2)
    for half in (X.astype(np.float16), pandas.DataFrame({"a": X[:, 0].astype(np.float16), "b": X[:, 1]})):
        for found in (
            from_torch(two_layers(2, 3), half, y[:, None], loss="mse", weight_decay=0.1),
            from_arrays(np.ones((2, 3)), np.ones(3), half, y),
        ):
            assert sum("X was given in half precision (float16)" in sentence for sentence in found.conversion) == 1
    assert "half precision" not in repr(from_arrays(np.ones((2, 3)), np.ones(3), pandas.DataFrame(X), y))


@pytest.mark.parametrize("name", COMPUTES_OTHERWISE)
def test_nor_is_it_taken_for_one_where_its_neurons_are_dead(name):
    """Its own weights compute a constant, whatever stands between the layers."""
    X, y = tensors(8, 2, dtype=torch.float32)
    model = Functional(COMPUTES_OTHERWISE[name])
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    with pytest.raises(ValueError, match=r"^model must (compute|give one output|take X)"):
        from_torch(model, X, y, loss="mse", weight_decay=0.1)


def pruned():
    model = two_layers(2, 4)
    importlib.import_module("torch.nn.utils.prune").l1_unstructured(model[0], "weight", amount=2)
    return model


def with_weight_norm():
    model = two_layers(2, 4)
    nn.utils.parametrizations.weight_norm(model[0])
    return model


class Scaled(nn.Module):
    """A network with a parameter of its own."""

    def __init__(self):
        super().__init__()
        self.net = two_layers(2, 4)
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return self.net(x) * self.scale


def between(*modules):
    return lambda: nn.Sequential(nn.Linear(2, 4), *modules, nn.Linear(4, 1))


def poisoned():
    model = two_layers(2, 4)
    with torch.no_grad():
        model[2].bias.fill_(float("nan"))
    return model


REFUSED = {
    "third layer": (
        lambda: nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 1)),
        "3",
    ),
    "one layer": (lambda: nn.Linear(2, 1), "has 1: one alone"),
    "dropout": (
        between(nn.ReLU(), nn.Dropout(0.1)),
        r"Dropout \(2\): .*another objective.*eval\(\) does not.*p to 0, or pass the weights to from_arrays",
    ),
    "batch norm": (between(nn.BatchNorm1d(4), nn.ReLU()), r"BatchNorm1d \(1\): normalisation"),
    "layer norm": (between(nn.LayerNorm(4), nn.ReLU()), "LayerNorm"),
    "leaky": (between(nn.LeakyReLU()), r"LeakyReLU \(1\): its neurons are no ReLUs"),
    "gelu": (between(nn.GELU()), "GELU"),
    "tanh": (between(nn.Tanh()), "Tanh"),
    "relu6": (between(nn.ReLU6()), "ReLU6"),
    "sigmoid": (lambda: nn.Sequential(*two_layers(2, 4), nn.Sigmoid()), r"Sigmoid \(3\): .*BCEWithLogitsLoss"),
    "convolution": (lambda: nn.Sequential(nn.Conv1d(1, 4, 2), nn.ReLU(), nn.Linear(4, 1)), "Conv1d"),
    "several outputs": (
        lambda: nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 3)),
        r"one output, but has 3: [a-z ]+\.$",
    ),
    "two logits": (
        lambda: nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 2)),
        r"one output, but has 2.* second row of the last layer less the first.*penalised otherwise than two\.$",
    ),
    "no chain": (lambda: nn.ModuleList([nn.Linear(2, 4), nn.Linear(3, 1)]), "2 → 4 and 3 → 1"),
    "complex": (lambda: two_layers(2, 4, dtype=torch.complex64), "complex"),
    "half": (lambda: two_layers(2, 4).half(), r"float16.*pass copy\.deepcopy\(model\)\.float\(\)"),
    "bfloat16": (lambda: two_layers(2, 4).bfloat16(), "bfloat16"),
    "lazy": (lambda: nn.Sequential(nn.LazyLinear(4), nn.ReLU(), nn.Linear(4, 1)), "lazy"),
    "meta": (lambda: two_layers(2, 4).to("meta"), "meta device"),
    "weight norm": (with_weight_norm, "parametrised"),
    "pruned": (pruned, "pruning"),
    "own parameter": (Scaled, "scale of shape"),
    "scripted": (lambda: torch.jit.trace(two_layers(2, 4), torch.zeros(1, 2)), "scripted"),
    "nan": (poisoned, "second layer's bias must hold finite numbers, but holds nan"),
    "no module": (lambda: lambda x: x, r"torch.nn.Module, but was function\.$"),
    "a state_dict": (
        lambda: two_layers(2, 4).state_dict(),
        "was OrderedDict, as a state_dict is: load it into the model by load_state_dict, or .* from_arrays",
    ),
    "a class": (lambda: Scaled, "but was the class Scaled: pass the instance that was trained"),
    "an estimator": (
        lambda: pytest.importorskip("sklearn.neural_network").MLPRegressor(),
        "but was MLPRegressor: from_scikit_learn takes estimators",
    ),
    "attention": (between(nn.ReLU(), nn.MultiheadAttention(4, 1)), "MultiheadAttention"),
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_covered_is_refused_by_name(name):
    make, said = REFUSED[name]
    X, y = tensors(8, 2, dtype=torch.float32)
    with pytest.raises(ValueError, match=said) as refused:
        from_torch(make(), X, y, loss="mse", weight_decay=0.1)
    assert str(refused.value).count("\n") == 0


def test_a_conversion_changes_nothing_of_the_module_and_draws_no_random_number():
    X, y = tensors(8, 2, dtype=torch.float32)
    model = Functional(lambda self, x: self.last(nn.functional.dropout(self.first(x).relu(), 0.0, self.training)))
    model.first.eval()
    before = copy.deepcopy(model.state_dict())
    modes = [module.training for module in model.modules()]
    state = torch.random.get_rng_state()
    from_torch(model, X, y, loss=nn.MSELoss(), weight_decay=0.1)
    assert [module.training for module in model.modules()] == modes
    assert torch.equal(torch.random.get_rng_state(), state)
    assert all(torch.equal(before[name], now) for name, now in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


class Counting(nn.Module):
    """A network that counts its calls, and may ask for float32."""

    def __init__(self, single):
        super().__init__()
        self.net = two_layers(2, 3, dtype=torch.float32 if single else torch.float64)
        self.register_buffer("calls", torch.zeros((), dtype=torch.float64))
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))
        self.single = single

    def forward(self, x):
        self.calls += 1
        self.steps += 1
        return self.net(x.float() if self.single else x)


@pytest.mark.parametrize("single", [False, True])
def test_nor_does_it_change_what_a_module_counts(single):
    X, y = tensors(8, 2)
    model = Counting(single)
    from_torch(model, X, y, loss="mse", weight_decay=0.1)
    assert (model.calls.item(), model.steps.item()) == (0, 0)


@pytest.mark.parametrize(
    ("given_X", "given_y", "said"),
    [
        (
            torch.zeros(3, 50),
            torch.zeros(50),
            r"X has shape \(3, 50\), but the first layer takes 3 features: pass X\.T",
        ),
        (torch.zeros(50, 4), torch.zeros(50), r"X has shape \(50, 4\), but the first layer takes 3 features\.$"),
        (torch.ones(50, 4), torch.zeros(50), "leave out the column of ones"),
        (torch.zeros(50, 1, 3), torch.zeros(50), r"pass X\.reshape\(len\(X\), -1\)"),
        (torch.zeros(3), torch.zeros(1), r"pass X\.reshape\(1, -1\)"),
        (torch.zeros(0, 3), torch.zeros(0), "empty"),
        (torch.zeros(50, 3), torch.zeros(49), r"each of the 50 rows of X, but has shape \(49,\)"),
        (torch.zeros(50, 3), torch.zeros(1, 50), r"pass y\.T"),
        (torch.zeros(50, 3), torch.zeros(50, 2), "several outputs"),
        (torch.zeros(50, 3, requires_grad=True), torch.zeros(50), r"requires gradients: pass X\.detach\(\)"),
        (torch.zeros(50, 3), torch.zeros(50, requires_grad=True), r"requires gradients: pass y\.detach\(\)"),
        (torch.zeros(50, 3, dtype=torch.complex64), torch.zeros(50), "X must hold real numbers"),
        (torch.zeros(50, 3).to_sparse(), torch.zeros(50), "sparse"),
        (torch.zeros(50, 3, device="meta"), torch.zeros(50), "meta"),
        (torch.full((50, 3), torch.inf), torch.zeros(50), r"X must hold finite numbers, but holds inf at \(0, 0\)"),
    ],
)
def test_data_that_do_not_fit_are_refused_with_what_to_pass_instead(given_X, given_y, said):
    with pytest.raises(ValueError, match=said):
        from_torch(two_layers(3, 5), given_X, given_y, loss="mse", weight_decay=0.1)


@pytest.mark.parametrize("batch_size", [0, -1, 9, 2.5, "all"])
def test_a_batch_is_some_of_the_samples(batch_size):
    X, y = tensors(8, 2)
    with pytest.raises(ValueError, match="batch_size must be a whole number from 1 to the 8 samples"):
        from_torch(two_layers(2, 3), X, y, loss="sse", weight_decay=0.1, batch_size=batch_size)


def test_the_conversion_is_told_in_sentences_with_its_numbers():
    X, y = tensors(20, 2)
    model = two_layers(2, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, weight_decay=0.004)
    found = from_torch(model, X, y, loss=nn.MSELoss(), optimizer=optimizer)
    assert isinstance(found, Converted)
    said = repr(found)
    assert "Problem: 20 samples of 2 features and a column of ones, λ = 0.04, an output bias that costs λ b²." in said
    assert "mean of the squared errors over n = 20 samples" in said
    assert "The objective here is 20 times loss plus penalty over all samples." in said
    assert "weight_decay = 0.004 of all weights and biases, from SGD: λ = n·wd/2 = 0.04." in said
    assert all(re.fullmatch(r"[A-Z].*\.", sentence) for sentence in found.conversion)
    problem, network = found
    assert problem is found.problem
    assert network is found.network


FLAT = "outputs have the shape (6, 1) and y (6,)"


def as_series(y):
    return pytest.importorskip("pandas").Series(y.numpy())


@pytest.mark.parametrize("form", [lambda y: y, lambda y: y.numpy(), lambda y: y.tolist(), as_series])
@pytest.mark.parametrize("loss", [nn.MSELoss(), nn.MSELoss(reduction="sum"), nn.functional.mse_loss, "mse", "sse"])
def test_labels_without_the_axis_of_the_outputs_are_told_of(form, loss):
    """(n, 1) beside (n,) is (n, n) to a loss of PyTorch: the commonest reason why such a network learns the mean."""
    X, y = tensors(6, 2)
    flat = nn.Sequential(*two_layers(2, 3), nn.Flatten(0))
    told = from_torch(two_layers(2, 3), X, form(y[:, 0]), loss=loss, weight_decay=0.1).conversion
    assert any(FLAT in sentence for sentence in told)
    for model, labels in ((two_layers(2, 3), y), (flat, form(y[:, 0]))):
        said = from_torch(model, X, labels, loss=loss, weight_decay=0.1).conversion
        assert not any("pairs each output" in sentence for sentence in said)


@pytest.mark.parametrize(
    "loss", [nn.BCEWithLogitsLoss(), "logistic", lambda f, y: nn.functional.softplus(-(2 * y - 1) * f.view(-1)).mean()]
)
def test_nor_of_those_that_a_loss_refuses_or_pairs_itself(loss):
    X, y = tensors(6, 2)
    labels = (y[:, 0] > 0).double()
    said = from_torch(two_layers(2, 3), X, labels, loss=loss, weight_decay=0.1).conversion
    assert not any(FLAT in sentence for sentence in said)
    if isinstance(loss, nn.Module):
        with pytest.raises(ValueError, match="same as"):
            loss(two_layers(2, 3, dtype=torch.float64)(X), labels)


def test_of_many_samples_some_are_compared():
    X, y = tensors(5000, 2, dtype=torch.float32)
    found = from_torch(two_layers(2, 3), X, y, loss="mse", weight_decay=0.1)
    assert found.problem.n == 5000
    assert found.conversion[0].startswith("Compared at 2400 points")


@settings(max_examples=60)
@given(
    n=st.integers(1, 6),
    d=st.integers(1, 40),
    m=st.integers(1, 60),
    of_data=st.sampled_from([1e-8, 1.0, 1e8]),
    of_weights=st.sampled_from([1e-6, 1.0, 1e6]),
    shift=st.sampled_from([0.0, 1e4]),
    single=st.booleans(),
    seed=st.integers(0, 100),
)
def test_no_network_of_any_size_is_refused_for_its_rounding(n, d, m, of_data, of_weights, shift, single, seed):
    """In float64, and where a module insists on its own float32."""
    X, y = samples(n, d, seed)
    X = (of_data * (X + shift)).astype(np.float32)
    model = two_layers(d, m, seed=seed)
    with torch.no_grad():
        model[0].weight.mul_(of_weights)
        model[2].weight.mul_(1 / of_weights)
    if single:
        model = InFloat32(model)
    network = from_torch(model, X, y, loss="mse", weight_decay=0.1).network
    assert network.m == m
    assert np.array_equal(network.W[:d].T, next(model.parameters()).detach().numpy().astype(float))


class InFloat32(nn.Module):
    """A network that asks for inputs of float32."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        if x.dtype != torch.float32:
            raise TypeError("float32 is wanted")
        return self.net(x)


@pytest.mark.parametrize(
    "X",
    [np.zeros((4, 2)), np.ones((4, 2)), np.array([[1.0, 2.0]] * 4), np.array([[1, 2], [-1, -2], [1, 2], [0, 0]])],
    ids=["zero", "constant", "repeated", "opposite"],
)
def test_degenerate_samples_have_the_objective_that_they_have_there(X):
    model = two_layers(2, 3, dtype=torch.float64)
    y = torch.tensor([1.0, -1.0, 1.0, 0.0], dtype=torch.float64)[:, None]
    problem, network = from_torch(model, X, y, loss=nn.MSELoss(), weight_decay=0.1)
    there = 4 * penalised(model, nn.MSELoss(), torch.tensor(X, dtype=torch.float64), y, 0.1).item()
    found = certify(problem, network)
    assert found.value == pytest.approx(there, rel=1e-12)
    assert np.isfinite(found.lower_bound)
    assert found.lower_bound <= found.value
