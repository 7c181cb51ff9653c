"""What a conversion returns: a record that unpacks and tells itself, and libraries that load when they are needed."""

import re
import subprocess
import sys
from inspect import signature
from pathlib import Path

import numpy as np
import pytest
from drawn_samples import samples

from landscape import Converted, Network, Problem, from_arrays, from_scikit_learn, from_torch, objective
from landscape.formatting import written

ROOT = Path(__file__).resolve().parents[2]


def run(script):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", script], cwd=ROOT, check=False, capture_output=True, text=True
    )


def test_a_record_unpacks_into_problem_and_network():
    found = from_arrays([[1.0]], [2.0], [[1.0], [2.0]], [1.0, 0.0])
    problem, network = found
    assert isinstance(problem, Problem)
    assert isinstance(network, Network)
    assert (found.problem, found.network) == (problem, network)
    with pytest.raises(AttributeError):
        found.problem = problem


def test_a_record_tells_problem_objective_and_every_sentence():
    X = np.arange(12.0).reshape(4, 3)
    found = from_arrays(np.ones((3, 2)), [1.0, -1.0], X, X[:, 0], lam=0.25, hidden_bias=[0.5, 1.0], output_bias=2.0)
    said = repr(found).splitlines()
    assert said[0] == (
        "Problem: 4 samples of 3 features and a column of ones, λ = 0.25, an output bias that costs λ b²."
    )
    assert said[1].startswith(f"Network: 2 neurons, objective {written(objective(*found))} = sum of squared errors ")
    assert said[2] == "Conversion:"
    assert [line.removeprefix("  - ") for line in said[3:]] == list(found.conversion)
    assert "column more, of ones" in repr(found)
    assert len(said) >= 5


def test_it_is_indexed_as_the_pair_that_it_unpacks_into():
    found = from_arrays([[1.0]], [2.0], [[1.0], [2.0]], [1.0, 0.0])
    assert len(found) == 2
    assert (found[0], found[1], found[-1], found[:1]) == (*found, found.network, (found.problem,))
    with pytest.raises(IndexError):
        found[2]


NUMBER = r"([−0-9.·⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)"


def number(text):
    """A number as it is written for people."""
    mantissa, _, power = text.replace("−", "-").partition("·10")
    return float(mantissa) * 10.0 ** int((power or "⁰").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))


def parts(found, loss, times=True):
    """The objective, the factor, the loss and the penalty that a record prints."""
    inner = rf"{loss} {NUMBER} \+ penalty {NUMBER}"
    form = rf"objective {NUMBER} = {NUMBER} × \({inner}\)\.$" if times else rf"objective {NUMBER} = {inner}\.$"
    match = re.search(form, repr(found).splitlines()[1])
    assert match is not None, repr(found)
    return [number(text) for text in match.groups()]


TRAININGS = {
    "mean": (lambda nn: nn.MSELoss(), "mean squared error", 12),
    "sum": (lambda nn: nn.MSELoss(reduction="sum"), "sum of squared errors", None),
    "half": (lambda nn: lambda f, y: nn.functional.mse_loss(f, y) / 2, "half the mean squared error", 24),
    "a third": (lambda nn: lambda f, y: ((f - y) ** 2).mean() / 3, "0.3333 times the mean squared error", 36),
    "logistic": (lambda nn: nn.BCEWithLogitsLoss(), "mean logistic loss", 12),
    "logistic sum": (lambda nn: nn.BCEWithLogitsLoss(reduction="sum"), "sum of logistic losses", None),
}


