"""The convex twin on a fan, solved through Clarabel's own interface in a sparse form whose size grows only with n."""

from __future__ import annotations

import numpy as np

from landscape.convex.solver.atoms import Atoms
from landscape.geometry.fan import Fan

NEGLIGIBLE = 1e-6
"""Blocks below this share of the largest are not returned."""

ACCURACY = 1e-10
"""Tolerance of the interior-point solver; Newton's method refines what it returns."""

Entries = list[tuple[np.ndarray, np.ndarray, np.ndarray]]
"""Rows, columns and values of the entries of a sparse matrix."""


def solve_directly(X: np.ndarray, y: np.ndarray, lam: float, cones: Fan, *, share: float = 0.0) -> Atoms | None:
    """Return the blocks of (2), d = 2, as the interior-point solver leaves them; None where it fails.

    u = a e + b e' with a, b ≥ 0 between the two edges of a sector. A sample is active on the sectors of half a
    circle, so its output is the difference of two running sums Q_s = Σ_{t<s} (u_t − v_t): instead of a dense matrix, a
    chain. λ = 0 means the least norm among the exact fits of y, of which there must be one.

    An output bias takes a ``share`` s of the mean of the outputs, y is ``centred``, and one more variable v, minus that
    share, is added to every output: the misfits r sum to −(1/s − 1) n v − Σ y. For λ = 0 it is any number.
    """
    import clarabel
    from scipy import sparse

    S, n, exact = cones.sectors, len(y), lam == 0
    s = np.arange(S)
    names = ("a+", "b+", "t+", "a-", "b-", "t-")
    at = {name: 2 * S + S * k for k, name in enumerate(names)}  # Q_1 ... Q_S come first, Q_0 = 0
    misfit = 8 * S
    mean = misfit + (0 if exact else n)
    variables = mean + (1 if share else 0)

    entries = _chain(cones, at) + _outputs(X, cones)
    if not exact:
        entries.append((2 * S + np.arange(n), misfit + np.arange(n), -np.ones(n)))
    equalities = 2 * S + n
    if share:
        entries.append((2 * S + np.arange(n), np.full(n, mean), np.ones(n)))
        if not exact:
            last = np.full(n + 1, equalities)
            entries.append((last, misfit + np.arange(n + 1), np.append(np.full(n, share), n * (1.0 - share))))
            equalities += 1
    row = equalities
    for name in ("a+", "b+", "a-", "b-"):
        entries.append((row + s, at[name] + s, -np.ones(S)))
        row += S
    for sign in "+-":
        entries.append((row + 3 * s, at["t" + sign] + s, -np.ones(S)))
        for axis in range(2):
            entries.append((row + 3 * s + 1 + axis, at["a" + sign] + s, -cones.edges[:, axis]))
            entries.append((row + 3 * s + 1 + axis, at["b" + sign] + s, -cones.ends[:, axis]))
        row += 3 * S

    right = np.zeros(row)
    right[2 * S : 2 * S + n] = y
    right[2 * S + n : equalities] = -share * y.sum()
    cost = np.zeros(variables)
    for sign in "+-":
        cost[at["t" + sign] + s] = 1.0 if exact else 2.0 * lam
    quadratic = np.zeros(variables)
    quadratic[misfit:mean] = 2.0
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = ACCURACY
    cone_list = [clarabel.ZeroConeT(equalities), clarabel.NonnegativeConeT(4 * S)]
    cone_list += [clarabel.SecondOrderConeT(3)] * (2 * S)
    rows, columns, values = (np.concatenate([entry[k] for entry in entries]) for k in range(3))
    A = sparse.csc_matrix((values, (rows, columns)), shape=(row, variables))
    P = sparse.csc_matrix(sparse.diags_array(quadratic))
    x = np.array(clarabel.DefaultSolver(P, cost, A, right, cone_list, settings).solve().x)
    if len(x) != variables or not np.all(np.isfinite(x)):
        return None
    blocks = [cones.edges.T * x[at["a" + sign] + s] + cones.ends.T * x[at["b" + sign] + s] for sign in "+-"]
    return Atoms(np.concatenate(blocks, axis=1), np.repeat([1.0, -1.0], S)).above(NEGLIGIBLE)


def _chain(cones: Fan, at: dict[str, int]) -> Entries:
    """Rows Q_{s+1} − Q_s − u_s + v_s = 0, two of them a sector."""
    s = np.arange(cones.sectors)
    one = np.ones(len(s))
    entries: Entries = []
    for axis in range(2):
        row = 2 * s + axis
        entries += [(row, row, one), (row[1:], row[:-1], -one[1:])]
        for sign, name in ((-1.0, "+"), (1.0, "-")):
            entries.append((row, at["a" + name] + s, sign * cones.edges[:, axis]))
            entries.append((row, at["b" + name] + s, sign * cones.ends[:, axis]))
    return entries


def _outputs(X: np.ndarray, cones: Fan) -> Entries:
    """Rows x_i · (Q_stop − Q_start), around the circle where the half circle of a sample passes its end."""
    S = cones.sectors
    rows = np.flatnonzero(cones.start >= 0)
    start = cones.start[rows]
    stop = start + S // 2
    around = stop > S
    stop = np.where(around, stop - S, stop)
    entries: Entries = []
    for axis in range(2):
        x = X[rows, axis]
        entries.append((2 * S + rows, 2 * (stop - 1) + axis, x))
        late = start > 0
        entries.append((2 * S + rows[late], 2 * (start[late] - 1) + axis, -x[late]))
        entries.append((2 * S + rows[around], np.full(int(around.sum()), 2 * (S - 1) + axis), x[around]))
    return entries
