"""The support of a residual where its cells are too many to visit: cones of neurons, split until a bound is proven."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from landscape.geometry.lines import parallel_rows
from landscape.geometry.scaling import unit_rows, unit_weights
from landscape.geometry.support import ROUNDED, Support
from landscape.model.exact import EPS

AT_ONCE = 400_000
"""About so many numbers of the rows are computed at a time: enough for NumPy's own time to be small beside them."""

MOST_AT_ONCE = 5_000_000
"""No more numbers than these are held at a time."""

SHARE = 16
"""At least one in so many cones is split at a time, so that copying the others costs no more than splitting."""

ASCENDING, GROWN = 32, 1.5
"""So many neurons ascend, of each sign, whenever there are this many times as many cones as when some last did."""

STEPS, INNER_STEPS = 3, 30
"""Steps of an ascent, and those of the least squares problem in each."""

LEAST_WEIGHT = 0.1
"""What a ray without a bound above 0 counts for in the choice of γ, beside the one with the greatest."""

PIVOTED_TOGETHER = 4
"""Rounds in which all wrong signs of a least squares problem change; later, one at a time, which cannot cycle."""


@dataclass(frozen=True, eq=False)
class Cones:
    """Simplicial cones {Σ θ_k v_k : θ ≥ 0} of neurons, with what sign · zᵀ relu(X u) is at most on each.

    Arguments
        rays: (K, r, r) the extreme rays v_k of each cone, a row each, of length 1 up to rounding.
        sign: (K,) +1.0 or -1.0.
        p: (K, r) no neuron u of a cone exceeds pᵀu, up to what p·v_k lacks at the rays; in units of y·X.
        bound: (K,) and so none of length 1 exceeds this, every rounding included; in units of y·X.
        splits: (K,) int how often the cone's first one was split on the way to it.
        linear: (K,) bool whether it was found that no row changes sign on the cone, up to rounding: pᵀu is then exact.
    """

    rays: np.ndarray
    sign: np.ndarray
    p: np.ndarray
    bound: np.ndarray
    splits: np.ndarray
    linear: np.ndarray

    def __len__(self) -> int:
        return len(self.bound)

    def taken(self, which: np.ndarray) -> Cones:
        """Return the cones of an index array, in its order."""
        return Cones(*(getattr(self, field.name)[which] for field in fields(self)))

    def replaced(self, which: np.ndarray, first: Cones, second: Cones) -> Cones:
        """Return all cones with those at ascending places (k,) replaced by two each, next to each other."""
        times = np.ones(len(self), dtype=int)
        times[which] = 2
        cones = self.taken(np.repeat(np.arange(len(self)), times))
        place = which + np.arange(len(which))
        for field in fields(self):
            values = getattr(cones, field.name)
            values[place], values[place + 1] = getattr(first, field.name), getattr(second, field.name)
        return cones


