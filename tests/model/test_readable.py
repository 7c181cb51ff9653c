"""A record stands for itself: a few lines, its own numbers, no whole arrays, and "proven" only where it is."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
import typing
from collections.abc import Iterator

import numpy as np
import pytest

import landscape
from landscape import Budget, Network, Problem, certify, check_proof, extensions, proof_text, solve_convex
from landscape.convex.twin import Status
from landscape.extensions import batch_norm, parallel_linear, three_layer, vector_output, wgan
from landscape.formatting import short, written
from landscape.model.readable import headline, readable

LONGEST = 600
"""Characters of a record that stands for itself, and WIDE of one of its lines."""

WIDE = 150

NAMED_WHOLE = {"Data", "Run", "Training", "View", "Scenario"}
"""The records of a scenario name a result in caches by what they show: they show everything."""


SENTENCES = {"ProofReport", "Converted"}
"""Records of sentences: a check of a proof needs Python's own library alone, and a conversion prints all its own."""


def records() -> dict[str, type]:
    """Every dataclass that a public function takes or gives, that is public itself, or that an extension has."""
    found: dict[str, type] = {}

    def note(kind: object) -> None:
        if isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind.__module__.startswith("landscape"):
            if kind.__name__.startswith("_") or f"{kind.__module__}.{kind.__name__}" in found:
                return
            found[f"{kind.__module__}.{kind.__name__}"] = kind
            for hint in typing.get_type_hints(kind).values():
                note_all(hint)

    def note_all(hint: object) -> None:
        note(hint)
        for part in typing.get_args(hint):
            note_all(part)

    for name in landscape.__all__:
        public = getattr(landscape, name)
        note(public)
        if callable(public) and not isinstance(public, type):
            note_all(typing.get_type_hints(public).get("return"))
    for module in pkgutil.walk_packages(extensions.__path__, "landscape.extensions."):
        for kind in vars(importlib.import_module(module.name)).values():
            note(kind)
    return found


FOUND = records()


def test_the_records_are_found() -> None:
    names = {kind.__name__ for kind in FOUND.values()}
    assert {"Problem", "Certificate", "Escape", "Component", "GameTraining", "ProofReport", *NAMED_WHOLE} <= names


@pytest.mark.parametrize("name", sorted(FOUND))
def test_a_public_record_is_shown_without_whole_arrays(name: str) -> None:
    kind = FOUND[name]
    if kind.__name__ in NAMED_WHOLE:
        assert "__repr__" in kind.__dict__
        assert kind.__dict__["__repr__"] is not readable
    elif kind.__name__ in SENTENCES:
        assert "__repr__" in kind.__dict__
        assert kind.__repr__.__doc__
    else:
        assert kind.__dict__.get("__repr__") is readable


def large_records() -> Iterator[object]:
    rng = np.random.default_rng(0)
    X = np.c_[rng.standard_normal((2000, 29)), np.ones(2000)]
    problem = Problem(X, rng.standard_normal(2000), lam=1e3)
    network = Network(rng.standard_normal((30, 500)), rng.standard_normal(500))
    yield from (problem, network, certify(problem, network, budget=Budget(nodes=0)))
    line = Problem(np.c_[np.linspace(-1, 1, 300), np.ones(300)], np.sin(np.linspace(0, 20, 300)), lam=0.5)
    solution = solve_convex(line)
    yield from (solution, solution.certificate, solution.patterns, landscape.optimal_set(line))
    start = Network(rng.standard_normal((2, 40)), rng.standard_normal(40))
    run = landscape.descend(line, start, step=1e-4, n_steps=200)
    yield from (run, landscape.descend_many(line, start.W[None], start.alpha[None], step=1e-4, n_steps=20))
    yield landscape.escape_path(line, run.network(), solution.network)
    yield landscape.lambda_path(line, points=20, smallest=0.1)
    yield landscape.best_neuron(line)
    yield landscape.gated_fit(Problem(line.X[:40], line.y[:40]))
    two = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], second_layer="ones")
    grid = np.linspace(-4, 4, 200)
    yield from (landscape.loss_surface(two, grid, grid), *landscape.critical_set(two, 2))
    yield landscape.flow_basins(two, -4, 4)
    yield landscape.simulated_basins(two, grid[:20], grid[:20], optimum=0.0, step=0.05, n_steps=20)
    yield landscape.sampled_support(X, problem.y)
    yield check_proof(proof_text(line, solution.network))
    x, Y = np.linspace(-1, 1, 5), rng.standard_normal((5, 2))
    data = np.c_[x, np.ones(5)]
    yield vector_output.solve(data, Y, 0.1)
    yield batch_norm.solve(data, Y[:, 0], 0.1)
    yield three_layer.solve(data, Y[:, 0], 0.1)
    yield parallel_linear.solve(rng.standard_normal((30, 20)), rng.standard_normal((30, 10)), 3)
    yield wgan.solve(rng.standard_normal((6, 2)), 0.5)


