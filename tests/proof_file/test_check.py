"""A proof file: what it says follows, on any data; and no change of it makes the checker say what is not true."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from exact_oracle import exact_objective, exact_optimum

from landscape import (
    Network,
    Problem,
    certify,
    check_proof,
    lambda_max,
    objective,
    proof_text,
    solve_convex,
    write_proof,
)
from landscape.model.excess import unit
from landscape.proof_file.document import MOST_BYTES
from landscape.results.export.proof_file import _with_dual

ROOT = Path(__file__).resolve().parents[2]


def problem_of(kind: str, seed: int) -> Problem:
    """Random and degenerate data, λ a share of λ_max."""
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(1, 9)), int(rng.integers(1, 4))
    X, y = rng.standard_normal((n, d)), rng.standard_normal(n)
    share = float(rng.choice([1e-4, 0.01, 0.1, 0.5, 0.999, 1.0, 1.5]))
    if kind == "bias":
        X = np.c_[X, np.ones(n)]
    elif kind == "duplicates":
        X, y = np.r_[X, X, 3.0 * X], np.r_[y, -y, y + 1.0]
    elif kind == "opposite":
        X, y = np.r_[X, -X, -0.5 * X, np.zeros((2, d))], rng.standard_normal(3 * n + 2)
    elif kind == "low rank":
        X = rng.integers(-2, 3, (n, 1)) * np.ones((1, d + 1)) + rng.integers(0, 2, (n, d + 1)) * (rng.random() < 0.5)
    elif kind == "scales":
        X, y = X * 10.0 ** rng.integers(-6, 7, d), y * 10.0 ** rng.integers(-6, 7)
    elif kind == "whole numbers":
        X, y = rng.integers(-2, 3, (n + 3, d)), rng.integers(-3, 4, n + 3)
    unregularised = Problem(X, y)
    return Problem(X, y, lam=share * lambda_max(unregularised))


KINDS = ("plain", "bias", "duplicates", "opposite", "low rank", "scales", "whole numbers")


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_proven_is_what_the_certificate_says(kind: str, seed: int) -> None:
    problem = problem_of(kind, seed)
    network = solve_convex(problem).network
    certificate = certify(problem, network)
    report = check_proof(proof_text(problem, network))
    assert report.proven
    assert report.value == exact_objective(problem, network)
    assert report.bound <= report.value
    share = unit(problem, certificate.value) or 1.0
    assert float(report.bound) >= certificate.lower_bound - 1e-7 * share
    if certificate.closed:
        assert report.optimal or float(report.value - report.bound) <= 2e-7 * share


@pytest.mark.parametrize(("n", "d"), [(12, 4), (9, 5), (9, 6), (8, 7)])
def test_of_more_features_too(n: int, d: int) -> None:
    rng = np.random.default_rng(n)
    X, y = rng.standard_normal((n, d)), rng.standard_normal(n)
    problem = Problem(X, y, lam=0.3 * lambda_max(Problem(X, y)))
    network = solve_convex(problem).network
    report = check_proof(proof_text(problem, network))
    assert report.proven
    assert report.optimal
    assert report.value == exact_objective(problem, network)


def test_of_many_features_something_is_proven() -> None:
    rng = np.random.default_rng(0)
    X, y = np.c_[rng.standard_normal((40, 9)), np.ones(40)], rng.standard_normal(40)
    problem = Problem(X, y, lam=0.5 * lambda_max(Problem(X, y)))
    network = Network(np.zeros((10, 1)), np.zeros(1))
    report = check_proof(proof_text(problem, network))
    assert report.proven
    assert 0.3 * report.value < report.bound <= report.value


@pytest.mark.parametrize("seed", range(30))
def test_without_a_penalty_the_bound_is_the_optimum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(2, 8)), int(rng.integers(1, 5))
    X = rng.integers(-2, 3, (n, d)) * rng.choice([1.0, 0.1, 1.0 / 3.0], (n, 1))
    X, y = np.r_[X, -0.7 * X[: n // 2], X[: n // 2]], rng.standard_normal(n + 2 * (n // 2))
    problem = Problem(X, y)
    network = solve_convex(problem).network
    optimum = exact_optimum(problem)
    report = check_proof(proof_text(problem, network))
    assert report.proven
    assert report.bound <= optimum
    assert float(optimum - report.bound) <= 1e-9 * float(y @ y)


@pytest.mark.parametrize("seed", range(20))
def test_with_a_second_layer_of_ones_the_bound_is_the_certificates(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(1, 8)), int(rng.integers(1, 4))
    X, y = rng.integers(-3, 4, (n, d)) / 2.0, rng.integers(-3, 4, n)
    problem = Problem(X, y, second_layer="ones")
    network = solve_convex(problem).network
    certificate, report = certify(problem, network), check_proof(proof_text(problem, network))
    assert report.proven
    assert report.bound <= report.value
    if d <= 2:
        assert float(report.bound) >= certificate.lower_bound - 1e-8 * max(1.0, float(y @ y))


FOUR = np.c_[[-0.9, -0.2, 0.3, 1.0], np.ones(4)]


def with_bias(X: np.ndarray, y: np.ndarray, lam: float, kind: str, z: np.ndarray, bias: float) -> dict:
    """The contents of a file of a problem whose outputs have a bias."""
    content = json.loads(proof_text(Problem(X, y, lam), Network(np.zeros((X.shape[1], 1)), np.zeros(1))))
    content |= {"output_bias": kind, "bias": bias, "dual": z.tolist(), "cover": None}
    return json.loads(_with_dual(content, Fraction(-1)))


def test_a_free_output_bias_fits_equal_labels() -> None:
    content = with_bias(FOUR, np.full(4, 0.5), 0.1, "free", np.array([1.0, 2.0, 0.0, 1.0]), 0.5)
    report = check_proof(json.dumps(content))
    assert (report.proven, report.value, report.bound) == (True, 0, 0)
    assert not check_proof(json.dumps({**content, "lower_bound": 1e-9})).proven


def test_a_penalised_output_bias_has_its_closed_form() -> None:
    bias = 4 * 0.5 / 4.1
    content = with_bias(FOUR, np.full(4, 0.5), 0.1, "penalised", np.full(4, 0.5 - bias), bias)
    report = check_proof(json.dumps(content))
    assert report.optimal
    assert float(report.bound) == pytest.approx(0.1 / 4.1, rel=1e-12)
    without = check_proof(json.dumps({**content, "output_bias": "none", "bias": 0.0}))
    assert without.bound <= 0.0975


@pytest.mark.parametrize("kind", ["free", "penalised"])
def test_no_network_with_an_output_bias_is_below_its_bound(kind: str) -> None:
    rng = np.random.default_rng(3)
    y, lam = np.array([0.9, -0.5, 0.7, 1.2]), 0.05
    for _ in range(5):
        content = with_bias(FOUR, y, lam, kind, y - y.mean() + 0.1 * rng.standard_normal(4), 0.0)
        bound = check_proof(json.dumps(content)).bound
        assert bound > 0
        best = np.inf
        for _ in range(300):  # random neurons with the best outputs for them
            W = rng.standard_normal((2, 6))
            W /= np.linalg.norm(W, axis=0)
            features = np.c_[np.maximum(FOUR @ W, 0.0), np.ones(4)]
            ridge = np.sqrt(lam) * np.r_[np.full(6, 1e-1), 0.0 if kind == "free" else 1.0]
            b = np.linalg.lstsq(np.r_[features, np.diag(ridge)], np.r_[y, np.zeros(7)], rcond=None)[0]
            cost = np.sum((features @ b - y) ** 2) + lam * (2 * np.abs(b[:-1]).sum() + (kind != "free") * b[-1] ** 2)
            best = min(best, float(cost))
        assert float(bound) <= best


# Attacks


def small_files() -> list[dict]:
    """Files of all kinds of proofs, with the optimum of each."""
    rng = np.random.default_rng(1)
    y = np.array([0.9, -0.5, 0.7, -0.2])
    X6, y6 = rng.standard_normal((7, 6)), rng.standard_normal(7)
    problems = [
        Problem(FOUR, y, lam=0.05),
        Problem(np.array([[-1.0], [1.0], [2.0]]), y[:3], lam=0.3),
        Problem(rng.standard_normal((5, 3)), rng.standard_normal(5), lam=0.2),
        Problem(X6, y6, lam=0.4 * lambda_max(Problem(X6, y6))),
        Problem(np.r_[FOUR, FOUR], np.r_[y, -y]),
        Problem(FOUR, y, second_layer="ones"),
    ]
    return [json.loads(proof_text(problem, solve_convex(problem).network)) for problem in problems]


FILES = small_files()


def optimum_of(content: dict) -> float:
    """The best objective known of a file's own problem."""
    problem = Problem(content["X"], content["y"], content["lam"], content["second_layer"])
    found = solve_convex(problem)
    return min(found.value, objective(problem, found.network))


