"""Every term of art on a page has one plain sentence, and the browser finds it in a text."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from javascript import SCRIPTS, page_with
from playwright.sync_api import Browser, Page
from visit import opened

from landscape.web.glossary import GLOSSARY, PLAIN
from landscape.web.written_glossary import as_json

ROOT = Path(__file__).resolve().parents[2]

SPEAKING = [
    *(ROOT / "landscape" / wing for wing in ("web", "results", "scene", "figures")),
    *(ROOT / "landscape" / file for file in ("scenario/presets.py", "model/datasets.py", "convex/twin.py")),
    *(ROOT / "landscape" / file for file in ("convex/optimal_set.py", "extensions", "loss/escape.py")),
    ROOT / "pages",
    ROOT / "front.py",
]
"""Where the texts that pages show are written."""

TERMS_OF_ART = """
    activation pattern, active, Adam, any width, basins, batch normalisation, best network found, bias, bound, caught,
    certified, cone, converges, convex, convex landscape, convex program, convex twin, CPU seconds, dead,
    deep linear, discriminator, diverged, dual, duality gap, extremal direction, feature, gap, gated ReLU,
    generator, global optimum, gradient, gradient descent, gradient norm, initial scale, initialisation, kink, L-BFGS,
    label, least norm, least squares, local minimum, loss, loss landscape, lower bound, mean squared error, momentum,
    network of this kind, neuron, norm, NP-hard, nuclear norm, objective, optimal, optimiser, optimum, output bias,
    output weight, path regularisation, penalty, performance profile, polytope, problem (1), problem (2), proven,
    random starts, rank, recovered network, regularisation, relative excess, ReLU, restarts, run, sampling, seed,
    second layer, semidefinite program, singular values, slice, slope, spectrum, step, step size, stuck, sub-networks,
    sweep, vertices, wall, Wasserstein GAN, way out, weights, whitened, width, λ, λ_max, λ path, 2λ, M*
"""
"""What a second-year student may not know of the words on the pages."""


def literals(path: Path) -> Iterator[str]:
    """Every text in a file but its docstrings and comments; a value in a text is a #."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inside: set[int] = set()
    for node in ast.walk(tree):
        if id(node) in alone or id(node) in inside:
            continue
        if isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in node.values}
            yield "".join(part.value if isinstance(part, ast.Constant) else "#" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def spoken() -> str:
    """All that pages may say, in one text."""
    files = [file for place in SPEAKING for file in ([place] if place.suffix else sorted(place.rglob("*.py")))]
    return "\n".join(text for file in files if file.name not in {"glossary.py", "mathml.py"} for text in literals(file))


def stands_in(form: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text, re.IGNORECASE) is not None


def test_every_term_stands_once():
    names = [word.name for word in GLOSSARY]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in names)
    forms = [form if word.exact else form.lower() for word in GLOSSARY for form in word.written]
    twice = {form for form in forms if forms.count(form) > 1}
    assert not twice


@pytest.mark.parametrize("word", GLOSSARY, ids=lambda word: word.name)
def test_a_meaning_is_one_short_sentence(word):
    assert len(word.meaning.split()) <= 30
    assert re.fullmatch(r"[A-Z].*[a-z0-9)]\.", word.meaning)
    assert not re.search(r"[.!?] ", word.meaning)


def test_every_term_is_said_on_some_page_and_every_term_of_art_is_explained():
    said = spoken()
    unsaid = [word.term for word in GLOSSARY if not any(stands_in(form, said) for form in word.written)]
    assert not unsaid
    forms = {form.lower() for word in GLOSSARY for form in word.written}
    terms = [" ".join(term.split()) for term in TERMS_OF_ART.split(",")]
    assert [term for term in terms if term.lower() not in forms] == []
    assert [term for term in terms if not stands_in(term, said)] == []
    assert all(stands_in(phrase, said) for phrase in PLAIN)


def test_more_is_said_where_the_glossary_points_and_about_lists_every_term():
    about = opened("pages/about.py")
    assert not about.exception
    anchors = {heading.anchor for heading in (*about.header, *about.subheader)}
    assert {word.more for word in GLOSSARY} <= anchors
    (listing,) = [part.proto.body for part in about.get("html") if 'class="glossary"' in part.proto.body]
    listed = re.findall(r'<dt id="([^"]+)">', listing)
    assert sorted(listed) == listed
    assert set(listed) == {word.anchor for word in GLOSSARY}
    assert set(re.findall(r'href="#([^"]+)"', listing)) <= anchors


