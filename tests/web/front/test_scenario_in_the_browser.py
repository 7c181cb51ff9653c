"""A scenario without a server is Python's: links are read and written, starts drawn and events carried out alike."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import is_dataclass
from random import Random
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, quote, quote_plus, urlencode

import numpy as np
import pytest
import streamlit as st
from any_scenario import mutated, scenarios
from hypothesis import HealthCheck, Phase, given, seed, settings, strategies
from javascript import SCRIPTS, answered, page_with
from playwright.sync_api import Browser

from landscape.model.network import Network
from landscape.model.problem import Problem
from landscape.scenario import Scenario, limits, query_string, read_query
from landscape.scenario.keys import KEYS
from landscape.scenario.presets import PRESETS
from landscape.web import session
from landscape.web.front.page import PAGE
from landscape.web.notes import NOTES_KEY, show_notes
from landscape.web.shared import run_events

Alone = Callable[[str, list[Any]], list[Any]]

MODULES = " ".join(
    f"front/scenario/{name}"
    for name in ("limits", "link", "scenario", "session", "events", "initialisation", "written_values")
)


@pytest.fixture(scope="module")
def alone(browser: Browser) -> Iterator[Alone]:
    """Answer a list of cases by the same lines of JavaScript, in one round trip; ``module`` and ``c`` are in scope."""
    with page_with(browser, SCRIPTS) as page:
        # JavaScript writes 2⁵³ and more as whole numbers of the shortest float.
        yield lambda body, cases: json.loads(answered(page, MODULES, body, cases), parse_int=float)


# Links


def drawn(strategy: strategies.SearchStrategy[Any], count: int) -> list[Any]:
    found: list[Any] = []

    @seed(0)
    @settings(max_examples=count, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategy)
    def collect(example: Any) -> None:
        found.append(example)

    collect()
    return found


JUNK = (
    *("-", ".", "none", "auto", "last", "nan", "inf", "-inf", "x", "1_000", "٣", "½", "−1", "--1", "0x10"),
    *("e5", "1e", "1.2.3", "a_b", "<b>bold</b>", "1e5;", "+", "1,2", "true", "True", "'", '"', "%", "", " "),
    *("1 2", "😀 sad", "œuvre Ωmega 日本"),
    *("\x1c7", "\ufeff7", "7\u3000", "\x857", "\u200b7"),
    *("a" * 39, "b" * 40, "c" * 41, "1" * 400, "1" * 401),
)
PLAIN = (
    *("0", "1", "2", "3", "-1", "+1", "007", "1.5", "-0.5", ".5", "-.5", "5.", "1e3", "1E3", "1e-3", "-0"),
    *("0.0", "-0.0", "0.1", "12.25", "0.0001", "0.00001", "123456789.125", "1e15", "1e16", "-1e15", "1e-15"),
    *("1e-16", "9e-16", "1e-5", "1e22", "1e50", "1e51", "1e60", "1e61", "1e-75", "1e-76", "1e400", "-1e400"),
    *("1e-400", "1e-9", "1e-7", "60", "61", "72", "100", "101", "200", "201", "1000", "1001", "20000", "20001"),
    *("100000", "100001", "2147483647", "2147483648"),
)
WORDS = {
    "layer": ("ones", "trained", "Trained"),
    "method": ("gd", "momentum", "adam", "sgd"),
    "init": (*limits.INITS, "normal "),
    "output-bias": (*limits.OUTPUT_BIASES, "Free"),
    "plane": limits.PLANES,
    "surface": limits.SURFACES,
    "step": ("auto", "0.02"),
    "window": ("auto", "4"),
    "at": ("last", "0", "250", "500"),
    "escape": ("none", "1", "2"),
    "sel": ("1", "2", "3"),
    "m": ("1", "2", "3", "20"),
    "lam": ("0", "0.1", "1.5"),
    "starts": ("0", "2", "60"),
    "seed": ("0", "7"),
    "scale": ("0.5", "2"),
    "steps": ("1", "500", "20000"),
    "features": ("1", "2", "10"),
    **dict.fromkeys(("bias", "large", "basins", "formulas", "proof"), ("0", "1")),
}

RARE = ("scales", "features", "bias")
"""Keys of what the front page seldom shows."""


def number(rng: Random) -> str:
    how = rng.random()
    if how < 0.4:
        return rng.choice(PLAIN)
    if how < 0.5:
        return rng.choice(JUNK)
    if how < 0.75:
        return repr(round(rng.uniform(-5, 5), rng.randint(0, 3)))
    return repr(rng.choice((-1, 1)) * 10 ** rng.uniform(-18, 18))


def good(rng: Random) -> str:
    return repr(rng.choice((-1, 1)) * round(rng.uniform(0, 5), rng.randint(0, 17)))


def numbers(rng: Random, count: int) -> str:
    one = good if rng.random() < 0.7 else number
    space = rng.choice(("", "", "", " ", "\u00a0", "\x1f"))
    return ",".join(space + one(rng) for _ in range(count)) + rng.choice(("", "", "", "", ",", " "))


def run_text(rng: Random) -> str:
    if rng.random() < 0.1:
        return rng.choice((*JUNK, "gd:0.02", "gd:0.02:1:pinned", "gd:0.02:1:pin:pin", ":::", "gd::1", "gd:auto:"))
    pieces = rng.choice((1, 1, 1, 2, 3, rng.randint(1, 25)))
    step = "~".join(
        f"{number(rng) if rng.random() < 0.2 else rng.choice(('0.02', '0.1', '1e-300'))}"
        f"{f'@{rng.choice((str(150 * k), str(150 * k), number(rng)))}' if k or rng.random() < 0.1 else ''}"
        for k in range(pieces)
    )
    if rng.random() < 0.4:
        step = "auto"
    w = numbers(rng, rng.choice((0, 1, 2, 2, 2, 5, 5, rng.choice((5, 250)))))
    alpha = f";{numbers(rng, rng.choice((1, 2, 3, rng.choice((3, 201)))))}" if rng.random() < 0.4 else ""
    return f"{rng.choice(WORDS['method'][: rng.choice((3, 3, 3, 4))])}:{step}:{w}{alpha}{rng.choice(('', '', ':pin'))}"


def value(rng: Random, key: str, points: int) -> str:
    if key in ("x", "y"):
        return numbers(rng, points if rng.random() < 0.9 else rng.choice((0, 1, points + 1, 40)))
    if key == "neurons":
        return ",".join(rng.choice(("1", "2", "3", number(rng))) for _ in range(rng.choice((2, 2, 2, 1, 3))))
    if key == "scales":
        return numbers(rng, rng.choice((0, 1, 2, 2, 3)))
    if key == "run":
        return "none" if rng.random() < 0.1 else run_text(rng)
    return number(rng) if rng.random() < 0.3 else rng.choice(WORDS[key])


def link(rng: Random) -> str:
    """A link as it is typed: some keys, of which some are of any value, written in one of several ways."""
    points, parts = rng.choice((1, 2, 2, 3, 5, 12, 30, 31)), []
    likely = rng.choice((0.1, 0.3, 0.6))
    for key in rng.sample(KEYS, len(KEYS)):
        if rng.random() < {"x": 0.9, "y": 0.9}.get(key, likely * (0.2 if key in RARE else 1)):
            times = rng.choice((1, 2, 3, 13)) if key == "run" else rng.choice((1,) * 20 + (2,))
            parts += [(key, value(rng, key, points)) for _ in range(times)]
    if rng.random() < 0.1:
        parts.append((rng.choice(("unknown", "hide", "kept ", "")), "1"))
    if rng.random() < 0.02:
        parts.append((rng.choice(KEYS), rng.choice(("9" * 8193, "1," * 4096, "😀" * 8192, "😀" * 8193))))
    how = rng.choice((quote_plus, quote, str, lambda text: text.replace(" ", "+")))
    return rng.choice(("", "?")) + "&".join(f"{key}={how(text)}" for key, text in parts)


def links() -> list[str]:
    scenario = scenarios(most_neurons=12, output_biases=limits.OUTPUT_BIASES)
    both = scenario.flatmap(lambda s: strategies.tuples(strategies.just(s), mutated(s.to_query())))
    found = [
        text
        for s, query in drawn(both, 40)
        for text in (query_string(s), urlencode(query, doseq=True, errors="replace"))
    ]
    odd = ["", "?", "x", "&&", "=", "x=%zz&y=%", "x=1%2c2&y=1%2C2", "m=%ff%fe", "sel=%E2%82", "a=b=c&m==3", "m=3#sel=1"]
    for pieces in (20, 21):
        odd.append(f"run=gd:0.1~{'~'.join(f'0.1@{k}' for k in range(1, pieces))}:1,2")
    odd += [f"run=gd:auto:{'1,' * (count - 1)}1" for count in (limits.MAX_WEIGHTS, limits.MAX_WEIGHTS + 1)]
    rng = Random(0)
    return [*found, *odd, *(query_string(preset.scenario) for preset in PRESETS), *(link(rng) for _ in range(2500))]


def read(text: str) -> tuple[Scenario, tuple[str, ...]]:
    return read_query(parse_qs(text.removeprefix("?"), keep_blank_values=True))


def plain(value: Any) -> Any:
    """A record with all that it holds, as it comes back from JavaScript."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if is_dataclass(value):
        return {name: plain(field) for name, field in vars(value).items() if name != "tag"}
    return value