@pytest.fixture(scope="module")
def large() -> list[object]:
    return list(large_records())


def test_large_records_are_a_few_short_lines_that_begin_with_their_class(large: list[object]) -> None:
    assert len({type(record) for record in large}) >= 23
    for record in large:
        text = repr(record)
        assert text.startswith(type(record).__name__)
        assert len(text) <= LONGEST, f"{len(text)} characters: {text[:300]}"
        assert all(len(line) <= WIDE for line in text.splitlines()), text
        assert "array(" not in text
        assert "nan" not in text
        assert " ." not in text


def test_numbers_of_a_record_are_its_own(large: list[object]) -> None:
    """Whatever stands behind a field's name is that field, written by the one function that writes numbers."""
    checked = 0
    for record in large:
        if type(record).__name__ == "ProofReport":
            continue
        body = " · ".join(line.strip() for line in repr(record).split("\n")[1:])
        for field in dataclasses.fields(record):
            value = getattr(record, field.name)
            if isinstance(value, float) and not isinstance(value, bool):
                assert f"{field.name} {short(value, 6)}" in body
                checked += 1
            elif isinstance(value, np.ndarray) and value.size > 6:
                shape = " × ".join(f"{length:,}" for length in value.shape)
                assert re.search(rf"\b{field.name} {re.escape(shape)}", body)
                if value.dtype.kind in "fiu" and np.ptp(value) > 0:
                    ends = f"from {short(float(value.min()))} to {short(float(value.max()))}"
                    assert f"{field.name} {shape} {ends}" in body
                checked += 1
    assert checked > 80


TWO = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.1)


def test_a_record_says_what_it_is() -> None:
    assert repr(TWO).splitlines()[0] == "Problem: 2 samples of 1 feature, λ = 0.1"
    biased = Problem(X=[[1.0, 1.0]], y=[1.0])
    assert repr(biased).splitlines()[0] == "Problem: 1 sample of 2 features, the last of ones, λ = 0"
    assert repr(Network([[1.0, 2.0]], [0.5, -1.0])) == (
        "Network: 2 neurons of 1 weight\n  W 1 × 2 from 1 to 2 · alpha (0.5, −1) · bias 0"
    )


def test_a_certificate_is_called_proven_only_where_it_is_closed() -> None:
    best, other = headline(certify(TWO, solve_convex(TWO).network)), Network([[1.0]], [1.0])
    assert best.startswith("Certificate: proven optimal. Loss 0.580000; no network of this class")
    open_ = certify(TWO, other)
    assert headline(open_).startswith("Certificate: not proven optimal. Loss ")
    assert f"Loss {written(open_.value, 6)}" in headline(open_)
    rng = np.random.default_rng(0)
    many = Problem(rng.standard_normal((40, 12)), rng.standard_normal(40), second_layer="ones")
    nothing = certify(many, Network(np.zeros((12, 1)), [1.0]))
    assert nothing.lower_bound == -np.inf
    assert headline(nothing).startswith("Certificate: nothing is proven. Loss ")


def test_a_bound_is_never_shown_above_itself() -> None:
    rng = np.random.default_rng(4)
    for _ in range(40):
        problem = Problem(np.c_[rng.standard_normal(4), np.ones(4)], rng.standard_normal(4), lam=0.1)
        for record in (certify(problem, Network([[1.0], [0.0]], [1.0])), solve_convex(problem)):
            bound = getattr(record, "lower_bound", None) or record.certificate.lower_bound
            shown = float(re.search(r"(?:is below|lower bound) ([\d.]+)", headline(record))[1])
            assert shown <= bound < shown * (1 + 1e-4)


def test_a_solution_has_the_sentence_of_its_status() -> None:
    whole = solve_convex(TWO)
    assert whole.status is Status.OPTIMAL
    assert Status.OPTIMAL.sentence in headline(whole)
    zero = solve_convex(Problem(TWO.X, TWO.y, lam=100.0))
    assert Status.ZERO.sentence in headline(zero)
    few = solve_convex(TWO, landscape.sample_patterns(TWO.X, 1, np.random.default_rng(0)))
    assert few.status.sentence in headline(few)


def test_a_path_counts_its_proofs_and_a_run_has_the_sentence_of_its_end() -> None:
    path = landscape.lambda_path(TWO, points=5)
    assert headline(path) == f"LambdaPath: {len(path)} values of λ, every one proven optimal; up to 2 neurons"
    half = dataclasses.replace(path, proven=np.arange(len(path)) > 1, finished=False)
    assert f"{len(path) - 2} of them proven optimal" in headline(half)
    assert headline(half).endswith("stopped before its end")
    run = landscape.descend(TWO, Network([[1.0, -1.0]], [1.0, 1.0]), step=0.02, n_steps=3)
    assert run.outcome.value in headline(run)
    assert f"loss {written(run.objective[0])} → {written(run.objective[-1])} in 3 steps" in headline(run)
