"""The weight decay of an optimizer of PyTorch is a penalty with one λ, or is refused."""

import copy

import numpy as np
import pytest
from drawn_samples import samples
from hypothesis import given, settings, strategies as st
from trained_networks import torch, two_layers

from landscape import certify, from_torch, objective, predict
from landscape.interop.torch_decay import COUPLED, DECOUPLED, WITHOUT

nn, optim = torch.nn, torch.optim
X, y = (torch.tensor(values) for values in samples(12, 2))
LOSS = nn.MSELoss()


def steps(model, optimizer, penalty=lambda model: 0.0, count=3):
    for _ in range(count):
        optimizer.zero_grad()
        (LOSS(model(X), y[:, None]) + penalty(model)).backward()
        optimizer.step()
    return np.concatenate([parameter.detach().numpy().ravel() for parameter in model.parameters()])


def half_squares(wd):
    return lambda model: wd / 2 * sum((parameter**2).sum() for parameter in model.parameters())


def coupled_but_not_penalised(name):
    """Steps with the weight decay, with its penalty in the loss instead, and with neither."""
    model = two_layers(2, 3, dtype=torch.float64)
    one, other, neither = model, copy.deepcopy(model), copy.deepcopy(model)
    make = getattr(optim, name)
    return (
        steps(one, make(one.parameters(), lr=0.1, weight_decay=0.3)),
        steps(other, make(other.parameters(), lr=0.1, weight_decay=0.0), half_squares(0.3)),
        steps(neither, make(neither.parameters(), lr=0.1, weight_decay=0.0)),
    )


@pytest.mark.parametrize("name", COUPLED)
def test_the_weight_decay_of_these_optimizers_is_the_penalty_in_the_loss(name):
    decayed, penalised, neither = coupled_but_not_penalised(name)
    assert decayed == pytest.approx(penalised, rel=1e-9, abs=1e-12)
    assert np.abs(decayed - neither).max() > 1e-6


@pytest.mark.parametrize("name", ["AdamW", "Adafactor"])
def test_that_of_these_is_not(name):
    decayed, penalised, _ = coupled_but_not_penalised(name)
    assert np.abs(decayed - penalised).max() > 1e-3


def test_every_optimizer_of_pytorch_is_covered_or_refused():
    """Of those that a later version has, none is taken for a penalty unseen."""
    model = two_layers(2, 3)
    everything = {
        name
        for name in dir(optim)
        if isinstance(getattr(optim, name), type) and issubclass(getattr(optim, name), optim.Optimizer)
    } - {"Optimizer", "Muon"}
    assert set(COUPLED + WITHOUT) <= everything
    for name in sorted(everything - set(COUPLED)):
        given = {} if name in WITHOUT else {"weight_decay": 0.1}
        optimizer = getattr(optim, name)(model.parameters(), lr=0.1, **given)
        with pytest.raises(ValueError, match=rf"^optimizer must .*{name}.*\bweight_decay\b") as refused:
            from_torch(model, X, y, loss=LOSS, optimizer=optimizer)
        assert ("Train with the weight_decay of Adam, or pass" in str(refused.value)) == (name in DECOUPLED)


@pytest.mark.parametrize("name", ["Adam", "NAdam", "RAdam"])
def test_a_decoupled_decay_is_refused_in_any_group(name):
    model = two_layers(2, 3)
    make = getattr(optim, name)
    groups = [
        {"params": model[0].parameters(), "weight_decay": 0.0},
        {"params": model[2].parameters(), "weight_decay": 0.2},
    ]
    with pytest.raises(
        ValueError, match=rf"weight decay 0\.2 of {name} is decoupled.*decoupled_weight_decay=False, or"
    ):
        from_torch(model, X, y, loss=LOSS, optimizer=make(groups, lr=0.1, decoupled_weight_decay=True))