@pytest.fixture(scope="module")
def read_links() -> list[tuple[str, Scenario, tuple[str, ...]]]:
    """Links, and what Python reads in them."""
    return [(text, *read(text)) for text in links()]


def test_a_link_is_read_as_python_reads_it_with_the_same_notes(alone, read_links):
    found = alone("return module.readQuery(c)", [text for text, _, _ in read_links])
    for answer, (text, scenario, notes) in zip(found, read_links, strict=True):
        assert answer["notes"] == list(notes), text
        assert answer["scenario"] == plain(scenario), text
    said = {re.sub(r"(“.*?”|[\d−.,·⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", "", note) for _, _, notes in read_links for note in notes}
    assert len(said) > 100  # the cases say nearly everything that can be said
    assert sum(not notes for _, _, notes in read_links) > 100


def test_a_link_is_written_as_python_writes_it(alone, read_links):
    body = "const { scenario } = module.readQuery(c); return [module.queryString(scenario), module.fitsALink(scenario)]"
    found = alone(body, [text for text, _, _ in read_links])
    assert found == [[query_string(scenario), scenario.fits_a_link] for _, scenario, _ in read_links]
    assert {fits for _, fits in found} == {True, False}


def test_numbers_are_written_as_pythons_repr(alone):
    rng = np.random.default_rng(0)
    spread = rng.choice([-1, 1], 4000) * 10.0 ** rng.uniform(-320, 308, 4000)
    near = rng.uniform(0, 2e5, 4000) * 10.0 ** rng.integers(-8, 16, 4000)
    values = [
        *spread.tolist(),
        *near.tolist(),
        *np.round(near, 3).tolist(),
        0.0,
        5e-324,
        1e16,
        1e15,
        9999999999999998.0,
    ]
    values += [float(f"1e{power}") for power in range(-30, 30)]
    assert alone("return module.repr(c)", values) == list(map(repr, values))
    assert alone("return module.repr(Number(c))", ["NaN", "Infinity", "-Infinity", "-0"]) == [
        "nan",
        "inf",
        "-inf",
        "-0.0",
    ]


