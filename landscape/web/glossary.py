"""The terms of art of the pages, each with one plain sentence: pages explain them where they are touched."""

from __future__ import annotations

import re
from dataclasses import dataclass

from landscape.web import mathml

_SPELLED = {"λ": "lambda", "α": "alpha", "*": " star", "ₘₐₓ": "max"}
"""How the signs of a term are written in an address."""


@dataclass(frozen=True)
class Word:
    """A term of art.

    Arguments
        term: as a heading; meaning: one sentence without other jargon than terms that are here.
        more: the section of About where there is more, by its anchor.
        forms: other ways to write it; a plural with s needs no mention.
        formula: as MathML.
        exact: whether its capitals matter.
    """

    term: str
    meaning: str
    more: str
    forms: tuple[str, ...] = ()
    formula: str = ""
    exact: bool = False

    @property
    def name(self) -> str:
        """Return the term as it stands in an address, "activation-pattern"."""
        spelled = self.term.lower()
        for sign, name in _SPELLED.items():
            spelled = spelled.replace(sign, name)
        return re.sub(r"[^a-z0-9]+", "-", spelled).strip("-")

    @property
    def anchor(self) -> str:
        """Return where the term stands on About."""
        return f"word-{self.name}"

    @property
    def written(self) -> tuple[str, ...]:
        """Return every way in which the term is written, longest first."""
        forms = {self.term, *self.forms}
        forms |= {f"{form}s" for form in forms if re.search(r"[a-rt-wyz]$", form)}
        return tuple(sorted(forms, key=lambda form: (-len(form), form)))


