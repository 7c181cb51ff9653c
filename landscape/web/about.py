"""What the page About says, section by section: Markdown, and formulas in TeX."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Formula:
    """A formula on lines of its own, in TeX."""

    tex: str


@dataclass(frozen=True)
class Section:
    """A part of the page under a heading.

    Arguments
        title: the heading; anchor: of its address; parts: texts in Markdown, and formulas.
        minor: whether it is a part of the section before it.
    """

    title: str
    anchor: str
    parts: tuple[str | Formula, ...]
    minor: bool = False


LEAD = "What is drawn here, and why it can be trusted."
"""The line under the title."""

LEFT = (
    Section(
        "The problem one trains",
        "training",
        (
            (
                "A ReLU network with two layers computes $f(x) = \\sum_j \\alpha_j \\max(0, x^\\top w_j)$. "
                "Fitting it to points $x_1, …, x_n$ with labels $y$ means"
            ),
            Formula(
                r"\begin{aligned}\min_{W,\,\alpha}\ &\Big\|\sum_{j=1}^m \max(0, Xw_j)\,\alpha_j - y\Big\|_2^2 \\"
                r" &+ \lambda \sum_{j=1}^m \big(\|w_j\|_2^2 + \alpha_j^2\big)\end{aligned} \tag{1}"
            ),
            (
                "The loss is not convex in $(W, \\alpha)$: gradient descent can stop in a local minimum, or "
                "where no neuron is active and nothing moves. $\\lambda \\ge 0$ penalises large weights; a "
                "bias is a column of ones in $X$."
            ),
        ),
    ),
    Section(
        "Activation patterns",
        "patterns",
        (
            (
                "A neuron $w$ is *active* on the points where $x^\\top w \\ge 0$. Which points those are is "
                "its **pattern**, written as a diagonal matrix $D$ of zeros and ones. All neurons with one "
                "pattern form a convex cone $K$. There are only finitely many patterns: 2 for one feature, "
                "$2n$ for one feature with a bias, $2\\sum_{k<r}\\binom{n-1}{k}$ for data of rank $r$ in "
                "general position."
            ),
        ),
    ),
    Section(
        "Its convex twin",
        "twin",
        (
            Formula(
                r"\begin{aligned}\min_{u_i,\,v_i \in K_i}\ &\Big\|\sum_i D_i X (u_i - v_i) - y\Big\|_2^2 \\"
                r" &+ 2\lambda \sum_i \big(\|u_i\|_2 + \|v_i\|_2\big)\end{aligned} \tag{2}"
            ),
            (
                "One block $(u_i, v_i)$ for each pattern: $u_i$ gathers its neurons with a positive second "
                "layer, $v_i$ those with a negative one. This problem is convex. It has no local minimum "
                "that is not global."
            ),
        ),
    ),
)
"""The left column."""

RIGHT = (
    Section(
        "The theorem",
        "theorem",
        (
            (
                "**(1) and (2) have the same optimal value as soon as there are enough neurons** ($m \\ge n + "
                "1$ always suffices), and each solution of (2) maps back to an optimal network: every "
                "non-zero $u_i$ is a neuron $\\big(u_i/\\sqrt{\\|u_i\\|},\\ +\\sqrt{\\|u_i\\|}\\big)$, every non-zero "
                "$v_i$ a neuron $\\big(v_i/\\sqrt{\\|v_i\\|},\\ -\\sqrt{\\|v_i\\|}\\big)$."
            ),
            (
                "**Why $2\\lambda$.** Such a neuron costs $\\lambda(\\|w\\|^2 + \\alpha^2) = \\lambda(\\|u\\| + "
                "\\|u\\|) = 2\\lambda\\|u\\|$ in (1). Some sources write $\\lambda$ in (2); then the two values "
                "differ. For the points (−1, 1), (1, 2) and $\\lambda = 0.1$, both problems give 0.580 with "
                "$2\\lambda$; with $\\lambda$, (2) gives 0.295."
            ),
            (
                "**Two more slips of such sources, the poster’s among them.** The *value* of (2) is unique; "
                "its *solution* is not in general: two patterns may share a neuron on their border, and "
                "output vectors may depend on each other, so that several solutions, and networks, are "
                "optimal (Mishkin & Pilanci, 2023). And the cones of (2) are the **closed** ones, $K_i = \\{u "
                ": (2D_i - I)Xu \\ge 0\\}$, borders included: with $1[Xu \\ge 0] = D_i$ instead, a minimum on a "
                "border, where $x^\\top u = 0$ for an inactive point, would not belong to its pattern and "
                "might not be attained."
            ),
            (
                "The losses and optima on all pages are those of (1) and (2) as written here, without "
                "factors ½. The button *Formulas* on Landscape and Convex twin writes both with the numbers "
                "of the picture; *How do we know?* writes the proof."
            ),
            (
                "**Second layer fixed to 1.** The front page opens with it. Then $\\lambda = 0$, only the "
                "$u_i$ remain, and for one feature two numbers place every network of any width: its slope "
                "$u_1 \\ge 0$ on $x > 0$ and its slope $u_2 \\le 0$ on $x < 0$. A run that is stuck sits on "
                "the wall of a pattern that none of its neurons carries."
            ),
        ),
    ),
    Section(
        "Which networks are meant",
        "class",
        (
            (
                "Every optimum and every bound is about the networks of (1): $f(x) = \\sum_j \\alpha_j \\max(0, "
                "x^\\top w_j)$, of any width, with the squared loss and the penalty of (1). They have **no "
                "bias at the output**, which deep-learning libraries add by themselves; with one the loss "
                "can be lower. For x = −0.9, −0.2, 0.3, 1 with a bias in $X$, every label 0.5 and $\\lambda = "
                "0.1$, the best network of (1) has loss 0.0975, and the constant of a penalised output bias "
                "alone has 0.0244. The page Convex twin can be set to networks with one, free or penalised: its "
                "optimum and bounds are then about those. Where $X$ has no column of ones, as on the page "
                "Landscape, the neurons have no bias either: for x = 1, 2 and y = 2, 1 the best network of (1) has "
                "loss 1.8 at $\\lambda = 0$, and $\\max(0, 3 - x)$ has 0. With the second layer fixed to 1, the class "
                "is smaller still: $\\alpha_j = 1$."
            ),
        ),
    ),
    Section(
        "What “proven” means here",
        "proof",
        (
            (
                "For any vector $z$ with $|z^\\top \\max(0, Xu)| \\le \\lambda$ for all unit $u$, no network of "
                "any width has a loss below $\\|y\\|^2 - \\|y - z\\|^2$. The page computes such a $z$, checks it "
                "over every pattern, and reports the distance between a network’s loss and this bound. The "
                "check does not trust the solver: it only sees the network and the data. For $\\lambda = 0$ "
                "the bound is the part of $y$ that no network can reach."
            ),
            (
                "A network is called **proven optimal**, or certified, only where every pattern was visited "
                "and its loss is above the bound by at most $10^{-7}$ of it (of $10^{-4}\\|y\\|^2$ where that "
                "is larger). Else the page calls it the best network found and gives the bound and the gap; "
                "where there are too many patterns to visit, it says that no bound is known."
            ),
        ),
    ),
    Section(
        "Sources",
        "sources",
        (
            (
                "- V. Mercklé, F. Iutzeler, I. Redko: *The Hidden Convex Optimization Landscape of Two-Layer "
                "ReLU Networks*, poster and ICLR blog post, 2024.\n"
                "- M. Pilanci, T. Ergen: *Neural Networks are Convex Regularizers*, ICML 2020.\n"
                "- Y. Wang, J. Lacotte, M. Pilanci: *The Hidden Convex Optimization Landscape of Regularized "
                "Two-Layer ReLU Networks*, ICLR 2022.\n"
                "- A. Mishkin, A. Sahiner, M. Pilanci: *Fast Convex Optimization for Two-Layer ReLU "
                "Networks*, ICML 2022.\n"
                "- A. Mishkin, M. Pilanci: *Optimal Sets and Solution Paths of ReLU Networks*, ICML 2023.\n"
                "- S. Kim, A. Mishkin, M. Pilanci: *Exploring the Loss Landscape of Regularized Neural "
                "Networks via Convex Duality*, ICLR 2025.\n"
                "- A. Sahiner, T. Ergen, J. Pauly, M. Pilanci: *Vector-output ReLU Neural Network Problems "
                "are Copositive Programs*, ICLR 2021.\n"
                "- T. Ergen, M. Pilanci: *Global Optimality Beyond Two Layers: Training Deep ReLU Networks "
                "via Convex Programs*, ICML 2021.\n"
                "- T. Ergen, A. Sahiner, B. Ozturkler, J. Pauly, M. Mardani, M. Pilanci: *Demystifying Batch "
                "Normalization in ReLU Networks*, ICLR 2022.\n"
                "- Y. Wang, T. Ergen, M. Pilanci: *Parallel Deep Neural Networks Have Zero Duality Gap*, "
                "2022.\n"
                "- A. Sahiner, T. Ergen, B. Ozturkler, B. Bartan, J. Pauly, M. Mardani, M. Pilanci: *Hidden "
                "Convexity of Wasserstein GANs*, ICLR 2022.\n"
                "- M. Okabe, K. Ito: *Color Universal Design*, 2008, for the colours."
            ),
        ),
    ),
)
"""The right column."""

BELOW = (
    Section(
        "Beyond problem (1): each theorem, its source, and its status",
        "beyond",
        (
            (
                "The page Beyond solves these programs and trains the networks beside them. **Exact** means "
                "that the program’s value, the objective of the network recovered from it, and a proven "
                "lower bound agree; **bound** that only one side is known; **by sampling** that not every "
                "pattern was looked at. Our λ and 2λ are as in (1) and (2); a paper with ½ before its terms "
                "has half of our values."
            ),
            (
                "| Setting | Theorem | Source | Status here |\n"
                "|---|---|---|---|\n"
                "| Several outputs | Training is a convex program whose penalty is a nuclear norm inside the "
                "cones of the patterns | Sahiner et al. 2021 | **Exact** for one feature with a bias, by a "
                "semidefinite program; for more features, and for the plain nuclear norm, a **lower bound** "
                "|\n"
                "| Batch normalisation before the ReLU | Problem (2) on whitened data | Ergen et al. 2022 | "
                "**Exact** for one feature with a bias; beyond that **by sampling** where the patterns are "
                "too many to list |\n"
                "| Batch normalisation after the ReLU | Each pattern whitens its own active samples; "
                "directions that move no centred value are free | Ergen et al. 2022, the free directions "
                "checked here | **Exact** for one feature with a bias |\n"
                "| Three layers, parallel, path regularisation | Convex over groups of patterns of both "
                "layers | Ergen, Pilanci 2021 | **Exact** while all groups can be listed (width 2: up to "
                "about 6 points); beyond that **by sampling**, an upper bound that a network reaches |\n"
                "| Deep linear, standard | From three layers on a duality gap, unless at most one singular "
                "value is not zero | Wang, Ergen, Pilanci 2022 | **Exact**, closed forms; the dual is a "
                "**lower bound** that is not reached |\n"
                "| Deep linear, parallel | No duality gap at any depth, with penalty Σ‖W‖ᴸ | Wang, Ergen, "
                "Pilanci 2022 | **Exact**, closed form |\n"
                "| Wasserstein GAN, linear and quadratic discriminator | The game is a constraint on means, "
                "or on second moments | Sahiner et al. 2022 | **Exact**, closed forms |\n"
                "| Wasserstein GAN, ReLU discriminator | Convex–concave once the generator’s patterns are "
                "fixed | Sahiner et al. 2022 | Value reached by a network, an upper bound, and optimal **for "
                "its own patterns**; beside it a proven **lower bound** |\n"
            ),
        ),
    ),
    Section(
        "Accessibility",
        "accessibility",
        (
            (
                "These pages are for everybody, and are meant to conform to WCAG 2.2 at level AA: "
                "docs/accessibility.md in the repository says of each criterion whether it is met, how that is "
                "tested, and what the exceptions are."
            ),
            (
                "**What works.** Nothing needs a pointer: whatever can be dragged can be moved by the arrow keys, or "
                "typed as a number. **Tab** goes from one control to the next and stops once at each picture; Space "
                "plays and pauses, Home and End go to the first and the last step, Ctrl+Z takes a change back, and "
                "**?** lists all keys and can turn off those of one character. A screen reader is told what each "
                "picture shows and, once nothing moves any more, what became of each run. The key **d** describes a "
                "picture in words, **s** lets the loss be heard; there is no sound before. Nothing moves by itself "
                "but the opening of a few seconds, which any key ends, and not even that where your system asks for "
                "less motion. Light, dark and more contrast follow your system; text can be enlarged to four times "
                "its size, and *Large type* makes the pictures’ larger too. Runs have markers and names besides their "
                "colours."
            ),
            (
                "**What does not work.** What appears beside the pointer on a picture cannot itself be pointed at. A "
                "box to zoom into is drawn with a pointer; keys zoom by steps. Points that lie near each other in a "
                "picture can be smaller than 24 pixels: their numbers stand in fields. On Convex twin the thin lines "
                "of runs in *Data and fit* differ by colour until one is marked by its sentence. Formulas are MathML, "
                "which not every screen reader reads well. What screen readers are given is checked in Chromium; the "
                "pages have not been tried by people who depend on one, and in Safari by nobody."
            ),
            (
                "**Whom to tell.** What you cannot do, see or hear is a fault: please open an issue in the "
                "repository, and say what you wanted to do, on which page, in which browser, and with what help."
            ),
        ),
    ),
    Section(
        "Words",
        "words",
        (
            (
                "On every page the first of these in a text is underlined with dots: point at it, touch it, "
                "or press Enter on it. The Tab key stops at one word of the pictures, one of the controls "
                "and one of the rest; from there the arrow keys go to the others, and Esc closes what is "
                "open."
            ),
        ),
        minor=True,
    ),
)
"""Below both; the list of words follows the last."""