# The scenario itself


def one_feature(read_links: list[tuple[str, Scenario, tuple[str, ...]]]) -> list[tuple[str, Scenario]]:
    return [(text, scenario) for text, scenario, _ in read_links if scenario.data.d == 1]


def test_normal_numbers_are_numpys_to_the_last_bit(alone):
    seeds = [[s * 5371 % 2**31, s % 2, s % 60] for s in range(300)] + [[2**31 - 1, 1, 59], [0, 0, 0]]
    found = alone("const draw = module.normals(c); return Array.from({ length: 500 }, draw)", seeds)
    expected = [np.random.default_rng(seed).standard_normal(500).tolist() for seed in seeds]
    assert found == expected
    assert np.abs(expected).max() > 3.6541528853610088  # numbers of the tail among them


def test_starts_are_pythons_to_the_last_bit(alone, read_links):
    cases = one_feature(read_links)[::5]
    body = (
        "return module.startsOf(module.readQuery(c).scenario).map(({ run, W, alpha }) => [run.w, run.alpha, W, alpha])"
    )
    found = alone(body, [text for text, _ in cases])
    for starts, (text, scenario) in zip(found, cases, strict=True):
        expected = [
            [list(run.w), list(run.alpha), net.W[0].tolist(), net.alpha.tolist()] for run, net in scenario.starts()
        ]
        assert starts == expected, text
    assert sum(map(len, found)) > 1500