GLOSSARY = (
    Word(
        "neuron",
        "One unit of the network: its output max(0, x·w) is a ramp, 0 on one side and rising on the other.",
        "training",
        ("ReLU neuron",),
    ),
    Word("ReLU", "The function that keeps what is positive and makes the rest 0.", "training", formula=mathml.RELU),
    Word(
        "active",
        "A neuron is active, or acts, on the points where it is not cut off to 0: only those can move it.",
        "patterns",
        ("acts on", "act on", "acts right", "acts left", "act right", "act left"),
    ),
    Word(
        "activation pattern",
        "Which data points a neuron is active on: a list of ones and zeros, one for each point.",
        "patterns",
        ("pattern",),
        mathml.PATTERN,
    ),
    Word(
        "cone",
        "All neurons with the same activation pattern: stretched by any positive number, a neuron stays in its cone.",
        "patterns",
        formula=mathml.CONE,
    ),
    Word(
        "weight",
        "A number that training changes; a neuron’s weight w says on which side it acts and how steeply it rises.",
        "training",
        ("w₁", "w₂"),
    ),
    Word(
        "second layer",
        "The weights α by which the neurons’ outputs are multiplied before they are added up: all 1, or trained too.",
        "training",
        ("output weight", "α"),
        mathml.NETWORK,
    ),
    Word(
        "bias",
        "A constant added inside each neuron, so that it may begin to rise anywhere, and not only at 0.",
        "training",
        ("biases",),
    ),
    Word(
        "output bias",
        "A constant added to the network’s output, which the networks here lack unless Convex twin is set to one; with "
        "it, the loss can be lower.",
        "class",
        ("bias at the output",),
    ),
    Word(
        "network of this kind",
        "A network of the form that a page is about, of any width: on most pages one layer of neurons, no bias but "
        "the data’s.",
        "class",
        ("networks of this kind", "this kind"),
    ),
    Word(
        "output",
        "The number f(x) that the network gives for x: the sum of its neurons’ shares.",
        "training",
        ("network output",),
        mathml.NETWORK,
    ),
    Word(
        "share of a neuron",
        "What one neuron adds to the network’s output: its own ramp, times its weight in the second layer.",
        "training",
        ("neuron’s share", "each neuron’s share", "one neuron’s share", "its share"),
    ),
    Word("feature", "A number that describes a data point, and that the network is given: x.", "training"),
    Word("label", "The number that the network should give for a data point: y.", "training"),
    Word(
        "loss",
        "How badly a network fits: the squared errors at all data points added up, plus the regularisation if there "
        "is any.",
        "training",
        ("losses", "objective"),
    ),
    Word(
        "mean squared error",
        "The squared errors of the network, averaged over the data points.",
        "training",
    ),
    Word(
        "loss landscape",
        "The loss as a height above the weights: descent walks downhill on it, not always into the deepest valley.",
        "training",
    ),
    Word(
        "problem (1)",
        "What training solves: find the weights of both layers with the least loss, in a landscape that is not convex.",
        "training",
        ("(1)",),
        mathml.PROBLEM_1,
    ),
    Word(
        "problem (2)",
        "The convex twin of (1): one pair of blocks u and v for each activation pattern, each inside its cone.",
        "twin",
        ("convex problem (2)", "(2)"),
        mathml.PROBLEM_2,
    ),
    Word(
        "convex",
        "Shaped like a bowl: it never rises above the line between two of its points, so downhill leads to the best.",
        "twin",
    ),
    Word(
        "convex twin",
        "A second problem with the same best loss, but convex: nothing can get stuck in it.",
        "twin",
        ("twin", "convex program", "convex problem"),
        mathml.PROBLEM_2,
    ),
    Word(
        "convex landscape",
        "The loss of the convex twin, drawn over the two slopes of f: one bowl.",
        "twin",
        ("bowl",),
    ),
    Word(
        "slope",
        "How much f rises as x grows by 1: u₁ right of 0 and u₂ left of 0, each added up from the neurons acting "
        "there.",
        "theorem",
        ("slope of f", "slopes of f", "u₁", "u₂"),
    ),
    Word(
        "wall",
        "The edge of the slopes that neurons can add up to with second layer 1: there no neuron acts on one side, so "
        "no weight moves that slope.",
        "theorem",
    ),
    Word(
        "2λ",
        "In (2) a neuron pays 2λ‖u‖, because in (1) its two layers pay λ(‖w‖² + α²), which is the same.",
        "theorem",
    ),
    Word(
        "optimum",
        "The least loss that any network of this kind can have, or a network that has it (★).",
        "proof",
        ("optima", "optimal", "global optimum", "the best"),
    ),
    Word(
        "best of a width",
        "The least loss that networks of so few neurons can have, or the least found so far: wider networks do better.",
        "proof",
        ("the best that one neuron can do", "the best found so far", "best of one neuron", "best found with"),
    ),
    Word(
        "best network found",
        "The best network that is known here, though it has not been proven that none is better.",
        "proof",
        ("the best network found", "the best one found", "the best fit that was found", "the best that was found"),
    ),
    Word(
        "any width",
        "With any number of neurons: not even a million would do better.",
        "class",
        ("of any width", "however wide"),
    ),
    Word("width", "The number m of neurons in a network.", "class", ("m",)),
    Word(
        "proven",
        "Shown by a calculation that holds for every network of this kind, and that trusts no solver.",
        "proof",
        ("proof", "prove"),
    ),
    Word(
        "certificate",
        "A proof in numbers: a lower bound that was checked over every activation pattern.",
        "proof",
        ("certified", "certify", "certifies"),
    ),
    Word(
        "lower bound",
        "A number below which the loss of no network of this kind can be.",
        "proof",
        ("bound",),
        mathml.DUAL,
    ),
    Word("gap", "The loss of a network less the lower bound: it is above the best by no more than this.", "proof"),
    Word(
        "dual",
        "A second problem, of which every candidate z, one number for each data point, gives a lower bound.",
        "proof",
        ("dual bound", "dual vector"),
        mathml.DUAL,
    ),
    Word(
        "duality gap",
        "What is left between the best value of a problem and the best bound of its dual; convex problems have none.",
        "beyond",
    ),
    Word(
        "λ",
        "The price of large weights: λ times the sum of their squares is added to the loss.",
        "training",
    ),
    Word(
        "regularisation",
        "A price on large weights, added to the loss, so that simpler networks win.",
        "training",
        ("penalty", "penalises", "penalised", "penalties"),
    ),
    Word(
        "λ_max",
        "The λ from which on the best network is 0 everywhere: every weight would cost more than it gains.",
        "training",
        ("λₘₐₓ",),
    ),
    Word(
        "gradient descent",
        "Training in small steps: each changes all weights in the direction in which the loss falls fastest.",
        "training",
        ("descent", "GD"),
    ),
    Word(
        "gradient",
        "The direction in which the loss rises fastest, one number for each weight; where it is 0, descent rests.",
        "training",
        ("gradient norm",),
    ),
    Word("step size", "How far one step goes: too small is slow, too large jumps over the valley.", "training"),
    Word("step", "One change of all weights by gradient descent.", "training"),
    Word(
        "momentum",
        "Gradient descent that keeps part of its speed, like a ball that rolls.",
        "training",
    ),
    Word(
        "Adam", "Gradient descent that gives each weight a step size of its own, from its past.", "training", exact=True
    ),
    Word(
        "L-BFGS",
        "A way of training that also learns how the loss landscape bends, and needs fewer steps.",
        "training",
    ),
    Word("optimiser", "The rule by which the weights are changed: gradient descent, momentum or Adam.", "training"),
    Word(
        "run", "One training: from its first weights step by step, until it rests or its steps are used up.", "training"
    ),
    Word(
        "start",
        "The weights with which a run begins.",
        "training",
        ("random start",),
    ),
    Word(
        "initial scale",
        "How large the random weights are with which a run begins.",
        "training",
        ("initialisation", "small initialisation", "large initialisation"),
    ),
    Word("seed", "A number that fixes all random draws: the same seed gives the same picture.", "training"),
    Word(
        "caught",
        "Descent rests above the best: every small step from there leads up, or leads nowhere.",
        "training",
        ("stuck",),
    ),
    Word(
        "local minimum",
        "A place where the loss is lower than all around, though elsewhere it may be lower still.",
        "training",
        ("local minima",),
    ),
    Word(
        "dead",
        "A neuron that adds nothing any more: it is active on no data point, or its weights are 0.",
        "training",
        ("dies", "die"),
    ),
    Word(
        "basin",
        "All the starts from which descent ends at the same place.",
        "training",
    ),
    Word(
        "diverged",
        "The loss grew without end: each step was so large that it landed higher than before.",
        "training",
        ("diverges", "diverge"),
    ),
    Word("converges", "It comes to rest: further steps change nothing.", "training", ("converge", "converged")),
    Word(
        "missing neuron",
        "A neuron that the network lacks: added at a small size, it lowers the loss at once.",
        "theorem",
        ("ghost", "grey ghost"),
    ),
    Word(
        "way out",
        "A path of weights from where a run is caught to the best, on which the loss never rises.",
        "theorem",
        ("escape path", "ways out"),
    ),
    Word(
        "slice",
        "A flat cut through the space of all weights, since a picture has two axes; beside it the loss may be lower.",
        "training",
    ),
    Word("kink", "The place where a neuron begins to rise, and the output bends.", "training", formula=mathml.KINK),
    Word(
        "recovered",
        "Read off from a solution of the convex twin: each of its non-zero blocks becomes a neuron.",
        "theorem",
        ("recovered network", "recovers", "recover"),
    ),
    Word("norm", "The length of a list of numbers: the root of the sum of their squares.", "training"),
    Word(
        "λ path",
        "The best networks for all λ, from λ_max down to 0.",
        "training",
    ),
    Word(
        "m* and M*",
        "The fewest neurons with which a network can be optimal, and the most of which none could be spared.",
        "theorem",
        ("m*", "M*"),
        exact=True,
    ),
    Word(
        "polytope",
        "A shape with flat sides in any number of directions, like a polygon; its corners are called vertices.",
        "theorem",
        ("vertices",),
    ),
    Word(
        "gated ReLU",
        "A neuron whose points are chosen by a fixed gate and not by its weights: fitting it is least squares.",
        "theorem",
    ),
    Word("least norm", "Of several networks that fit equally well, the one with the smallest weights.", "theorem"),
    Word("least squares", "Fitting by making the sum of squared errors least, without a price on weights.", "theorem"),
    Word(
        "extremal direction",
        "A direction into which tiny neurons turn before they grow.",
        "patterns",
    ),
    Word(
        "sweep",
        "Many runs for each of many settings, to count how often they reach the best.",
        "training",
    ),
    Word(
        "relative excess",
        "How far a loss is above the convex twin’s value, as a share of that value.",
        "proof",
    ),
    Word(
        "CPU seconds",
        "Time during which the processor worked on this method; waiting does not count.",
        "training",
        ("CPU second",),
    ),
    Word(
        "performance profile",
        "For every multiple of the fastest time: the share of problems that a method had solved by then.",
        "training",
    ),
    Word("restarts", "New runs from new random weights, whenever one rests above the best.", "training", ("restart",)),
    Word(
        "by sampling",
        "Only some of the activation patterns were looked at, drawn at random: what was missed may be better.",
        "beyond",
        ("sampled", "sampling"),
    ),
    Word(
        "semidefinite program",
        "A convex problem whose unknown is a matrix that stretches no direction negatively.",
        "beyond",
        ("SDP",),
    ),
    Word(
        "NP-hard",
        "No method is known that solves every such problem in a time that does not explode with its size.",
        "beyond",
    ),
    Word("singular value", "How much a matrix stretches, in one of its own directions.", "beyond", ("spectrum",)),
    Word("nuclear norm", "The sum of a matrix’s singular values.", "beyond"),
    Word("rank", "In how many directions a matrix stretches at all.", "beyond", ("rank-one",)),
    Word(
        "batch normalisation",
        "Each neuron’s values at all data points are shifted to mean 0 and scaled to one common size.",
        "beyond",
        ("normalised", "batch normalization"),
    ),
    Word(
        "whitened",
        "Shifted to mean 0 and stretched so that the data spread equally in every direction.",
        "beyond",
        ("whitening", "whitens"),
    ),
    Word(
        "path regularisation",
        "A price on the products of weights along each way from input to output, instead of on each weight.",
        "beyond",
    ),
    Word(
        "sub-network",
        "One of several small networks side by side, whose outputs are added up.",
        "beyond",
        ("parallel network", "parallel networks"),
    ),
    Word(
        "deep linear network",
        "A network of many layers without ReLU: its output is the input times one matrix.",
        "beyond",
        ("deep linear",),
    ),
    Word(
        "Wasserstein GAN",
        "Two networks that play against each other: a generator makes points, a discriminator tells them from real "
        "ones.",
        "beyond",
        ("GAN",),
    ),
    Word("generator", "The network that makes points which should look like the real ones.", "beyond"),
    Word(
        "discriminator",
        "The network that tells generated points from real ones, by the mean of its output.",
        "beyond",
        ("adversary", "adversaries"),
    ),
)
"""Every term, in the order in which one is explained by those before it."""

PLAIN = ("starts at", "start the", "the best fit")
"""Phrases in which a term is an everyday word: they are left as they are."""