@pytest.mark.parametrize("name", [*COUPLED, "AdamW", "Adafactor"])
def test_without_weight_decay_there_is_no_penalty(name):
    model = two_layers(2, 3)
    optimizer = getattr(optim, name)(model.parameters(), lr=0.1, weight_decay=0.0)
    problem, network = from_torch(model, X, y, loss=LOSS, optimizer=optimizer)
    assert (problem.lam, problem.output_bias) == (0.0, "free")
    assert certify(problem, network).lower_bound == pytest.approx(0.0, abs=1e-9)
    assert "AdamW" in DECOUPLED


decays = st.sampled_from([1e-4, 0.01, 0.3, 2.0])


@settings(max_examples=30)
@given(first=decays, bias=decays, second=decays, free=st.booleans(), seed=st.integers(0, 100))
def test_layers_of_different_decay_cost_here_what_they_cost_there(first, bias, second, free, seed):
    """One λ, neurons rescaled, and a column that is not of ones."""
    model = two_layers(2, 3, seed=seed, dtype=torch.float64)
    last = 0.0 if free else float(np.sqrt(first * second))
    decay = dict(zip(model.parameters(), (first, bias, second, last), strict=True))
    optimizer = optim.SGD([{"params": [p], "weight_decay": wd} for p, wd in decay.items()], lr=0.1)
    problem, network = from_torch(model, X, y, loss=LOSS, optimizer=optimizer)
    there = LOSS(model(X), y[:, None]) + sum(wd / 2 * (p**2).sum() for p, wd in decay.items())
    assert objective(problem, network) == pytest.approx(12 * there.item(), rel=1e-10)
    assert predict(problem.X, network) == pytest.approx(model(X).detach().numpy().ravel(), rel=1e-10, abs=1e-12)
    assert problem.lam == pytest.approx(12 * np.sqrt(first * second) / 2, rel=1e-14)
    assert problem.output_bias == ("free" if free else "penalised")


def test_no_network_of_different_decays_is_below_the_bound():
    """Trained there by its own penalty, from two starts."""
    values, bounds = [], []
    for seed in range(2):
        model = two_layers(2, 8, seed=seed, dtype=torch.float64)
        groups = [
            {"params": [model[0].weight], "weight_decay": 0.05},
            {"params": [model[0].bias], "weight_decay": 0.01},
            {"params": [model[2].weight], "weight_decay": 0.02},
            {"params": [model[2].bias], "weight_decay": 0.0},
        ]
        optimizer = optim.Adam(groups, lr=0.02)
        steps(model, optimizer, count=300)
        found = certify(*from_torch(model, X, y, loss=LOSS, optimizer=optimizer))
        values.append(found.value)
        bounds.append(found.lower_bound)
    assert 0.3 * min(values) < max(bounds) <= min(values)


def groups_of(model, *decays):
    return optim.SGD(
        [{"params": [p], "weight_decay": wd} for p, wd in zip(model.parameters(), decays, strict=True)], lr=0.1
    )


@pytest.mark.parametrize(
    ("decays", "said"),
    [
        ((0.1, 0.0, 0.1, 0.0), "penalises the weights and not the hidden biases.*hidden_bias='penalised'"),
        ((0.1, 0.1, 0.1, 0.05), r"penalises the output bias by 0\.3 b².*0 and 0\.6 b²\. .* of 0, or as the weights"),
        ((0.1, 0.1, 0.4, 0.1), r"0 and 1\.2 b², λ = √\(0\.6 · 2\.4\) of the two layers\..* √\(wd₁ wd₂\) for wd₁"),
        ((0.1, 0.1, 0.0, 0.0), "penalises the first layer and not the second.*Penalise both; or pass weight_decay"),
        ((0.0, 0.0, 0.1, 0.0), "penalises the second layer and not the first"),
        ((0.0, 0.1, 0.0, 0.0), "penalises the hidden biases and not the weights"),
        ((0.0, 0.0, 0.0, 0.1), "penalises the output bias"),
    ],
)
def test_penalties_that_no_problem_has_are_refused_with_the_reason(decays, said):
    model = two_layers(2, 3)
    with pytest.raises(ValueError, match=said):
        from_torch(model, X, y, loss=LOSS, optimizer=groups_of(model, *decays))