def test_both_problems_are_shown_where_they_are_named():
    formulas = {form: word.formula for word in GLOSSARY for form in word.written}
    for name in ("(1)", "(2)", "problem (1)", "problem (2)", "convex problem (2)"):
        assert "<math" in formulas[name]
    assert formulas["(1)"] != formulas["(2)"]
    for word in GLOSSARY:
        ElementTree.fromstring(f"<div>{word.formula}</div>")


@pytest.fixture(scope="module")
def words(browser: Browser) -> Iterator[Page]:
    """An empty page that has learnt the glossary."""
    with page_with(browser, SCRIPTS) as page:
        page.evaluate(
            """async (glossary) => {
              window.module = await import("/view/glossary.js");
              await module.learn(glossary);
              const said = (text) => ({ start, end, word }) => [text.slice(start, end), word.term];
              window.terms = (text) => module.termsIn(text).map(said(text));
            }""",
            json.loads(as_json()),
        )
        yield page


FOUND = {
    "Loss landscapes of gradient descent.": "Loss landscapes: loss landscape, gradient descent: gradient descent",
    "A neuron, two neurons, a neuron’s share.": "neuron: neuron, neuron’s share: share of a neuron",
    "The best network found has loss 2.": "The best network found: best network found, loss: loss",
    "Reached the best that one neuron can do: loss 2.": (
        "the best that one neuron can do: best of a width, loss: loss"
    ),
    "The best found so far with 3 neurons is 2.": "The best found so far: best of a width, neurons: neuron",
    "Problem (1), then (2) and again (2).": "Problem (1): problem (1), (2): problem (2)",
    "λ weights; ‖f − y‖² + 2λ(|u₁| + |u₂|) and λ(‖w‖² + α²).": "λ: λ, weights: weight",
    "Neurons m, of M. Pilanci and L(w₁, w₂), m* = 3": "Neurons: neuron, m: width, m*: m* and M*",
    "Run 1 starts at 2; adamant steppes gapped.": "Run: run",
    "Adam met adam.": "Adam: Adam",
}
"""Texts, and the terms in them with the entries that explain them."""


@pytest.mark.parametrize("text", FOUND)
def test_the_longest_term_is_found_once_and_formulas_are_left(words, text):
    found = words.evaluate("(text) => terms(text)", text)
    assert ", ".join(f"{form}: {term}" for form, term in found) == FOUND[text]


def test_everyday_phrases_are_left(words):
    for phrase in PLAIN:
        assert words.evaluate("(text) => terms(text)", f"It is {phrase} it.") == []


MARKED: dict[str, Any] = {
    "text": "The loss of two neurons.",
    "into": "No term here.",
}


def test_a_text_that_another_owner_changes_keeps_nothing_of_its_words(words):
    """React keeps the text node that it made, and writes into it or removes it without asking."""
    shown = words.evaluate(
        """async ({ text, into }) => {
          const rest = () => new Promise((done) => setTimeout(done));
          document.body.innerHTML = "<p></p><p></p>";
          const [one, two] = document.querySelectorAll("p");
          const node = one.appendChild(document.createTextNode(text));
          two.append("A wall");
          module.mark(document.body, undefined, false);
          const marked = [one.textContent, one.querySelectorAll(".word").length, node.parentNode === one];
          node.data = into;
          await rest();
          const changed = [one.textContent, one.querySelectorAll(".word").length];
          module.mark(document.body, undefined, false);
          two.textContent = "A slope of f";
          module.mark(document.body, undefined, false);
          return [marked, changed, two.textContent, two.querySelectorAll(".word").length];
        }""",
        MARKED,
    )
    assert shown == [[MARKED["text"], 2, True], [MARKED["into"], 0], "A slope of f", 1]


def test_one_word_of_a_group_is_a_stop_of_the_tab_key(words):
    stops = words.evaluate(
        """() => {
          document.body.innerHTML = `<div class="stage"><p>loss, slope</p><button>loss</button></div>
            <div data-testid="stSidebar"><p>Steps, λ</p></div><p>A neuron with weights</p><p>A wall</p>`;
          module.mark(document.body, "button");
          return [...document.querySelectorAll(".word")].map((word) => [word.textContent, word.tabIndex]);
        }"""
    )
    assert stops == [["loss", 0], ["slope", -1], ["Steps", 0], ["λ", -1], ["neuron", 0], ["weights", -1], ["wall", -1]]
