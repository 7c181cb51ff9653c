"""The proof as a file follows the output bias of its problem."""

from __future__ import annotations

import numpy as np
import pytest

from landscape import Problem, check_proof, proof_text, solve_convex


@pytest.mark.parametrize("output_bias", ["none", "free", "penalised"])
@pytest.mark.parametrize("lam", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_the_file_proves_as_much_as_the_certificate(output_bias: str, lam: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(2, 9)), int(rng.integers(1, 4))
    X = rng.integers(-2, 3, (n, d)).astype(float) if seed % 2 else rng.standard_normal((n, d))
    y = rng.standard_normal(n) + (1e3 if seed == 3 else 0.0)
    problem = Problem(X, y, lam, output_bias=output_bias)
    solution = solve_convex(problem)
    report = check_proof(proof_text(problem, solution.network))
    proof, size = solution.certificate, max(solution.certificate.value, 1e-4 * float(y @ y))
    assert report.proven
    assert report.optimal == proof.closed
    assert float(report.value) == pytest.approx(proof.value, rel=1e-9, abs=1e-13 * float(y @ y))
    assert abs(float(report.bound) - proof.lower_bound) <= 1e-6 * size
