"""The cover of all neurons by cones, as a file has it: read, cut anew, and checked leaf by leaf."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeGuard

from landscape.proof_file.arithmetic import Number, dot, is_at_most, whole
from landscape.proof_file.cones import GAMMA_BITS, Cone, first_cones
from landscape.proof_file.document import MOST_BITS, numbers
from landscape.proof_file.neurons import Gain, Row
from landscape.proof_file.work import UnprovenError, Work

OF_A_CONE = 16
"""About so many products are computed for each ray and row of a cone."""

MOST_FEATURES = 8
"""Most features that cones are made for."""

MOST_VALUES = 5_000_000
"""Most values of rows at the rays of the first cones."""


def check_cones(gains: Sequence[Gain], rows: Sequence[Row], entries: object, most: Number, work: Work) -> int:
    """Check that none of some gains exceeds a number for any neuron of length 1, and return how many cones show it.

    Arguments
        rows: (n, r) the directions of the rows at which edges may be cut.
        entries: the trees of the cones of each gain, one after the other, each cone before its parts. A cone that is
            cut is [[a, b], i], at row i between its rays a and b, or [[a, b], [s, t]], at s v_a + t v_b; a leaf is p.
        most: the number.

    Raises UnprovenError, and UnreadableError for what is no such list.
    """
    if not isinstance(entries, list):
        raise UnprovenError("The cones are not a list.")
    r = len(rows[0])
    if r > MOST_FEATURES:
        raise UnprovenError(f"Cones of {r} features are not checked: at most {MOST_FEATURES} are.")
    if len(gains) * len(gains[0].bends) * r * (r + 1) > MOST_VALUES:
        raise UnprovenError(f"Cones of {r} features are not checked for so many samples.")
    (limit,), of_limit = whole([most])
    if limit < 0:
        raise UnprovenError("What no neuron exceeds is below 0.")
    stack = [cone for gain in reversed(gains) for cone in reversed(first_cones(gain))]
    exponent = gains[0].exponent - GAMMA_BITS
    leaves = 0
    for place, entry in enumerate(entries, 1):
        if not stack:
            raise UnprovenError(f"The list of cones goes on after its end, at entry {place}.")
        cone = stack.pop()
        digits = max(abs(x).bit_length() for ray in cone.rays for x in ray)
        if digits > MOST_BITS:
            raise UnprovenError(f"A ray of cone {place} has more than {MOST_BITS} binary digits.")
        work.spend(OF_A_CONE * r * (len(cone.bends) + r), digits)
        if isinstance(entry, list) and entry and isinstance(entry[0], list):
            first, second = _cut(cone, entry, rows, place)
            stack += [second, first]
            continue
        p, of_p = whole(numbers(entry, f"cone {place}", r, data=False))
        if not is_at_most(dot(p, p), 2 * of_p, limit * limit, 2 * of_limit):
            raise UnprovenError(f"The vector of cone {place} is longer than what it is to prove.")
        for c, ray in zip(cone.most(), cone.rays, strict=True):
            if not is_at_most(c, exponent, dot(p, ray), of_p):
                raise UnprovenError(f"The vector of cone {place} is too short at one of its rays.")
        leaves += 1
    if stack:
        raise UnprovenError(f"The cones do not cover all neurons: {len(stack)} are missing at the end of the list.")
    return leaves


def _cut(cone: Cone, entry: list[Any], rows: Sequence[Row], place: int) -> tuple[Cone, Cone]:
    """Return the parts of a cone as an entry says that it is cut."""
    ends, where = entry if len(entry) == 2 else (None, None)
    if not (_are_whole(ends) and ends[0] != ends[1] and max(ends) < len(cone.rays)):
        raise UnprovenError(f"Cone {place} is cut between two rays that it does not have.")
    a, b = ends
    if isinstance(where, int) and _are_whole([where, 0]):
        parts = cone.cut_at(a, b, rows[where]) if where < len(rows) else None
        if parts is None:
            raise UnprovenError(f"Cone {place} is cut at a row that does not change sign on that edge.")
        return parts
    if not _are_whole(where) or 0 in where:
        raise UnprovenError(f"Cone {place} is cut at no point between two of its rays.")
    return cone.cut(a, b, *where)


def _are_whole(values: Any) -> TypeGuard[tuple[int, int]]:
    """Return whether values are two whole numbers, at least 0 and not too large."""
    return (
        isinstance(values, list)
        and len(values) == 2
        and all(type(value) is int and 0 <= value < 1 << MOST_BITS for value in values)
    )