def test_hidden_biases_can_be_judged_as_if_they_had_been_penalised():
    model = two_layers(2, 3, dtype=torch.float64)
    found = from_torch(model, X, y, loss=LOSS, optimizer=groups_of(model, 0.1, 0, 0.1, 0), hidden_bias="penalised")
    there = 12 * (LOSS(model(X), y[:, None]) + 0.05 * ((model[0].weight ** 2).sum() + (model[2].weight ** 2).sum()))
    more = found.problem.lam * (model[0].bias ** 2).sum()
    assert objective(*found) == pytest.approx((there + more).item(), rel=1e-12)
    assert any(
        "by the objective of the training a network with hidden biases b costs at least" in said
        for said in found.conversion
    )


def test_exactly_one_of_number_and_optimizer_is_asked_for():
    model = two_layers(2, 3)
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    for both_or_none in ({}, {"weight_decay": 0.1, "optimizer": optimizer}):
        with pytest.raises(ValueError, match=r"^weight_decay or optimizer must be given"):
            from_torch(model, X, y, loss=LOSS, **both_or_none)


@pytest.mark.parametrize("wrong", [-0.1, float("nan"), float("inf"), "much"])
def test_a_weight_decay_is_a_number_at_or_above_zero(wrong):
    with pytest.raises(ValueError, match=r"^weight_decay must be"):
        from_torch(two_layers(2, 3), X, y, loss=LOSS, weight_decay=wrong)


def test_weights_that_were_not_trained_are_refused():
    model, other = two_layers(2, 3), two_layers(2, 3)
    with pytest.raises(ValueError, match="SGD does not hold the weight of the first layer: pass the optimizer of this"):
        from_torch(model, X, y, loss=LOSS, optimizer=optim.SGD(other.parameters(), lr=0.1))
    with pytest.raises(
        ValueError, match="SGD does not hold the weight of the second layer: where it was held fixed, train"
    ):
        from_torch(model, X, y, loss=LOSS, optimizer=optim.SGD(model[0].parameters(), lr=0.1))
    with pytest.raises(ValueError, match="minimise the loss"):
        from_torch(model, X, y, loss=LOSS, optimizer=optim.SGD(model.parameters(), lr=0.1, maximize=True))
    with pytest.raises(ValueError, match=r"trained the model, but is the class Adam: pass that instance"):
        from_torch(model, X, y, loss=LOSS, optimizer=optim.Adam)
    with pytest.raises(ValueError, match=r"torch\.optim\.Optimizer, but was float"):
        from_torch(model, X, y, loss=LOSS, optimizer=0.1)
    model[0].weight.requires_grad_(False)
    with pytest.raises(
        ValueError,
        match=r"those of shape \(3, 2\) do not require gradients.*Train it as well; or.*requires_grad_\(True\)",
    ):
        from_torch(model, X, y, loss=LOSS, weight_decay=0.1)
    assert from_torch(model.requires_grad_(False), X, y, loss=LOSS, weight_decay=0.1).network.m == 3


def of_rates(model, *rates):
    return optim.SGD(
        [{"params": [p], "lr": lr} for p, lr in zip(model.parameters(), rates, strict=True)], lr=0.1, weight_decay=0.1
    )


@pytest.mark.parametrize("still", range(4))
def test_a_group_that_does_not_move_is_a_part_held_fixed(still):
    model = two_layers(2, 3)
    rates = [0.0 if group == still else torch.tensor(0.1) if group == 0 else 0.1 for group in range(4)]
    with pytest.raises(ValueError, match=rf"group {still} of its param_groups has lr = 0"):
        from_torch(model, X, y, loss=LOSS, optimizer=of_rates(model, *rates))


def test_once_a_schedule_has_ended_no_group_moves():
    model = two_layers(2, 3, dtype=torch.float64)
    optimizer = of_rates(model, 0.1, 0.1, 0.2, 0.1)
    schedule = optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=3)
    for _ in range(3):
        steps(model, optimizer, count=1)
        schedule.step()
    assert {group["lr"] for group in optimizer.param_groups} == {0.0}
    assert from_torch(model, X, y, loss=LOSS, optimizer=optimizer).problem.lam == pytest.approx(12 * 0.1 / 2)
    other = two_layers(2, 3)
    optimizer = of_rates(model, 0.1, 0.1, 0.2, 0.1)
    optimizer.add_param_group({"params": other.parameters(), "lr": 0.0})
    assert from_torch(model, X, y, loss=LOSS, optimizer=optimizer).network.m == 3


