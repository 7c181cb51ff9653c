"""Three layers: parallel sub-networks with path regularisation, convex over all combinations of activation patterns.

    f(x) = Σ_k w3_k relu(Σ_j w2_kj relu(x·w1_kj))                       W1 (K, d, m1), W2 (K, m1), w3 (K,)
    F = ‖f − y‖² + 2λ Σ_k (Σ_j ‖w1_kj‖² w2_kj² w3_k²)^½

Theorem (Ergen & Pilanci, ICML 2021): for enough sub-networks the least F is that of a convex program over groups g,
each a second-layer pattern D₂, m1 first-layer patterns D₁j with signs s_j = ±1, and an output sign o:

    min ‖Σ_g o D₂ Σ_j s_j D₁j X z_gj − y‖² + 2λ Σ_g (Σ_j ‖z_gj‖²)^½
    s.t. (2D₁j − I) X z_gj ≥ 0,   (2D₂ − I) Σ_j s_j D₁j X z_gj ≥ 0

and a group gives w1 = z, w2 = s, w3 = o. Groups that another one contains are left out: on samples where only neurons
of one sign are active, D₂ is determined. Exact while all groups can be listed (width 2: up to n = 7 or so); for more
points over groups that random and trained sub-networks visit, which bounds the optimum from above. d ≤ 2. Figures in
the paper's ½-convention are half of these, λ = β.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.convex.dual import dual_value
from landscape.extensions.shared.checks import Exactness, exactness_of, positive, samples, units, whole_number
from landscape.extensions.shared.cones import Sectors, sectors
from landscape.extensions.shared.quasi_newton import Progress, Stop, TrainedNetworks, count_of, train_starts
from landscape.extensions.three_layer.groups import Groups, all_groups, concatenated, generated_groups, groups_of
from landscape.extensions.three_layer.program import SubNetworks, settled, solve_groups, strongest_group
from landscape.model.problem import finite_array, nonnegative
from landscape.model.readable import readable

MOST_LISTED = 1500
"""Most groups a program holds: it then takes some seconds."""

MOST_SAMPLES = 50
MOST_WIDTH = 4
"""Most samples, and most first-layer neurons of a sub-network."""

ROUNDS = 3
TRIES = 4000
KEPT = 80
"""Beyond the listed sizes: rounds of generation, random sub-networks a round, and how many of them are kept."""

SMOOTHING = 1e-16
"""Added under the square root of the path norm while training, so that a vanishing sub-network has a gradient."""


@dataclass(frozen=True, eq=False)
class PathNetwork:
    """Parallel three-layer sub-networks.

    Arguments
        W1: (K, d, m1) first layers; W2: (K, m1) second layers; w3: (K,) output weights.

    Raises ValueError when shapes disagree or an entry is not finite.
    """

    W1: np.ndarray
    W2: np.ndarray
    w3: np.ndarray

    __repr__ = readable

    def __post_init__(self) -> None:
        W1, W2, w3 = finite_array(self.W1, "W1", 3), finite_array(self.W2, "W2", 2), finite_array(self.w3, "w3", 1)
        K, _, m1 = W1.shape
        if W2.shape != (K, m1):
            raise ValueError(f"W2 must have shape {(K, m1)}, one row a sub-network, but has {W2.shape}.")
        if len(w3) != K:
            raise ValueError(f"w3 must have one entry for each of the {K} sub-networks, but has {len(w3)}.")
        for name, value in (("W1", W1), ("W2", W2), ("w3", w3)):
            object.__setattr__(self, name, value)


@dataclass(frozen=True, eq=False)
class PathSolution:
    """The solution of the convex twin of parallel three-layer networks.

    Arguments
        value: the value of the convex program over the groups held.
        network: the recovered network, whose objective it is.
        lower_bound: proven from the dual solution over all groups; -inf where not all were listed.
        exactness: how far ``value`` is proven.
        groups: number of groups held, both output signs counted.
    """

    value: float
    network: PathNetwork
    lower_bound: float
    exactness: Exactness
    groups: int

    __repr__ = readable


def predict(X: np.ndarray, network: PathNetwork) -> np.ndarray:
    """Return f(X) (n,) for samples X (n, d)."""
    hidden = np.maximum(X @ network.W1, 0.0)
    outputs: np.ndarray = np.maximum(np.einsum("knm,km->nk", hidden, network.W2), 0.0) @ network.w3
    return outputs


def path_norm(network: PathNetwork) -> float:
    """Return Σ_k (Σ_j ‖w1_kj‖² w2_kj² w3_k²)^½."""
    paths = np.linalg.norm(network.W1, axis=1) * network.W2 * network.w3[:, None]
    return float(np.sum(np.linalg.norm(paths, axis=1)))


def objective(X: np.ndarray, y: np.ndarray, lam: float, network: PathNetwork) -> float:
    """Return ‖f − y‖² + 2λ·path norm, in units of y². Raises ValueError where shapes disagree."""
    X, y = samples(X, y, "y", 1)
    if network.W1.shape[1] != X.shape[1]:
        raise ValueError(f"W1 must have {X.shape[1]} features on its second axis, but has {network.W1.shape[1]}.")
    residual = predict(X, network) - y
    return float(residual @ residual + 2.0 * nonnegative(lam, "lam") * path_norm(network))


def solve(
    X: np.ndarray, y: np.ndarray, lam: float, width: int = 2, *, rng: np.random.Generator | None = None
) -> PathSolution:
    """Solve the convex twin for data X (n, d), d ≤ 2, and sub-networks of ``width`` hidden neurons.

    ``rng`` generates groups where they are too many to list (by default the generator of seed 0).
    Raises ValueError for data that is none, more than two features or MOST_SAMPLES samples, lam ≤ 0 or another width.
    """
    X, y = samples(X, y, "y", 1)
    lam, width = positive(lam, "lam"), whole_number(width, "width", 1, MOST_WIDTH)
    if X.shape[1] > 2:
        raise ValueError(f"X must have at most 2 features, a bias included, but has {X.shape[1]}.")
    if len(X) > MOST_SAMPLES:
        raise ValueError(f"X must have at most {MOST_SAMPLES} samples, but has {len(X)}.")
    length, height = units(X, y)
    unit_X, unit_y, unit_lam = X / length, y / height, lam / (length * height)
    cut = sectors(unit_X)
    groups = all_groups(cut, width, MOST_LISTED)
    if groups is None:
        rng = np.random.default_rng(0) if rng is None else rng
        groups, value, found = _generated(unit_X, unit_y, unit_lam, cut=cut, width=width, rng=rng)
        bound, exactness = -np.inf, Exactness.SAMPLED
    elif groups.count == 0 or unit_lam >= strongest_group(unit_X, cut, groups, unit_y):
        value = bound = float(unit_y @ unit_y)
        found = SubNetworks(np.zeros((1, X.shape[1], width)), np.ones((1, width)), np.ones(1))
        exactness = Exactness.EXACT
    else:
        solved = solve_groups(cut, groups, unit_y, unit_lam)
        better, left = settled(unit_X, unit_y, unit_lam, solved)
        # Of the networks themselves: the program's own value lies below by what its solver leaves of a cone's border.
        value, found = min(
            ((_unit_objective(unit_X, unit_y, unit_lam, used), used) for used in (solved.used, better)),
            key=lambda pair: pair[0],
        )
        bound = -np.inf
        for residual in (unit_y - solved.prediction, left):
            support = strongest_group(unit_X, cut, groups, residual, enough=unit_lam)
            bound = max(bound, dual_value(unit_y, residual, unit_lam, support))
        exactness = exactness_of(value, bound, 1.0)
    network = PathNetwork(found.w * (height / length), found.sign, found.out)
    return PathSolution(value * height**2, network, bound * height**2, exactness, 2 * groups.count)


def _unit_objective(X: np.ndarray, y: np.ndarray, lam: float, found: SubNetworks) -> float:
    return objective(X, y, lam, PathNetwork(found.w, found.sign, found.out))


def train(
    X: np.ndarray,
    y: np.ndarray,
    lam: float,
    rng: np.random.Generator,
    starts: int = 50,
    *,
    width: int = 2,
    subnetworks: int | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> TrainedNetworks[PathNetwork]:
    """Train ``subnetworks`` (by default n + 1) by L-BFGS from Gaussian starts of several scales."""
    X, y = samples(X, y, "y", 1)
    lam, m = nonnegative(lam, "lam"), whole_number(width, "width", 1, 100)
    (n, d), B = X.shape, count_of(starts)
    K = n + 1 if subnetworks is None else whole_number(subnetworks, "subnetworks", 1, 200)
    length, height = units(X, y)
    unit_X, unit_y, unit_lam = X / length, y / height, lam / (length * height)

    def parts(theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        lead = theta.shape[:-1]
        W1 = theta[..., : K * d * m].reshape(*lead, K, d, m)
        return W1, theta[..., K * d * m : -K].reshape(*lead, K, m), theta[..., -K:]

    def value_and_gradient(theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        W1, W2, w3 = parts(theta)
        pre = unit_X @ W1  # (B, K, n, m)
        hidden = np.maximum(pre, 0.0)
        second = np.einsum("bknm,bkm->bkn", hidden, W2)
        passed = np.maximum(second, 0.0)
        residual = np.einsum("bkn,bk->bn", passed, w3) - unit_y
        square = np.einsum("bkdm,bkdm->bkm", W1, W1)
        inner = np.einsum("bkm,bkm->bk", square, W2**2)
        norm = np.sqrt(inner * w3**2 + SMOOTHING)
        pull = unit_lam * w3**2 / norm
        back = residual[:, None] * w3[:, :, None] * (second > 0)
        back_hidden = back[..., None] * W2[:, :, None] * (pre > 0)
        grad_1 = unit_X.T @ back_hidden + (pull[..., None] * W2**2)[:, :, None] * W1
        grad_2 = np.einsum("bkn,bknm->bkm", back, hidden) + pull[..., None] * square * W2
        grad_3 = np.einsum("bkn,bn->bk", passed, residual) + unit_lam * inner * w3 / norm
        F = np.einsum("bn,bn->b", residual, residual) + 2.0 * unit_lam * norm.sum(axis=1)
        flat = (grad.reshape(len(theta), -1) for grad in (grad_1, grad_2, grad_3))
        return F, 2.0 * np.concatenate(list(flat), axis=1)

    def network(theta: np.ndarray) -> PathNetwork:
        W1, W2, w3 = parts(theta)
        return PathNetwork(W1, W2, w3 * (height / length))

    drawn = rng.standard_normal((B, K * (d * m + m + 1))) * rng.choice([0.3, 0.6, 1.0], (B, 1))
    return train_starts(
        value_and_gradient, drawn, network, lambda found: objective(X, y, lam, found), progress=progress, stop=stop
    )


def _generated(
    X: np.ndarray, y: np.ndarray, lam: float, *, cut: Sectors, width: int, rng: np.random.Generator
) -> tuple[Groups, float, SubNetworks]:
    """Return generated groups and their solution: of random and trained networks, then correlated with a residual."""
    groups = generated_groups(cut, width, y, tries=TRIES, keep=KEPT, rng=rng)
    trained = train(X, y, lam, rng, 10, width=width, subnetworks=min(len(y) + 1, 12)).network
    groups = concatenated([groups, _visited(cut, trained)]).distinct()
    for round_ in range(ROUNDS):
        solved = solve_groups(cut, groups, y, lam)
        if round_ == ROUNDS - 1:
            break
        added = generated_groups(cut, width, y - solved.prediction, tries=TRIES, keep=KEPT, rng=rng)
        groups = concatenated([groups, added]).distinct()
    return groups, solved.value, solved.used


def _visited(cut: Sectors, network: PathNetwork) -> Groups:
    """Return the groups of a network's sub-networks; an inactive neuron counts as a zero of any sector."""
    W = network.W1.transpose(0, 2, 1)  # (K, m1, d)
    here, there = cut.here.T, cut.there.T
    if W.shape[2] == 1:
        sector = np.argmax(W @ here.T, axis=2)
        q = np.stack([np.abs(W[..., 0]), np.zeros(W.shape[:2])], axis=2)
    else:
        cross = here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0]
        a = (W[..., :1] * there[:, 1] - W[..., 1:] * there[:, 0]) / cross
        b = (W[..., 1:] * here[:, 0] - W[..., :1] * here[:, 1]) / cross
        sector = np.argmax(np.minimum(a, b), axis=2)
        q = np.stack([np.take_along_axis(v, sector[..., None], axis=2)[..., 0] for v in (a, b)], axis=2)
    weight = np.abs(network.W2)[..., None] * np.where(np.all(q >= -1e-9, axis=2, keepdims=True), 1.0, 0.0)
    sign = np.where(network.W2 >= 0, 1.0, -1.0)
    return groups_of(cut, sector, sign, np.maximum(q, 0.0) * weight)[0].distinct()