class ConeSearch:
    """Branch and bound over simplicial cones for max |zᵀ relu(X u)| over unit neurons u.

    On the cone of the rays v_k, at u = Σ θ_k v_k with θ ≥ 0:

    - where z_i > 0, z_i relu(x_i·u) ≤ Σ θ_k z_i relu(x_i·v_k), as relu is convex;
    - where z_i < 0, z_i relu(x_i·u) ≤ Σ θ_k z_i γ_i x_i·v_k for every γ_i in [0, 1], as relu(t) ≥ γ t.

    Where no row changes sign these are equalities. With c_k the sums of both over the rows, zᵀ relu(X u) ≤ cᵀθ. The
    greatest cᵀθ with ‖u‖ ≤ 1 is the least ‖p‖ with v_k·p ≥ c_k for all k (duality); any p gives a bound:
    ‖p‖ + Σ θ_k max(c_k − v_k·p, 0). The sum of θ is at most r: every cone lies in one of those spanned by r of the
    r + 1 corners w_j of a regular simplex, w_i·w_j = −1/r, and the corner w that is left out has −w·u ≥ 1/r for all
    its unit vectors u, so that 1 ≥ −w·u ≥ Σ θ_k / r. However thin a cone is, and however far from the best p is
    computed for it, the bound is sound.

    A cone with a bound that matters is split along the edge (a, b) on which ‖X v‖₁, each row weighted with |z_i|, is
    furthest from linear, at the weighted median of the rows' kinks there. So new rays come to lie where rows vanish,
    and bounds become exact.

    Rounding: a point m computed on an edge is up to EPS off it, and −w·m ≥ 1/r there, so that a unit neuron of a cone
    has no more than r of it. The neuron may then be in none of the cone's parts, but is within 4 EPS r of one that is,
    the rounding of m/‖m‖ included. A neuron moved by δ changes zᵀ relu(X u) by no more than δ Σ |z_i| ‖x_i‖, and its
    length by no more than δ: twice this is added to a bound for every split.

    Arguments
        X: (n, r) finite rows, r ≥ 1; the bound is proven for any r, and comes close quickly for r ≤ 5.
        z: (n,) a finite residual.
        signed: maximise zᵀ relu(X u) itself, at least 0, and not its absolute value.
    """

    def __init__(self, X: np.ndarray, z: np.ndarray, *, signed: bool = False) -> None:
        counted = X.any(axis=1) & (z != 0)
        self._rows, exponent = unit_rows(X[counted])
        self._weights, self._scale = unit_weights(z[counted], exponent)
        n, r = self._rows.shape
        total = float(np.abs(self._weights) @ np.linalg.norm(self._rows, axis=1))
        self._most_theta = 1.01 * r
        self._rounding = (n + 2 * r + ROUNDED) * EPS * total
        self._ridge = 64 * EPS * r * r
        self._crack = 8 * EPS * self._most_theta * total
        self._upper = total + self._rounding
        self._value, self._u, self._sign, self._ascended = 0.0, np.zeros(r), 1.0, 0
        function = Difference.of(self._rows, self._weights)
        self._functions = {1.0: function} if signed else {1.0: function, -1.0: function.negative()}
        self._bent = np.concatenate([function.plus, function.minus])
        corners = simplex_corners(r)
        rays = np.array([np.delete(corners, j, axis=0) for j in range(r + 1)] * len(self._functions))
        sign = np.repeat(list(self._functions), r + 1)
        self._cones = self._bounded(rays, sign, np.zeros(len(sign), dtype=int))
        self._try(np.concatenate([rays.sum(axis=1), self._cones.p]), np.tile(sign, 2))
        self._lower()

    @property
    def best(self) -> Support:
        """The best unit neuron found so far; ``error`` is what the support may be above its value, as proven."""
        error = 0.0
        if self._upper > self._value:
            above = np.nextafter(self._upper - self._value, np.inf)
            error = float(np.nextafter(_rounded_up(above, self._scale), np.inf))
        with np.errstate(over="ignore"):  # beyond the largest float64 it is infinite
            value = float(np.ldexp(self._value, self._scale))
        return Support(value, self._u.copy(), self._sign, error)

    @property
    def upper(self) -> float:
        """What the support is proven not to exceed, every rounding included; it never rises."""
        return float(_rounded_up(np.asarray(self._upper), self._scale))

    @property
    def count(self) -> int:
        """How many cones cover the sphere now, those of either sign counted."""
        return len(self._cones)

    @property
    def exhausted(self) -> bool:
        """Whether no split would lower the bound any more: it is then the value up to rounding."""
        return not self._open(-np.inf).size

    def closed(self, tol: float) -> bool:
        """Return whether the support is proven to be the best value found, up to a relative tolerance.

        A support that is 0, or as good as 0 beside Σ |z_i| ‖x_i‖, is proven up to rounding only: see ``exhausted``.
        """
        return self.upper <= self.best.value * (1.0 + tol)

    def narrow(self, cones: int, *, level: float = -np.inf) -> None:
        """Split at most so many cones, those of the highest bound first, and look for better neurons in their parts.

        Cones are left as they are where their bound is at most the best value found, up to rounding, or at most
        ``level``, in units of y·X: what the caller asks whether the support is under.
        """
        size = max(self._bent.size * self._bent.shape[1], 1)
        least, most = AT_ONCE // size + 1, MOST_AT_ONCE // size + 1
        with np.errstate(over="ignore"):
            scaled_level = float(np.ldexp(level, -self._scale))
        left = cones
        while left > 0:
            which = self._open(scaled_level)
            count = min(left, len(which), max(least, min(len(self._cones) // SHARE, most)))
            if count == 0:
                return
            if count < len(which):
                which = which[np.argpartition(-self._cones.bound[which], count - 1)[:count]]
            self._split(np.sort(which))
            self._lower()
            left -= count

    def leaves(self) -> Cones:
        """Return the cones that now cover the sphere, once for each sign: their greatest bound is proven by them alone.

        How to check it. A cone's bound is ‖p‖ + 1.01 r max(c_k − v_k·p, 0) and rounding, with c what ``above`` returns
        for its rays, of the ``Difference`` of X and z, or of its negative. Two cones that one was split into stand side
        by side, with equal ``splits``, once their own parts are put together: all their rays are equal but for two, the
        new ray is one of either's, and the two others are the ends of the edge that it is on. Put together so from the
        first to the last, two by two, all come down to the cones of a simplex. ``upper`` is the least that was proven
        in this way so far: it can be below the greatest bound here while a search is under way.
        """
        cones = self._cones
        with np.errstate(over="ignore"):
            p = np.ldexp(cones.p, self._scale)
        return replace(cones, p=p, bound=_rounded_up(cones.bound, self._scale))

    def _open(self, level: float) -> np.ndarray:
        """Return the cones worth a split: with a bound above the level, and above the value by more than rounding."""
        exact = self._value * (1.0 + self._most_theta**2 * self._ridge) + 2.0 * self._most_theta * self._rounding
        return np.flatnonzero(~self._cones.linear & (self._cones.bound > max(exact, level)))

    def _lower(self) -> None:
        self._upper = min(self._upper, float(self._cones.bound.max()))

    def _bounded(self, rays: np.ndarray, sign: np.ndarray, splits: np.ndarray) -> Cones:
        """Return the cones of rays (K, r, r) with the bounds of sign · zᵀ relu(X u) on them."""
        r = rays.shape[-1]
        c = np.empty(rays.shape[:2])
        for s, function in self._functions.items():
            c[sign == s] = function.above(rays[sign == s])
        p = projected(rays, c, self._ridge)
        length = np.linalg.norm(p, axis=1)
        lacking = np.max(c - np.einsum("kjd,kd->kj", rays, p), axis=1) + self._rounding + (r + ROUNDED) * EPS * length
        bound = (length + self._most_theta * np.maximum(lacking, 0.0)) * (1.0 + (r + ROUNDED) * EPS)
        return Cones(rays, sign, p, bound + self._crack * splits, splits, np.zeros(len(rays), dtype=bool))

    def _split(self, which: np.ndarray) -> None:
        """Replace the cones at these places by two each, or mark them as linear."""
        cones = self._cones.taken(which)
        first, second = _furthest_from_linear(cones.rays, self._bent)
        k = np.arange(len(which))
        a, b = cones.rays[k, first], cones.rays[k, second]
        at_a, at_b = a @ self._bent.T, b @ self._bent.T
        changes = at_a * at_b < 0
        bend = np.where(changes, np.minimum(np.abs(at_a), np.abs(at_b)), 0.0)
        # Half of the bend lies on either side of the median kink, and rows with a kink at a share s of the edge or
        # before it have no more than s ‖a − b‖ Σ |z_i| ‖x_i‖: so a bend above rounding keeps the new ray from the ends.
        linear = bend.sum(axis=1) <= 4.0 * self._rounding
        marked = self._cones.linear.copy()
        marked[which[linear]] = True
        self._cones = replace(self._cones, linear=marked)
        kink = np.where(changes, at_a / np.where(changes, at_a - at_b, 1.0), 0.0)
        share = _weighted_median(kink, bend)
        middle = (1.0 - share)[:, None] * a + share[:, None] * b
        middle /= np.linalg.norm(middle, axis=1)[:, None]
        parts = np.repeat(cones.rays[None], 2, axis=0)
        parts[0, k, first], parts[1, k, second] = middle, middle
        parts = parts[:, ~linear]
        if not parts.size:
            return
        count, r = parts.shape[1:3]
        sign, splits = np.tile(cones.sign[~linear], 2), np.tile(cones.splits[~linear] + 1, 2)
        found = self._bounded(parts.reshape(-1, r, r), sign, splits)
        self._cones = self._cones.replaced(
            which[~linear], found.taken(np.arange(count)), found.taken(np.arange(count, 2 * count))
        )
        self._try(found.p, found.sign)

    def _try(self, u: np.ndarray, sign: np.ndarray) -> None:
        """Keep the best of neurons (K, r) of any length with these signs, and now and then of those they ascend to."""
        ascending = len(self._cones) >= GROWN * self._ascended
        if ascending:
            self._ascended = len(self._cones)
        for s, function in self._functions.items():
            found = _unit(u[sign == s])
            value = function(found)
            self._keep(found, value, s)
            if ascending:
                found = found[np.argsort(-value, kind="stable")[:ASCENDING]]
                for _ in range(STEPS):
                    found = _unit(function.steepest(found))
                    self._keep(found, function(found), s)

    def _keep(self, u: np.ndarray, value: np.ndarray, sign: float) -> None:
        """Keep the best of unit neurons (K, r) if it is better than the best so far, evaluated on the rows as given."""
        if np.max(value, initial=0.0) > self._value:
            best = u[np.argmax(value)]
            reached = sign * float(self._weights @ np.maximum(self._rows @ best, 0.0))
            if reached > self._value:
                self._value, self._u, self._sign = reached, best, sign


@dataclass(frozen=True, eq=False)
class Difference:
    """f(u) = slope·u + Σ relu(a·u) − Σ relu(b·u), a difference of two convex functions.

    Arguments
        plus, minus: (m, r), (k, r) the rows a and b; no two are parallel.
        slope: (r,).
    """

    plus: np.ndarray
    minus: np.ndarray
    slope: np.ndarray

    @cached_property
    def _step(self) -> float:
        """The step 1/L of a gradient method for ‖g − Σ γ_i b_i‖²/2, whose slope in γ has the Lipschitz constant L."""
        steepest = float(np.linalg.norm(self.minus.T @ self.minus, 2))
        return 1.0 / steepest if steepest > 0 else 0.0

    @classmethod
    def of(cls, rows: np.ndarray, weights: np.ndarray) -> Difference:
        """Return weightsᵀ relu(rows u), for weights (n,) and rows (n, r) that are not 0, parallel ones put together.

        What a row gives and what one against it gives differ by a linear function: relu(−t) = relu(t) − t.
        """
        lines = parallel_rows(rows)
        leading = rows[lines.first]
        share = weights * (lines.length / lines.length[lines.first][lines.line])
        along, count = lines.length > 0, len(lines.first)
        ahead = np.bincount(lines.line[along], share[along], minlength=count)
        behind = np.bincount(lines.line[~along], -share[~along], minlength=count)
        both = ahead + behind
        weighted = np.abs(both)[:, None] * leading
        return cls(weighted[both > 0], weighted[both < 0], -behind @ leading)

    def negative(self) -> Difference:
        """Return −f."""
        return Difference(self.minus, self.plus, -self.slope)

    def __call__(self, u: np.ndarray) -> np.ndarray:
        """Return f (K,) at some u (K, r)."""
        rises, falls = np.maximum(u @ self.plus.T, 0.0), np.maximum(u @ self.minus.T, 0.0)
        return np.asarray(u @ self.slope + rises.sum(axis=1) - falls.sum(axis=1))

    def above(self, rays: np.ndarray) -> np.ndarray:
        """Return c (K, r) with f(Σ θ_k v_k) ≤ cᵀθ for all θ ≥ 0, for the rays v_k (K, r, r) of some cones.

        For a row t of ``minus``, relu(t) ≥ γ t. With t₊ and −t₋ the greatest and the least of 0 and its values at the
        rays, γ = t₊/(t₊ + t₋) leaves the same gap at either ray. The bound is high where c is, so that a second γ
        leaves less there: Σ (a_k t_k)² over the rays with t_k > 0, by that over all, a_k the greater of c_k and 0, plus
        a share of the greatest |c|: without it a row of all but one sign might not count as one.
        """
        K, r, _ = rays.shape
        flat = rays.reshape(-1, r)
        convex = np.maximum(flat @ self.plus.T, 0.0).sum(axis=1).reshape(K, r)
        at = (flat @ self.minus.T).reshape(K, r, len(self.minus))
        positive = np.maximum(at, 0.0)
        high, low = positive.max(axis=1), np.maximum(-at.min(axis=1), 0.0)
        gamma = high / np.where(high > 0, high + low, 1.0)
        c = convex + np.einsum("kjd,kd->kj", rays, self.slope - gamma @ self.minus)
        weight = (np.maximum(c, 0.0) + LEAST_WEIGHT * np.abs(c).max(axis=1, keepdims=True)) ** 2
        part, whole = (np.einsum("kj,kjn->kn", weight, t**2) for t in (positive, at))
        gamma = np.where(whole > 0, np.minimum(part / np.where(whole > 0, whole, 1.0), 1.0), gamma)
        return np.asarray(convex + np.einsum("kjd,kd->kj", rays, self.slope - gamma @ self.minus))

    def steepest(self, u: np.ndarray) -> np.ndarray:
        """Return p (K, r), the direction in which f is greatest if its convex part is as linear as it is at u (K, r).

        No neuron's f gets worse by a step to it (the concave-convex procedure; Yuille & Rangarajan, 2003), for p exact.
        With g the slope of the convex part, p is the shortest g − Σ γ_i b_i with all γ_i in [0, 1], here after some
        steps of an accelerated gradient method (Beck & Teboulle, 2009).
        """
        g = self.slope + (u @ self.plus.T > 0) @ self.plus
        gamma = (u @ self.minus.T > 0).astype(float)
        ahead, momentum = gamma, 1.0
        for _ in range(INNER_STEPS):
            moved = np.clip(ahead + self._step * ((g - ahead @ self.minus) @ self.minus.T), 0.0, 1.0)
            grown = 0.5 * (1.0 + np.sqrt(1.0 + 4.0 * momentum**2))
            ahead = moved + (momentum - 1.0) / grown * (moved - gamma)
            gamma, momentum = moved, grown
        return np.asarray(g - gamma @ self.minus)


def simplex_corners(r: int) -> np.ndarray:
    """Return the corners (r + 1, r) of a regular simplex around 0, of length 1: w_i·w_j = −1/r."""
    last = np.full((1, r), r**-0.5)
    return np.concatenate([np.sqrt(1.0 + 1.0 / r) * np.eye(r) - (np.sqrt(r + 1.0) + 1.0) / r * last, last])


def projected(rays: np.ndarray, c: np.ndarray, ridge: float) -> np.ndarray:
    """Return p (K, r) next to the shortest ones with v_k·p ≥ c_k at the rays (K, r, r).

    It is p = Σ θ_k v_k, θ ≥ 0 the maximiser of cᵀθ − ½ ‖p‖² − ½ ridge ‖θ‖², by principal pivoting (Murty, 1974): solve
    as if a set of θ_k were positive, then let those in and out that have the wrong sign. The ridge keeps thin cones
    solvable, and p·v_k lacks no more than ridge θ_k by it.
    """
    gram = rays @ rays.transpose(0, 2, 1)
    r = rays.shape[-1]
    diagonal = np.arange(r)
    gram[:, diagonal, diagonal] += ridge
    inside, p, left = np.ones(c.shape, dtype=bool), np.zeros(c.shape), np.arange(len(c))
    tolerance = EPS * np.abs(c).max(axis=1, keepdims=True)
    for turn in range(PIVOTED_TOGETHER + 4 * 2 ** min(r, 5)):
        among = inside[left]
        system = np.where(among[:, :, None] & among[:, None, :], gram[left], 0.0)
        system[:, diagonal, diagonal] = np.where(among, system[:, diagonal, diagonal], 1.0)
        theta = np.linalg.solve(system, np.where(among, c[left], 0.0)[..., None])[..., 0]
        p[left] = np.einsum("kj,kjd->kd", theta, rays[left])
        lacking = c[left] - np.einsum("kjd,kd->kj", rays[left], p[left])
        wrong = np.where(among, theta < 0, lacking > tolerance[left])
        unsolved = wrong.any(axis=1)
        if turn >= PIVOTED_TOGETHER:
            wrong &= np.cumsum(wrong, axis=1) == 1
        inside[left] = among ^ wrong
        left = left[unsolved]
        if not len(left):
            break
    p[~np.isfinite(p).all(axis=1)] = 0.0
    return p


def _furthest_from_linear(rays: np.ndarray, weighted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends (K,), (K,) of the edge of each cone along which the sum of all |x·v| bends most.

    |a| + |b| − |a + b| is twice the smaller of |a| and |b| for numbers of opposite sign, and 0 for others.
    """
    K, r, _ = rays.shape
    first, second = np.triu_indices(r, 1)
    if not len(first):
        return np.zeros(K, dtype=int), np.zeros(K, dtype=int)
    alone = np.abs(rays.reshape(-1, r) @ weighted.T).sum(axis=1).reshape(K, r)
    together = np.abs((rays[:, first] + rays[:, second]).reshape(-1, r) @ weighted.T).sum(axis=1).reshape(K, -1)
    edge = np.argmax(alone[:, first] + alone[:, second] - together, axis=1)
    return first[edge], second[edge]


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return a median (K,) of each row of values (K, n) with weights (K, n) ≥ 0."""
    order = np.argsort(values, axis=1)
    below = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1)
    place = np.sum(below < 0.5 * below[:, -1:], axis=1)
    k = np.arange(len(values))
    return np.asarray(values[k, order[k, place]])


def _unit(u: np.ndarray) -> np.ndarray:
    """Return the vectors (K, r) that are not 0 in length 1."""
    length = np.linalg.norm(u, axis=1)
    return np.asarray(u[length > 0] / length[length > 0, None])


def _rounded_up(values: np.ndarray, exponent: int) -> np.ndarray:
    """Return values ≥ 0 times 2^exponent, or the next float64 above where that is not a float64."""
    with np.errstate(over="ignore"):
        scaled = np.ldexp(values, exponent)
        short = np.ldexp(scaled, -exponent) < values
    return np.asarray(np.where(short, np.nextafter(scaled, np.inf), scaled))