@pytest.mark.parametrize("name", TRAININGS)
def test_what_the_objective_is_made_of_is_what_a_training_prints(name):
    torch = pytest.importorskip("torch")
    make, called, times = TRAININGS[name]
    loss, (X, y) = make(torch.nn), (torch.tensor(values)[:12] for values in samples(12, 3))
    y = (y > 0).double()[:, None] if "logistic" in name else y[:, None]
    model = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.ReLU(), torch.nn.Linear(5, 1)).double()
    there = loss(model(X), y).item(), 0.02 * sum((p**2).sum() for p in model.parameters()).item()
    found = from_torch(model, X, y, loss=loss, weight_decay=0.04)
    F, *factor, error, penalty = parts(found, called, times is not None)
    assert (error, penalty) == pytest.approx(there, rel=6e-4)
    assert factor == ([] if times is None else [times])
    assert pytest.approx((times or 1) * sum(there), rel=6e-4) == F
    assert "Problem: 12 samples of 3 features and a column of ones, " in repr(found)


def test_a_batch_of_a_sum_is_told_as_what_it_is_on_average():
    torch = pytest.importorskip("torch")
    X, y = (torch.tensor(values) for values in samples(12, 3))
    model = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.ReLU(), torch.nn.Linear(5, 1)).double()
    loss = torch.nn.MSELoss(reduction="sum")
    batches = np.mean([loss(model(X[i : i + 4]), y[i : i + 4, None]).item() for i in (0, 4, 8)])
    found = from_torch(model, X, y[:, None], loss=loss, weight_decay=0.04, batch_size=4)
    _, times, error, penalty = parts(found, "sum of squared errors of a batch, on average,")
    assert (times, error) == pytest.approx((3, batches), rel=6e-4)
    assert penalty == pytest.approx(0.02 * sum((p**2).sum() for p in model.parameters()).item(), rel=6e-4)


@pytest.mark.parametrize("decay", [0.0, 0.01, 0.3])
def test_what_hidden_biases_cost_here_alone_is_told_apart(decay):
    """Less, too, where the training has penalised them more than the weights."""
    torch = pytest.importorskip("torch")
    X, y = (torch.tensor(values) for values in samples(12, 3))
    model = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.ReLU(), torch.nn.Linear(5, 1)).double()
    first, bias, second, last = model.parameters()
    decays = ((first, 0.1), (bias, decay), (second, 0.025), (last, 0.0))
    optimizer = torch.optim.SGD([{"params": [p], "weight_decay": wd} for p, wd in decays], lr=0.1)
    loss = torch.nn.MSELoss()
    found = from_torch(model, X, y[:, None], loss=loss, optimizer=optimizer, hidden_bias="penalised")
    there = sum(wd / 2 * (p**2).sum() for p, wd in decays).item()
    more = (0.1 - decay) / 2 * (bias**2).sum().item()
    sign, than = ("−", "less") if more < 0 else (r"\+", "more")
    form = rf"error {NUMBER} \+ penalty {NUMBER} {sign} {NUMBER} that hidden biases cost {than} here\)\.$"
    match = re.search(form, repr(found).splitlines()[1])
    assert match is not None, repr(found)
    error, penalty, extra = map(number, match.groups())
    assert (penalty, extra) == pytest.approx((there, abs(more)), rel=6e-4)
    assert error == pytest.approx(loss(model(X), y[:, None]).item(), rel=6e-4)
    assert objective(*found) == pytest.approx(12 * (error + penalty + (extra if more > 0 else -extra)), rel=1e-3)


def test_without_a_penalty_none_is_told():
    said = repr(from_arrays([[1.0]], [2.0], [[1.0], [2.0]], [1.0, 0.0])).splitlines()
    assert said[1] == "Network: 1 neuron, objective 17.00 = sum of squared errors 17.00."


def test_a_column_that_is_not_of_ones_is_told_with_its_entries():
    torch = pytest.importorskip("torch")
    X, y = (torch.tensor(values) for values in samples(12, 3))
    model = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.ReLU(), torch.nn.Linear(5, 1)).double()
    groups = [
        {"params": [p], "weight_decay": wd} for p, wd in zip(model.parameters(), (0.4, 0.1, 0.4, 0.0), strict=True)
    ]
    found = from_torch(model, X, y[:, None], loss="mse", optimizer=torch.optim.SGD(groups, lr=0.1))
    assert "12 samples of 3 features and a column with 2 in each row, " in repr(found)
    assert set(found[0].X[:, -1]) == {2.0}