def test_problem_and_what_is_shown_are_pythons(alone, read_links):
    # The front page shows no output bias: a scenario with one opens there without it.
    cases = [case for case in one_feature(read_links) if case[1].training.output_bias == "none"][::2]
    body = (
        "const s = module.readQuery(c).scenario, { x, y, lam, layer } = module.problemOf(s);"
        "return [[...module.shownNeurons(s), module.shownRun(s)], x, y, lam, layer]"
    )
    for (shown, x, y, lam, layer), (text, s) in zip(alone(body, [text for text, _ in cases]), cases, strict=True):
        problem = s.problem()
        assert shown == [*s.shown_neurons, s.shown_run], text
        assert (x, y, layer) == (list(s.data.x), list(s.data.y), problem.second_layer)
        np.testing.assert_allclose(lam, problem.lam, rtol=1e-12)


def test_ranges_and_caps_are_pythons(alone):
    ranges = {name: known for name, known in vars(limits).items() if isinstance(known, limits.Range)}
    caps = {name: known for name, known in vars(limits).items() if isinstance(known, int) and name.isupper()}
    body = "const { low, high, whole, least, rule } = module[c]; return [low, high, whole, least, rule]"
    assert alone(body, list(ranges)) == [[r.low, r.high, r.whole, r.least, r.rule] for r in ranges.values()]
    assert alone("return module[c]", list(caps)) == list(caps.values())


def test_steps_and_starts_within_the_caps_are_pythons(alone):
    rng = np.random.default_rng(1)
    cases = [
        [*rng.integers([1, 0, 0, 1], [20_001, 61, 13, 201]).tolist(), int(10 ** rng.uniform(0, 4.7))]
        for _ in range(3000)
    ]
    assert alone("return module.withinBudget(...c)", cases) == [list(limits.within_budget(*case)) for case in cases]


FIELDS: dict[str, tuple[Any, ...]] = {
    "x": ([1, 2], [0.5], [1, "2"], "1,2", 3, [1e16, 1], [True, 1], [], [-1e-16, 1]),
    "y": ([1, 2], [0.25], [None, 2], [1e15, -1e15], [1, 2, 3], []),
    "features": (1, 2, 0, 1.5, "1", None, True),
    "bias": (True, False, 0, "1", None),
    "m": (1, 2, 7, 200, 201, 0, 2.5, None, "3", 1e300),
    "layer": ("ones", "trained", "both", 1, None),
    "lam": (0, 0.1, 1, 1.5, 1.6, -1, "0"),
    "method": ("gd", "momentum", "adam", "sgd", None, ["gd"]),
    "step": (None, 0.02, 1e-80, 0, "auto", [1]),
    "steps": (1, 500, 20000, 20001, 0.5),
    "starts": (0, 3, 60, 61, -1),
    "scale": (2, 1e-9, 1e-10, 101),
    "seed": (0, 2**31 - 1, 2**31, -3),
    "scales": ([], [1], [1e-3, 1], [1, 2, 3], [0], "1"),
    "init": (*limits.INITS, "other_"),
    "window": (None, 4, 1e-60, 1e61, 0),
    "plane": ("neurons", "path", "line"),
    "neurons": ([0, 1], [2, 0], [1, 1], [1], [], [0, 1, 2], [0, 200], 1),
    "surface": ("contour", "surface", "both", 3),
    "selected": (0, 3, 71, 72, -1, 0.5),
    "at": (None, 0, 250, 600, 100_001),
    "large": (True, False, 1),
    "basins": (True, {}),
    "escape": (None, 0, 71, 72),
    "formulas": (True, [1, 2]),
    "proof": (False, {"a": 1}),
    "runs": ([],),
    "no_such <field>": (1,),
}


def test_changes_and_their_refusals_are_pythons(alone, read_links):
    rng, cases, expected = Random(2), [], []
    base = [(text, scenario) for text, scenario, _ in read_links if len(text) < 2000]
    for _ in range(3000):
        text, scenario = rng.choice(base)
        names = rng.sample(sorted(FIELDS), rng.choice((1, 1, 1, 2, 3, 5)))
        values = {name: as_sent(rng.choice(FIELDS[name])) for name in names}
        cases.append([text, values])
        try:
            expected.append(plain(scenario.changed(**values)))
        except ValueError as refused:
            expected.append(str(refused))
    body = (
        "try { return module.changed(module.readQuery(c[0]).scenario, c[1]) }"
        "catch (refused) { if (refused instanceof RangeError) return refused.message; throw refused }"
    )
    for answer, case, known in zip(alone(body, cases), cases, expected, strict=True):
        assert answer == known, case
    refusals = sum(isinstance(known, str) for known in expected)
    assert 500 < refusals < 2500