def one_memory(case):
    """A network of which two weights are one number, in several ways."""
    model = two_layers(2, 3, dtype=torch.float64)
    first, second = model[0], model[2]
    if case == "layers":
        model = two_layers(1, 3, dtype=torch.float64)
        model[2].weight = nn.Parameter(model[0].weight.detach().T)
    elif case == "bias and weight":
        second.weight = nn.Parameter(first.bias.detach()[None])
    elif case == "within one":
        first.bias = nn.Parameter(torch.ones(1, dtype=torch.float64).expand(3))
    elif case == "overlapping":
        flat = torch.ones(8, dtype=torch.float64)
        first.weight, first.bias = nn.Parameter(flat[:6].view(3, 2)), nn.Parameter(flat[5:8])
    return model


@pytest.mark.parametrize("case", ["layers", "bias and weight", "within one", "overlapping"])
def test_weights_that_are_tied_are_another_class(case):
    model = one_memory(case)
    given = X[:, : model[0].in_features]
    with pytest.raises(ValueError, match=r"^model must have weights of their own, but some share their storage"):
        from_torch(model, given, y, loss=LOSS, weight_decay=0.1)


@pytest.mark.parametrize("apart", [1, 2])
def test_weights_that_lie_in_one_memory_side_by_side_are_not(apart):
    """As where all are slices of one vector."""
    model = two_layers(2, 3, dtype=torch.float64)
    flat = torch.linspace(-1.0, 1.0, apart * 13, dtype=torch.float64)
    numbers = flat[::apart]
    start = 0
    for layer in (model[0], model[2]):
        for part in ("weight", "bias"):
            own = getattr(layer, part)
            setattr(layer, part, nn.Parameter(numbers[start : start + own.numel()].view(own.shape)))
            start += own.numel()
    assert from_torch(model, X, y, loss=LOSS, weight_decay=0.1).network.m == 3


@pytest.mark.parametrize("part", range(4))
def test_weights_whose_gradient_a_hook_changes_are_refused(part):
    model = two_layers(2, 3, dtype=torch.float64)
    parameter = list(model.parameters())[part]
    before = parameter.detach().clone()
    hook = parameter.register_hook(torch.zeros_like)
    steps(model, optim.SGD(model.parameters(), lr=0.1))
    assert torch.equal(parameter.detach(), before)
    with pytest.raises(ValueError, match=rf"shape \({parameter.shape[0]}.*has a hook that may change it"):
        from_torch(model, X, y, loss=LOSS, weight_decay=0.1)
    hook.remove()
    assert from_torch(model, X, y, loss=LOSS, weight_decay=0.1).network.m == 3


@pytest.mark.parametrize("add", ["register_full_backward_hook", "register_full_backward_pre_hook"])
def test_so_are_layers_that_have_one(add):
    model = two_layers(2, 3)
    hook = getattr(model[2], add)(lambda *given: None)
    with pytest.raises(ValueError, match="a layer has a hook that may change it"):
        from_torch(model, X, y, loss=LOSS, weight_decay=0.1)
    hook.remove()
    model[0].weight.register_post_accumulate_grad_hook(lambda parameter: parameter.grad.zero_())
    with pytest.raises(ValueError, match="has a hook that may change it"):
        from_torch(model, X, y, loss=LOSS, weight_decay=0.1)


def test_an_optimizer_of_the_users_is_not_taken_for_one_that_is_known():
    class SGD(optim.SGD):
        """Another rule of the same name."""

    model = two_layers(2, 3)
    with pytest.raises(ValueError, match="optimizer must be one whose weight decay is known"):
        from_torch(model, X, y, loss=LOSS, optimizer=SGD(model.parameters(), lr=0.1, weight_decay=0.1))