def test_a_column_of_ones_of_the_users_own_is_one_too():
    X = np.c_[samples(6, 2)[0], np.ones(6)]
    assert "6 samples of 2 features and a column of ones" in repr(from_arrays(np.ones((3, 2)), [1, 1], X, X[:, 0]))
    assert "6 samples of 2 features, " in repr(from_arrays(np.ones((2, 3)), [1, 1, 1], X[:, :2], X[:, 0]))
    assert "2 samples of 1 feature, " in repr(from_arrays([[1.0]], [1.0], [[1.0], [1.0]], [1.0, 2.0]))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "No hidden bias and no output bias were given."),
        ({"output_bias": 1.0}, "No hidden bias was given."),
        ({"hidden_bias": [1.0]}, "No output bias was given."),
        ({"hidden_bias": [1.0], "output_bias": 0.0}, None),
    ],
)
def test_biases_that_were_not_given_are_told_of(given, said):
    told = [one for one in from_arrays([[1.0]], [2.0], [[1.0]], [1.0], **given).conversion if "given." in one]
    assert told == ([] if said is None else [said])


@pytest.mark.parametrize(
    ("convert", "count", "said"),
    [
        (
            from_torch,
            3,
            "model, X and y by position, .* 4 arguments so: pass the others by name, as loss= and weight_d",
        ),
        (from_scikit_learn, 3, r"model, X and y by position, .* by name, as hidden_bias=\.$"),
        (from_arrays, 4, "hidden_weights, output_weights, X and y by position, .* by name, as lam= and hidden_bias="),
    ],
)
def test_options_that_are_passed_by_position_are_told_their_names(convert, count, said):
    with pytest.raises(TypeError, match=rf"^{convert.__name__} takes {said}"):
        convert(*[1.0] * (count + 1))
    assert [one.kind.name for one in signature(convert).parameters.values()][count - 1 : count + 1] == [
        "POSITIONAL_OR_KEYWORD",
        "KEYWORD_ONLY",
    ]


def test_the_sentences_are_frozen_with_the_record():
    assert isinstance(from_arrays([[1.0]], [2.0], [[1.0]], [1.0]).conversion, tuple)
    assert isinstance(from_arrays([[1.0]], [2.0], [[1.0]], [1.0]), Converted)


def test_arrays_need_neither_of_the_libraries():
    script = """
import sys
sys.modules["torch"] = sys.modules["sklearn"] = sys.modules["pandas"] = None
from landscape import certify, from_arrays, from_scikit_learn, from_torch
print(round(certify(*from_arrays([[1.0]], [2.0], [[1.0], [2.0]], [1.0, 0.0], lam=0.1)).value, 9))
"""
    done = run(script)
    assert (done.returncode, done.stdout) == (0, "17.5\n"), done.stderr


def test_no_conversion_loads_a_library_before_it_is_called():
    script = """
import sys
from landscape import from_arrays, from_scikit_learn, from_torch
from_arrays([[1.0]], [2.0], [[1.0], [2.0]], [1.0, 0.0])
print([name for name in ("torch", "sklearn", "pandas", "cvxpy", "scipy") if name in sys.modules])
"""
    assert run(script).stdout == "[]\n"


@pytest.mark.parametrize(
    ("convert", "library", "extra"), [(from_torch, "torch", "torch"), (from_scikit_learn, "sklearn", "estimators")]
)
def test_where_a_library_is_missing_its_extra_is_named(convert, library, extra, monkeypatch):
    for name in [name for name in sys.modules if name == library or name.startswith(f"{library}.")]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(
        ImportError, match=rf"^{library} is needed here: pip install 'hidden-convex-landscape\[{extra}\]'"
    ):
        convert(object(), [[1.0]], [1.0])