# Events


class Address(dict[str, list[str]]):
    """An address's query, as Streamlit keeps it."""

    def get_all(self, key: str) -> list[str]:
        return self[key]


def ends(scenario: Scenario) -> list[Network]:
    """Where runs end in these tests: halfway from their starts to 0."""
    return [Network(network.W / 2, network.alpha / 2) for _, network in scenario.starts()]


def missing(scenario: Scenario) -> dict[str, Network]:
    """The missing neurons in these tests: every other run has one."""
    return {f"run{k}": Network([[k + 0.5]], [-1.0 if k else 1.0]) for k in range(0, len(scenario.starts()), 2)}


def plane(scenario: Scenario) -> Any:
    """The plane of the landscape in these tests: all neurons but two are at 3."""
    m, (first, second) = scenario.training.m, scenario.shown_neurons

    def network(a: float, b: float) -> Network:
        W, alpha = np.full((1, m), 3.0), np.full(m, 1.0 if scenario.training.layer == "ones" else 0.5)
        W[0, second], W[0, first] = b, a
        return Network(W, alpha)

    return SimpleNamespace(network=network)


RESULTS = """
  const halved = (values) => values.map((value) => value / 2);
  const results = {
    solvedOf: (scenario) => {
      const starts = module.startsOf(scenario), m = scenario.training.m;
      const runs = starts.map(({ W, alpha }) => ({
        path: { m, steps: [0, 1], W: [...W, ...halved(W)], alpha: [...alpha, ...halved(alpha)] },
      }));
      const missing = starts.flatMap((_, k) => (k % 2 ? [] : [[`run${k}`, { W: [k + 0.5], alpha: [k ? -1 : 1] }]]));
      return { runs, missing: Object.fromEntries(missing) };
    },
    planeOf: (scenario) => ({
      network: (a, b) => {
        const { m, layer } = scenario.training, [first, second] = module.shownNeurons(scenario);
        const W = new Array(m).fill(3), alpha = new Array(m).fill(layer === "ones" ? 1 : 0.5);
        W[second] = b;
        W[first] = a;
        return { W, alpha };
      },
    }),
  };
  const { scenario, notes } = module.readQuery(c.link), session = new module.Session(results, c.presets, scenario);
  session.note(notes);
  return c.doings.map(([doing, value]) => {
    let shown = [];
    if (doing === "act") module.act(session, value);
    else if (doing === "follow") session.follow(value);
    else shown = session.showNotes();
    const { current, notes, canUndo, canRedo, isPassing } = session;
    return { current, notes: [...notes], shown, canUndo, canRedo, isPassing };
  });
"""


def event(rng: Random, scenario: Scenario) -> dict[str, Any]:
    """An event as the stage sends it for a scenario, now and then another one."""
    training, data = scenario.training, scenario.data
    count = len(training.runs) + training.starts
    kind = rng.choice(
        (*run_events._HANDLERS, "click", "click", "edit", "edit", "widen", "add-missing", "undo", "redo", "drawn")
    )

    def some(many: int) -> list[float]:
        return [rng.choice((0.0, 1.5, -2.0, round(rng.gauss(0, 3), 4), rng.gauss(0, 3))) for _ in range(many)]

    x, y = rng.choice((some(2), [0.0, -0.0], [123456.5, 1e-7], [10 ** rng.uniform(-60, 60), 2], [1.0, -3.0]))
    run = f"run{rng.randrange(max(1, count))}" if rng.random() < 0.9 else rng.choice(("run99", "escape0", 1, "run-1"))
    moved = rng.sample(range(len(training.runs)), rng.randint(0, min(2, len(training.runs))))
    found: dict[str, Any] = {
        "kind": kind,
        "run": run,
        "view": rng.choice(("map", "relief", "twin", "twin-relief", "curve")),
        "x": x,
        "y": y,
        "add": rng.random() < 0.3,
        "count": rng.choice((1, 1, 1, 2, 200)),
        "name": rng.choice([*(preset.name for preset in PRESETS), "none"]),
        "value": {
            "surface": rng.choice((*limits.SURFACES, "flat", None)),
            "step": rng.choice((0.02, 1e-3, 1e61, "1")),
            "at": rng.choice((None, 0, 7, 250, 100_000, 100_001, -1, 2.5)),
        }.get(kind, 1),
    }
    if kind == "edit":
        found |= {
            "x": list(data.x) if rng.random() < 0.5 else some(data.n),
            "y": some(data.n if rng.random() < 0.95 else data.n + 1),
            "runs": [{"index": k, "w": some(training.m), "alpha": some(training.m)} for k in moved],
            "final": rng.random() < 0.5,
        }
    if rng.random() < 0.05:
        place = rng.choice([key for key in found if key not in ("final", "add", "run", "kind")])
        found[place] = rng.choice(([], "x", None, [None], 1e16))
    if rng.random() < 0.02:
        del found[rng.choice(("x", "value", "view", "count", "run"))]
    return found


