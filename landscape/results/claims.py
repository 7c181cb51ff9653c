"""What may be said of a value: that no network does better where that is proven, else the bound and the gap."""

from __future__ import annotations

import numpy as np

from landscape.convex.certificate import Certificate
from landscape.convex.twin import ConvexSolution, Status
from landscape.formatting import short, written
from landscape.model.excess import without_rounding
from landscape.model.problem import Problem

PROVEN = (Status.OPTIMAL, Status.ZERO)
"""The outcomes of solving that say themselves that the solution is optimal."""


def networks_meant(problem: Problem) -> str:
    """Return the class of networks that a problem's optimum and bounds are about, of any width.

    A network with a bias at its output can do better where here there is none, as can one with a bias in its neurons
    where X has no column of ones for it, or with a second layer that is trained where here it is 1.
    """
    if problem.has_output_bias:
        kind = "a penalised" if problem.bias_penalty > 0 else "an"
        return f"two-layer ReLU network with {kind} output bias{'' if problem.biased else ' and no other'}"
    lacking = "output bias" if problem.biased else "biases"
    if problem.second_layer == "ones":
        return f"two-layer ReLU network with second layer 1 and no {lacking}"
    return f"two-layer ReLU network without {lacking}"


def kind_meant(problem: Problem) -> str:
    """Return the sentence that says which networks "of this kind" are, for a proof to be about exactly those."""
    return f"This kind: every {networks_meant(problem)}."


def digits_of(problem: Problem, certificate: Certificate, over: int = 1) -> tuple[tuple[str, str], ...]:
    """Return the loss of a certified network, the bound and the gap: pairs of a name and a number as text.

    Arguments
        over: what they are divided by, for a mean over the points.
    """
    loss = ("loss", written(without_rounding(problem, certificate.value) / over, 8))
    if not np.isfinite(certificate.lower_bound):
        return loss, ("lower bound", "not known")
    bound = written(without_rounding(problem, certificate.lower_bound) / over, 8)
    return loss, ("lower bound", bound), ("gap", short(max(certificate.gap, 0.0) / over, 2))


def called(certificate: Certificate) -> str:
    """Return what a recovered network is called in a sentence: the optimum only where that is proven."""
    return "the optimum" if certificate.closed else "the best network found"


def known_bound(problem: Problem, certificate: Certificate) -> str:
    """Return a lower bound and the gap to it as a sentence, or that none is known."""
    if not np.isfinite(certificate.lower_bound):
        return "No lower bound is known."
    bound = written(without_rounding(problem, certificate.lower_bound))
    gap = short(certificate.gap, 2)
    share = gap_share(certificate)
    return f"Lower bound: no {networks_meant(problem)} of any width is below {bound}; gap {gap}, {share} of the loss."


def gap_share(certificate: Certificate) -> str:
    """Return the gap as a share of the loss, "2.1 %"; "0 %" where there is none, "unknown" without a bound."""
    if not np.isfinite(certificate.gap):
        return "unknown"
    if certificate.gap <= 0:
        return "0 %"
    return f"{short(100 * certificate.gap / certificate.value, 2)} %"


def unproven(solution: ConvexSolution, certificate: Certificate) -> str:
    """Return what is known of a solution that is not proven optimal: its bound and gap, and why there is no proof."""
    status = Status.INACCURATE if solution.status in PROVEN else solution.status
    return f"{known_bound(solution.problem, certificate)} {status.sentence}"