OPTIMA = [optimum_of(content) for content in FILES]

ODD: list[object] = [
    None, True, False, "x", "", [], {}, [[]], [[1, 2], 3], 0, 1, -1, 0.5, -0.0, 1e308, -1e308, 5e-324, 1e-300,
    2**63, -(2**63), 10**400, 10**3000, [[0, 1], 0], [[0, 0], 0], [[0, 1], [1, 1]], [[0, 1], [0, 1]], [[0, 1], [-1, 1]],
]  # fmt: skip


def places(value: object, path: tuple = ()) -> list[tuple]:
    """The paths to everything in a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, part in items for found in places(part, (*path, key)))]


def mutated(content: dict, rng: random.Random) -> dict:
    """A file with one to three changes."""
    changed = json.loads(json.dumps(content))
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        every = places(changed)[1:]
        *above, last = rng.choice(every)
        holder = changed
        for key in above:
            holder = holder[key]
        value = holder[last]
        number = isinstance(value, int | float) and not isinstance(value, bool)
        act = rng.choice(["odd", "remove", "repeat", "swap"] + 6 * ["number"])
        if act == "number" and number:
            factor = rng.choice([-1, 0, 2, 0.5, 1 + 1e-9, 1 - 1e-6, 1e9])
            other = [rng.uniform(-2, 2), value + 1, value - 1, int(value) + 1, int(value) - 1]
            holder[last] = rng.choice([value * factor, rng.choice(other)])
        elif act == "remove" or (act == "number" and isinstance(holder, dict)):
            del holder[last]
        elif act == "repeat" and isinstance(holder, list):
            holder.insert(rng.randrange(len(holder) + 1), value)
        elif act == "swap" and isinstance(holder, list):
            other = rng.randrange(len(holder))
            holder[last], holder[other] = holder[other], value
        else:
            holder[last] = rng.choice(ODD)
        if rng.random() < 0.3 and isinstance(changed.get("lower_bound"), float):
            changed["lower_bound"] *= 1.0 + 10.0 ** rng.uniform(-9, 0)
        if rng.random() < 0.1 and isinstance(changed.get("dual"), list):
            changed["dual"] = [
                rng.choice([1.001, 2, -1]) * v if isinstance(v, int | float) else v for v in changed["dual"]
            ]
        if not changed:
            break
    return changed


@pytest.mark.parametrize("which", range(len(FILES)))
def test_no_change_of_a_file_proves_what_is_false(which: int) -> None:
    rng, content = random.Random(which), FILES[which]
    optimum, still_proven = OPTIMA[which], 0
    of_problem = ("X", "y", "lam", "second_layer", "output_bias")
    for _ in range(1500):
        changed = mutated(content, rng)
        try:
            report = check_proof(json.dumps(changed))
        except ValueError:
            continue
        if not report.proven:
            continue
        still_proven += 1
        assert report.value is not None
        assert report.bound >= Fraction(changed["lower_bound"])
        assert report.bound <= report.value
        if changed["output_bias"] != "none":
            continue  # below, the networks have no output bias
        same = all(changed.get(name) == content[name] for name in of_problem)
        best = optimum if same else optimum_of_any(changed)
        assert float(report.bound) <= best * (1.0 + 1e-8) + 1e-12
    assert still_proven > 20  # changes of the network, or that leave room, do no harm


def optimum_of_any(content: dict) -> float:
    """The same for any problem that a file may have; infinite where it is none that can be solved."""
    try:
        return optimum_of(content)
    except ValueError:
        return np.inf


@pytest.mark.parametrize("which", range(len(FILES)))
def test_no_change_of_its_bytes_does_harm(which: int) -> None:
    text, rng = json.dumps(FILES[which]).encode(), random.Random(which)
    for _ in range(500):
        changed = bytearray(text)
        for _ in range(rng.randrange(1, 4)):
            place = rng.randrange(len(changed))
            changed[place : place + rng.randrange(3)] = rng.choice(
                [b"", b"9", b"-", b"e9", b"[", b"]", b",", b"\xff", b"NaN"]
            )
        try:
            report = check_proof(bytes(changed))
        except ValueError:
            continue
        if report.proven:
            found = json.loads(changed)
            if found["output_bias"] == "none":
                assert float(report.bound) <= optimum_of_any(found) * (1.0 + 1e-8) + 1e-12


@pytest.mark.parametrize("which", range(len(FILES)))
def test_a_leaf_that_is_left_out_is_missed(which: int) -> None:
    content = FILES[which]
    for kind in ("cones", "signs"):
        entries = (content["cover"] or {}).get(kind)
        for place in range(len(entries or ())):
            cover = {**content["cover"], kind: entries[:place] + entries[place + 1 :]}
            try:
                assert not check_proof(json.dumps({**content, "cover": cover})).proven
            except ValueError:
                continue


def test_a_claim_above_the_optimum_is_not_proven() -> None:
    for content, optimum in zip(FILES, OPTIMA, strict=True):
        raised = {**content, "lower_bound": optimum * (1.0 + 1e-6) + 1e-6}
        report = check_proof(json.dumps(raised))
        assert not report.proven
        assert "What follows is only" in report.sentences[-1]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        ("[1]", "no JSON object"),
        ("{}", "does not say"),
        ("[" * 100_000, "nested too deeply|not JSON"),
        ('{"format": NaN}', "NaN, which is not a finite number"),
        ('{"format": 1e999}', "1e999, which is not a finite number"),
        ('{"format": ' + "9" * 5000 + "}", "not JSON|does not say"),
        (" " * (MOST_BYTES + 1), "bytes"),
    ],
)
def test_what_is_no_proof_is_refused_by_a_sentence(text: str | bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        check_proof(text)


@pytest.mark.parametrize("named", [lambda path: path, str, lambda path: path.name], ids=["path", "text", "name"])
def test_a_file_is_checked_by_its_path_as_by_its_contents(named, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    problem = Problem([[-1.0], [1.0]], [1.0, 2.0], 0.1)
    written = write_proof(problem, solve_convex(problem).network, tmp_path / "proof.json")
    report = check_proof(named(tmp_path / "proof.json"))
    assert report.proven
    assert report.optimal
    assert (report.value, report.bound, report.sentences) == (written.value, written.bound, written.sentences)
    assert check_proof((tmp_path / "proof.json").read_bytes()).bound == report.bound


@pytest.mark.parametrize(
    "name", ["prooof.json", Path("prooof.json"), "no\0name", ".", Path(), "Proof: none.", "x" * 3000]
)
def test_a_name_of_no_file_is_told(name: str | Path) -> None:
    with pytest.raises(ValueError, match=r"^text must be the contents of a proof file, or its path, but was '.*', whi"):
        check_proof(name)


def test_of_a_named_file_no_more_is_read_than_of_contents(tmp_path: Path) -> None:
    (tmp_path / "long.json").write_bytes(b" " * (MOST_BYTES + 10))
    with pytest.raises(ValueError, match=f"has {MOST_BYTES + 1:,} bytes"):
        check_proof(tmp_path / "long.json")
    with pytest.raises(ValueError, match="but was a dict"):
        check_proof(json.loads("{}"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"X": [[1.0], [1.0, 2.0]]}, "X must have 1 entries"),
        ({"y": [1.0]}, "y must have 4 entries"),
        ({"lam": -0.1}, "lam must be at least 0"),
        ({"second_layer": "twos"}, "second_layer must be one of trained, ones"),
        ({"second_layer": ["ones"]}, "second_layer must be one of"),
        ({"W": [[1.0]]}, "W must have 2 rows"),
        ({"alpha": [True]}, "alpha must"),
        ({"bias": 1.0}, "bias must be 0"),
        ({"X": [[10**200, 1.0]] * 4}, "magnitude above"),
        ({"dual": [1.0]}, "dual must have 4 entries"),
        ({"cover": 3}, "cover must be an object"),
    ],
)
def test_what_is_out_of_order_is_named(change: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        check_proof(json.dumps({**FILES[0], **change}))


def test_a_file_that_would_take_too_long_ends_early() -> None:
    n = 3000
    many = {
        **FILES[1],
        "X": [[1.0]] * n,
        "y": [1.0] * n,
        "W": [[1.0] * n * 100],
        "alpha": [1.0] * n * 100,
        "dual": None,
    }
    report = check_proof(json.dumps(many))
    assert not report.proven
    assert "too long" in report.sentences[-1]


def test_a_ray_of_ever_more_digits_ends_the_check() -> None:
    cover = {"most": 1.0, "cones": [[[0, 1], [2**8000 + 1, 2**8000 - 1]] for _ in range(50)]}
    report = check_proof(json.dumps({**FILES[0], "cover": cover}))
    assert not report.proven
    assert "binary digits" in report.sentences[-1]


def test_numbers_are_read_as_float64_and_whole_numbers_as_they_are(tmp_path: Path) -> None:
    problem = Problem([[0.1]], [0.3], lam=0.0)
    network = Network([[1.0]], [3.0])
    report = write_proof(problem, network, tmp_path / "proof.json")
    assert report.value == (Fraction(0.1) * 3 - Fraction(0.3)) ** 2
    assert (tmp_path / "proof.json").read_text(encoding="utf-8") == proof_text(problem, network)


def test_the_command_says_what_is_proven_without_numpy(tmp_path: Path) -> None:
    good, bad, no = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "no.json"
    good.write_text(json.dumps(FILES[0]))
    bad.write_text(json.dumps({**FILES[0], "lower_bound": 9.0}))
    no.write_text("no")
    script = (
        "import sys; from landscape.__main__ import main; "
        "code = main(sys.argv[1:]); print('numpy' in sys.modules); sys.exit(code)"
    )

    def run(*files: Path) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-c", script, "check", *map(str, files)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    code, said, _ = run(good)
    assert (code, said.splitlines()[-1]) == (0, "False")
    assert "it is optimal" in said
    code, said, _ = run(good, bad)
    assert code == 1
    assert "Not proven" in said
    code, _, refused = run(bad, no, tmp_path / "nothing.json")
    assert code == 2
    assert "not JSON" in refused
    assert "cannot be read" in refused


def test_more_samples_than_cones_are_checked_for_are_refused_at_once() -> None:
    n, d = 70_000, 6
    X = [[1, i, *((i * k) % 997 for k in range(2, d))] for i in range(n)]
    content = {**FILES[0], "X": X, "y": [1] * n, "W": [[0]] * d, "alpha": [0], "dual": [1] * n}
    report = check_proof(json.dumps({**content, "cover": {"most": 1, "cones": [[0] * d]}}))
    assert not report.proven
    assert "so many samples" in report.sentences[-1]
    report = check_proof(
        json.dumps(
            {**content, "X": [[*row, *row[::-1]] for row in X], "W": [[0]] * 2 * d}
            | {"cover": {"most": 1, "signs": [[0, [0]]]}}
        )
    )
    assert not report.proven
    assert "too many" in report.sentences[-1]