def as_sent(value: Any) -> Any:
    """A value as Python finds it in a browser's JSON, where 1.0 is written as 1."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e21 else value
    if isinstance(value, dict):
        return {key: as_sent(item) for key, item in value.items()}
    return [as_sent(item) for item in value] if isinstance(value, list) else value


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The front page's session without a browser; the list has the notes that were shown last."""
    texts: list[str] = []
    monkeypatch.setattr(st, "container", lambda **_: nullcontext())
    monkeypatch.setattr(st, "text", texts.append)
    monkeypatch.setattr(run_events, "slice_plane", lambda solved, scenario: SimpleNamespace(plane=plane(scenario)))
    monkeypatch.setattr(run_events, "missing_neurons_of", lambda data, training: missing(Scenario(data, training)))

    def solved(scenario: Scenario) -> Any:
        runs = [SimpleNamespace(trajectory=SimpleNamespace(network=lambda end=end: end)) for end in ends(scenario)]
        return SimpleNamespace(runs=runs, problem=Problem([[1.0]], [1.0], second_layer=scenario.training.layer))

    monkeypatch.setattr(run_events, "solved_scenario_of", solved)
    return texts


def test_events_undo_and_the_browsers_history_do_what_they_do_in_python(alone, read_links, shown, monkeypatch):
    rng, cases, expected = Random(3), [], []
    presets = [
        {"name": p.name, "title": p.title, "caption": p.caption, "query": query_string(p.scenario)} for p in PRESETS
    ]
    links = [
        text
        for text, s in one_feature(read_links)
        if s.fits_a_link and s.training.output_bias == "none" and s.training.m < 30 and s.data.n < 13
    ]
    for text in rng.sample(links, 150):
        held: dict[str, Any] = {}
        address = Address(parse_qs(text.removeprefix("?"), keep_blank_values=True))
        monkeypatch.setattr(st, "session_state", held)
        monkeypatch.setattr(st, "query_params", address)
        monkeypatch.setattr(session, "went_through_history", lambda: False)
        session.enter(PAGE)
        doings: list[tuple[str, Any]] = []
        states = []
        visited = [query_string(session.current())]
        for _ in range(20):
            shown.clear()
            doing = rng.choice(("act",) * 8 + ("follow", "show"))
            argument: Any = None
            if doing == "act":
                argument = as_sent(event(rng, session.current()))
                run_events.act(argument)
                if session.current().fits_a_link:
                    visited.append(query_string(session.current()))
            elif doing == "follow":
                argument = rng.choice((*visited, rng.choice(visited) + "&at=3", rng.choice(links).removeprefix("?")))
                address.clear()
                address.update(parse_qs(argument, keep_blank_values=True))
                monkeypatch.setattr(session, "went_through_history", lambda: True)
                session.enter(PAGE)
            else:
                show_notes()
            doings.append((doing, argument))
            states.append(
                {
                    "current": plain(session.current()),
                    "notes": list(held.get(NOTES_KEY, [])),
                    "shown": list(shown),
                    "canUndo": session.can_undo(),
                    "canRedo": session.can_redo(),
                    "isPassing": session.is_passing(),
                }
            )
        cases.append({"link": text, "presets": presets, "doings": doings})
        expected.append(states)
    for answers, case, states in zip(alone(RESULTS, cases), cases, expected, strict=True):
        for answer, doing, state in zip(answers, case["doings"], states, strict=True):
            assert answer == state, (case["link"], doing)
