"""What leaves the app says the same as the app: scripts print its numbers, tables hold them, links open as it."""

import ast
import csv
import dataclasses
import html.parser
import io
import re
import subprocess
import sys
import warnings
import xml.etree.ElementTree as ET
from contextlib import redirect_stdout
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import segno
from hypothesis import given, settings, strategies as st

from landscape.convex.solver.atoms import Atoms, merged
from landscape.model.excess import rounding_of
from landscape.model.network import objective, predict
from landscape.results.export import (
    cvxpy_snippet,
    embed_snippet,
    link,
    network_table,
    python_snippet,
    qr_svg,
    runs_csv,
    tables,
)
from landscape.results.solved_scenario import solve_scenario
from landscape.scenario import Data, Run, Scenario, Training, read_query

ROOT = Path(__file__).resolve().parents[2]

_X12 = tuple(np.random.default_rng(1).uniform(-1, 1, 12).round(3).tolist())
_TWELVE = Data(_X12, tuple(float(f"{np.sin(5 * x):.6g}") for x in _X12), bias=True)
_PLANE = Data((1.0, 0.5, -1.0, 2.0, 0.5, -1.5, -2.0, -0.5, 0.3, 0.3), (1.0, -0.5, 0.7, 0.2, 1.0), features=2)
_SCHEDULE = ((0, 0.05), (30, 0.01))
_DESCENT = tuple(Run(method, 0.02, (1.0, 0.4, -0.7, 0.3), (1.0, -0.5)) for method in ("gd", "momentum", "adam"))

SCENARIOS = {
    "default": Scenario(),
    "negative label": Scenario(Data((-1.0, 1.0), (-1.0, 2.0))),
    "one side": Scenario(Data((1.0, 2.0), (1.0, 1.5)), Training(starts=3, seed=7)),
    "one neuron": Scenario(Data((-1.0, 1.0), (1.0, 0.5)), Training(m=1, runs=(Run(w=(2.0,)),))),
    "trained": Scenario(training=Training(layer="trained", lam=0.1, starts=2, runs=(Run("adam", _SCHEDULE, (1.0,)),))),
    "trained, λ = 0": Scenario(training=Training(m=3, layer="trained", runs=(Run(), Run(w=(1.0,), alpha=(-2.0,))))),
    "bias": Scenario(Data((-0.2, 1.0), (0.5, 1.0), bias=True), Training(runs=(Run("adam", 1e-3, (0.3, -0.15)),))),
    "bias, λ": Scenario(_TWELVE, Training(layer="trained", lam=0.05, runs=_DESCENT)),
    "bias, λ = 0": Scenario(Data((-1.0, 0.1, 1.0), (1.0, -1.0, 0.5), bias=True), Training(layer="trained", runs=())),
    "two features": Scenario(_PLANE, Training(m=3, layer="trained", lam=0.1, starts=1, steps=80)),
    "far from 1": Scenario(
        Data((-4e5, 3e5, 1e5), (2e-3, 1e-3, 4e-4)), Training(layer="trained", lam=0.2, step=1e-9, starts=1, runs=())
    ),
    "λ is λ_max": Scenario(
        Data((0.1, 0.5, 0.2, 0.3, -0.1, 0.6, -0.1, -0.1, 0.2, 0.5), (0.1, 0.1, 0.0, 0.0, 0.0), features=2),
        Training(m=1, layer="trained", lam=1.0, steps=20, runs=()),
    ),
    "free output bias": Scenario(
        _TWELVE, Training(m=3, layer="trained", lam=0.05, starts=2, runs=(), output_bias="free")
    ),
    "penalised output bias": Scenario(
        _PLANE, Training(m=3, layer="trained", lam=0.05, starts=1, runs=(Run(w=(1.0, 0.2)),), output_bias="penalised")
    ),
    "penalised, far from 1": Scenario(
        Data((-4e5, 3e5, 1e5), (2e3, 1e3, 4e3)),
        Training(layer="trained", lam=0.2, steps=20, starts=1, runs=(), output_bias="penalised"),
    ),
    "output bias, λ = 0": Scenario(
        Data((1.0, 1.0, 2.0), (1.0, -1.0, 0.5)), Training(layer="trained", steps=50, runs=(), output_bias="free")
    ),
    "zero network": Scenario(training=Training(layer="trained", lam=1.2)),
    "wide": Scenario(_TWELVE, Training(m=30, layer="trained", lam=0.1, runs=(Run(w=(0.1, 0.2) * 30),), steps=40)),
}


def in_a_fresh_interpreter(code, cwd):
    command = [sys.executable, "-W", "error", "-c", code]
    found = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout


def here(code):
    printed = io.StringIO()
    with redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compile(code, "snippet", "exec"), {"__name__": "__main__"})
    return printed.getvalue()


def agrees_with_python(scenario, printed):
    """Losses to all the digits that are printed, gaps, differences of two, to what is rounding in a loss."""
    solved = solve_scenario(scenario.data, scenario.training)
    proof = solved.proof
    known = "proven optimal" if proof.closed else "not proven optimal"
    lines = [f"Best network: loss {proof.value:.8g}, lower bound {proof.lower_bound:.8g}, {known}"]
    for run in solved.runs:
        lines.append(f"{run.name}: loss {run.certificate.value:.8g}, gap …. {run.trajectory.outcome.value}")
    gaps = [float(gap) for gap in re.findall(r", gap (\S+)\. ", printed)]
    assert re.sub(r", gap \S+\. ", ", gap …. ", printed).splitlines() == lines
    expected = [run.certificate.gap for run in solved.runs]
    assert gaps == pytest.approx(expected, rel=1e-7, abs=rounding_of(solved.problem))


def agrees_with_cvxpy(scenario, printed, sampled=False):
    solved = solve_scenario(scenario.data, scenario.training)
    size = float(solved.problem.y @ solved.problem.y) or 1.0
    value, status = re.search(r"^Optimal value: (\S+) \((\w+)\)$", printed, re.MULTILINE).groups()
    own = re.search(r"^The network's own objective: (\S+)$", printed, re.MULTILINE)[1]
    assert status == "optimal"
    assert ("Over sampled patterns only" in printed) == sampled
    if sampled:
        assert float(value) >= solved.proof.lower_bound - 1e-7 * size
    else:
        assert float(value) == pytest.approx(solved.proof.value, rel=1e-6, abs=1e-6 * size)
    assert float(own) == pytest.approx(float(value), rel=1e-6, abs=1e-6 * size)


def printed_neurons(printed):
    found = re.findall(r"^Neuron: w = \[([^\]]*)\], alpha = (\S+)$", printed, re.MULTILINE)
    W = np.array([w.split() for w, _ in found], dtype=float).T
    return Atoms(W * np.abs([float(alpha) for _, alpha in found]), np.sign([float(alpha) for _, alpha in found]))


def python_of(scenario):
    return python_snippet(scenario, solve_scenario(scenario.data, scenario.training))


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_script_over_this_package_prints_the_numbers_of_the_solved_scenario(name):
    agrees_with_python(SCENARIOS[name], in_a_fresh_interpreter(python_of(SCENARIOS[name]), ROOT))


@pytest.mark.parametrize("name", sorted(set(SCENARIOS) - {"one neuron", "wide"}))
def test_the_script_in_plain_cvxpy_finds_the_optimum_of_the_solved_scenario(name, tmp_path):
    agrees_with_cvxpy(SCENARIOS[name], in_a_fresh_interpreter(cvxpy_snippet(SCENARIOS[name]), tmp_path))


@pytest.mark.parametrize("name", ["default", "negative label", "trained", "bias, λ", "two features", "far from 1"])
def test_plain_cvxpy_recovers_the_neurons_of_the_solution_where_there_is_one_optimum(name):
    scenario = SCENARIOS[name]
    network = solve_scenario(scenario.data, scenario.training).solution.network
    here_too = merged(Atoms(network.W * np.abs(network.alpha), np.sign(network.alpha)).nonzero())
    found = printed_neurons(here(cvxpy_snippet(scenario)))
    order, other = (np.lexsort([*a.vectors.round(12), a.sign]) for a in (found, here_too))
    size = np.abs(here_too.vectors).max()
    assert found.vectors[:, order] == pytest.approx(here_too.vectors[:, other], abs=1e-3 * size)
    assert np.array_equal(found.sign[order], here_too.sign[other])


def test_without_regularisation_or_beyond_it_plain_cvxpy_prints_no_neurons_of_rounding():
    assert here(cvxpy_snippet(SCENARIOS["zero network"])).count("Neuron") == 0
    assert here(cvxpy_snippet(Scenario(Data((-0.1, 1.0), (0.0, 0.0))))).count("Neuron") == 0
    assert here(cvxpy_snippet(SCENARIOS["trained, λ = 0"])).count("Neuron") == 2


_STEPS = st.sampled_from([0.01, ((0, 0.02), (7, 1e-3))])


@st.composite
def scenarios(draw):
    features, bias = draw(st.sampled_from([(1, False), (1, True), (2, False)]))
    n, d = draw(st.integers(1, 7)), features + bias
    number = st.integers(-20, 20).map(lambda k: k / 10)
    data = Data(
        tuple(draw(st.lists(number, min_size=n * features, max_size=n * features))),
        tuple(draw(st.lists(number, min_size=n, max_size=n))),
        features,
        bias,
    )
    layer, m = draw(st.sampled_from(["ones", "trained"])), draw(st.integers(1, 4))
    weights = st.lists(number, max_size=(m + 1) * d).map(tuple)
    run = st.builds(Run, st.sampled_from(["gd", "momentum", "adam"]), _STEPS, weights, st.lists(number, max_size=m))
    training = Training(
        m=m,
        layer=layer,
        lam=draw(st.sampled_from([0.0, 0.01, 0.3, 1.0])) if layer == "trained" else 0.0,
        starts=draw(st.integers(0, 2)),
        scale=draw(st.sampled_from([1e-3, 1.0])),
        seed=draw(st.integers(0, 2**31 - 1)),
        steps=20,
        runs=tuple(draw(st.lists(run, max_size=2))),
    )
    return Scenario(data, training)


@settings(max_examples=60)
@given(scenarios())
def test_every_scenario_leaves_as_a_script_that_prints_its_numbers(scenario):
    agrees_with_python(scenario, here(python_of(scenario)))


@settings(max_examples=60)
@given(scenarios())
def test_every_scenario_leaves_as_a_program_with_its_optimum(scenario):
    agrees_with_cvxpy(scenario, here(cvxpy_snippet(scenario)))


@pytest.mark.parametrize("features", [1, 2])
def test_a_program_over_sampled_patterns_says_so_and_is_not_below_the_optimum(features):
    n = 160 if features == 1 else 6
    draw = np.random.default_rng(3)
    data = Data(tuple(draw.uniform(-1, 1, n * features)), tuple(draw.standard_normal(n)), features, bias=True)
    scenario = Scenario(data, Training(layer="trained", lam=0.2, runs=()))
    code = cvxpy_snippet(scenario)
    assert "the value can lie above the optimum, never below it" in code
    agrees_with_cvxpy(scenario, here(code), sampled=True)


@pytest.mark.parametrize("snippet", [python_of, cvxpy_snippet])
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_script_is_short_enough_to_read_and_imports_what_it_uses(snippet, name):
    code = snippet(SCENARIOS[name])
    assert max(map(len, code.splitlines())) <= 120
    assert code.endswith(")\n")
    assert "\n\n\n\n" not in code
    tree = ast.parse(code)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            assert {alias.asname or alias.name for alias in node.names} <= used
    modules = {name.split(".")[0] for name in re.findall(r"^(?:from|import) (\S+)", code, re.MULTILINE)}
    assert modules == ({"numpy", "landscape"} if snippet is python_of else {"numpy", "cvxpy"})


def test_the_factor_of_two_is_explained_where_it_stands():
    code = cvxpy_snippet(SCENARIOS["trained"])
    before, _, _ = code.partition("2 * lam * norms")
    assert before.splitlines()[-2].startswith("# 2 λ, not λ")


def rows_of(solved):
    text = runs_csv(solved)
    assert text.count("\n") == text.count("\r\n")
    table = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert all(None not in row and None not in row.values() for row in table)
    return table


@pytest.mark.parametrize("name", ["default", "bias, λ", "two features", "one side", "free output bias"])
def test_a_row_of_the_csv_is_an_iterate_exactly(name):
    scenario = SCENARIOS[name]
    solved = solve_scenario(scenario.data, scenario.training)
    table, d, m = rows_of(solved), scenario.data.d, scenario.training.m
    assert len(table) == sum(len(run.trajectory.steps) for run in solved.runs)
    for run in solved.runs:
        own = [row for row in table if row["run"] == run.name]
        path = run.trajectory
        assert {row["method"] for row in own} == {run.method}
        assert [int(row["step"]) for row in own] == path.steps.tolist()
        assert [float(row["loss"]) for row in own] == path.objective.tolist()
        for j in range(m):
            assert [float(row[f"alpha{j + 1}"]) for row in own] == path.alpha[:, j].tolist()
            for k in range(d):
                column = f"w{j + 1}" if d == 1 else f"w{j + 1}_{k + 1}"
                assert [float(row[column]) for row in own] == path.W[:, k, j].tolist()
        if solved.problem.has_output_bias:
            assert [float(row["output_bias"]) for row in own] == path.bias.tolist()
        else:
            assert "output_bias" not in own[0]


def test_beyond_twenty_neurons_the_columns_are_norms():
    scenario = SCENARIOS["wide"]
    solved = solve_scenario(scenario.data, scenario.training)
    table, path = rows_of(solved), solved.runs[0].trajectory
    assert list(table[0]) == ["run", "method", "step", "loss", "norm_of_W", "norm_of_alpha"]
    assert float(table[-1]["norm_of_W"]) == pytest.approx(np.sqrt(np.sum(path.W[-1] ** 2)), rel=1e-12)
    assert float(table[-1]["norm_of_alpha"]) == pytest.approx(np.sqrt(np.sum(path.alpha[-1] ** 2)), rel=1e-12)


def test_a_file_that_would_be_too_long_keeps_both_ends_of_every_run(monkeypatch):
    monkeypatch.setattr(tables, "MOST_CELLS", 400)
    solved = solve_scenario(Data(), Training())
    table = rows_of(solved)
    assert len(table) * len(table[0]) <= 400
    for run in solved.runs:
        steps = [int(row["step"]) for row in table if row["run"] == run.name]
        assert (steps[0], steps[-1]) == (0, run.trajectory.steps[-1])
        assert len(set(np.diff(steps))) <= 2


def test_a_scenario_without_runs_is_a_heading():
    assert runs_csv(solve_scenario(Data(), Training(runs=()))) == "run,method,step,loss\r\n"


@pytest.mark.parametrize(
    "name",
    ['=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", " =1", "\t=1", "\r=1", "＝1+1", "−1", "-x"],
)
def test_no_cell_of_the_csv_is_a_formula(name):
    solved = solve_scenario(Data(), Training())
    run = dataclasses.replace(solved.runs[0], name=name)
    solved = dataclasses.replace(solved, runs=(run, *solved.runs[1:]))
    for row in csv.reader(io.StringIO(runs_csv(solved), newline=""), strict=True):
        for cell in row:
            assert cell.strip()[0] not in "=+-@＝＋－＠\t\r" or re.fullmatch(r"-[\d.e+-]+", cell)
    assert rows_of(solved)[0]["run"].removeprefix("'") == name


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_neurons_of_the_table_add_up_to_the_optimum(name):
    scenario = SCENARIOS[name]
    solved = solve_scenario(scenario.data, scenario.training)
    table, problem = network_table(solved), solved.problem
    outputs = np.array([np.maximum(problem.X @ row.w, 0.0) * row.alpha for row in table])
    size, bias = np.abs(problem.y).max(), solved.solution.network.bias
    f = outputs.sum(axis=0) + bias
    assert f == pytest.approx(predict(problem.X, solved.solution.network), abs=1e-12 * size)
    cost = sum(np.dot(row.w, row.w) + row.alpha**2 for row in table)
    cost += bias**2 if problem.output_bias == "penalised" else 0.0
    value = np.sum((f - problem.y) ** 2) + problem.lam * cost
    assert value == pytest.approx(objective(problem, solved.solution.network), rel=1e-12, abs=1e-24)
    for count, (row, output) in enumerate(zip(table, outputs, strict=True), start=1):
        assert row.neuron == count
        assert row.norm == pytest.approx(np.sqrt(np.sum(np.square(row.w))), rel=1e-12)
        idle = sorted(set(range(problem.n)) - set(row.active))
        assert np.all(output[list(row.active)] != 0)
        assert output[idle] == pytest.approx(0, abs=1e-8 * size)


def test_a_kink_stands_where_the_neuron_begins_to_act():
    solved = solve_scenario(_TWELVE, Training(layer="trained", lam=0.05))
    rows = network_table(solved)
    assert rows
    for row in rows:
        w, b = row.w
        assert w * row.kink + b == pytest.approx(0, abs=1e-12)
        side = np.array(_TWELVE.x) - row.kink
        assert set(row.active) == set(np.flatnonzero(np.sign(w) * side > 1e-9))


@pytest.mark.parametrize("name", ["default", "one side"])
def test_without_a_bias_there_is_no_kink_to_name(name):
    scenario = SCENARIOS[name]
    assert all(row.kink is None for row in network_table(solve_scenario(scenario.data, scenario.training)))


BASES = {
    "https://example.org": "https://example.org",
    "http://localhost:8501/": "http://localhost:8501/",
    "https://example.org/app/About?x=9&embed=true#top": "https://example.org/app/About",
    "http://[::1]:8501/": "http://[::1]:8501/",
}


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("base", BASES)
def test_a_link_opens_as_the_scenario(base, name):
    address = link(SCENARIOS[name], base)
    assert address.startswith(f"{BASES[base]}?")
    again, notes = read_query(parse_qs(urlsplit(address).query))
    assert again == SCENARIOS[name]
    assert not notes


@pytest.mark.parametrize(
    "base",
    ["", "example.org", "javascript:alert(1)", "data:text/html,x", "http://", "//example.org", None, 7, "http:" * 900],
)
def test_only_an_address_of_the_web_becomes_a_link(base):
    for make in (link, embed_snippet):
        with pytest.raises(ValueError, match=r"base_url must be an address that begins with http:// or https://"):
            make(Scenario(), base)


def test_what_does_not_fit_a_link_is_said():
    scenario = Scenario(Data(tuple(range(31)), tuple(range(31))))
    with pytest.raises(ValueError, match=r"at most 60 data numbers .* has 62 numbers .*; save it as a file\."):
        link(scenario, "https://example.org")


class Frames(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("name", SCENARIOS)
def test_an_embedded_frame_shows_the_scenario(name):
    text = embed_snippet(SCENARIOS[name], "https://example.org/app", hide=("controls", "share"))
    ((tag, frame),) = Frames(text).found
    assert tag == "iframe"
    assert text.endswith("</iframe>")
    assert re.search(r"&(?!amp;|#x27;|quot;)", text) is None
    query = parse_qs(urlsplit(frame["src"]).query)
    assert query["embed"] == ["true"]
    assert query["hide"] == ["controls,share"]
    assert read_query(query) == (SCENARIOS[name], ())
    assert (int(frame["width"]), int(frame["height"])) == (960, 720)
    assert frame["title"].startswith("Hidden convex landscape: ")
    assert "hide=" not in embed_snippet(SCENARIOS[name], "https://example.org/app")


@pytest.mark.parametrize("base", ['https://example.org/"><script>alert(1)</script>', "https://example.org/'onload='x"])
def test_no_address_breaks_out_of_the_frame(base):
    ((tag, frame),) = Frames(embed_snippet(Scenario(), base)).found
    assert tag == "iframe"
    assert set(frame) == {"src", "title", "width", "height", "style", "loading", "allow"}
    assert not set(frame["src"]) & set("<>\"' ")


@pytest.mark.parametrize("hide", ["controls", ("a b",), ('"><script>',), ("",), ("x" * 41,), (None,), ("a&b=c",)])
def test_only_plain_names_are_hidden(hide):
    with pytest.raises(ValueError, match="hide must"):
        embed_snippet(Scenario(), "https://example.org", hide=hide)


def modules_of(svg):
    """The dark modules of a drawn code, its quiet zone included, read from the strokes of its path."""
    root = ET.fromstring(svg)
    side = int(root.get("viewBox").split()[2])
    ground, strokes = (node for node in root if node.tag.endswith("path"))
    assert ground.get("fill") == "#fff"
    assert ground.get("d") == f"M0 0h{side}v{side}h-{side}z"
    assert strokes.get("stroke") == "#000"
    dark, x, y = np.zeros((side, side), dtype=bool), 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]*)", strokes.get("d")):
        first, *rest = map(float, re.findall(r"-?[\d.]+", numbers))
        if command == "h":
            dark[int(y), int(x) : int(x + first)] = True
            x += first
        else:
            x, y = (first, rest[0]) if command == "M" else (x + first, y + rest[0])
    return dark


def decoded(dark):
    """The text of a code of version 1 or 2 in byte mode, by ISO/IEC 18004: unmask, read the zigzag, skip no error."""
    size = len(dark)
    mask = int("".join(str(int(bit)) for bit in dark[8, 2:5]), 2) ^ 0b101
    masks = [
        lambda i, j: (i + j) % 2,
        lambda i, j: i % 2,
        lambda i, j: j % 3,
        lambda i, j: (i + j) % 3,
        lambda i, j: (i // 2 + j // 3) % 2,
        lambda i, j: i * j % 2 + i * j % 3,
        lambda i, j: (i * j % 2 + i * j % 3) % 2,
        lambda i, j: ((i + j) % 2 + i * j % 3) % 2,
    ]
    kept = np.ones((size, size), dtype=bool)
    kept[:9, :9] = kept[:9, -8:] = kept[-8:, :9] = False
    kept[6, :] = kept[:, 6] = False
    if size == 25:
        kept[16:21, 16:21] = False
    columns = [j for j in range(size - 1, 0, -1) if j != 6]
    pairs = [(j, j - 1) for j in [*range(size - 1, 6, -2), 5, 3, 1]]
    assert sorted({c for pair in pairs for c in pair} - {0}) == sorted(columns)
    bits = ""
    for turn, pair in enumerate(pairs):
        for i in range(size - 1, -1, -1) if turn % 2 == 0 else range(size):
            bits += "".join(str(int(dark[i, j] ^ (masks[mask](i, j) == 0))) for j in pair if kept[i, j])
    assert bits[:4] == "0100"
    count = int(bits[4:12], 2)
    return bytes(int(bits[k : k + 8], 2) for k in range(12, 12 + 8 * count, 8)).decode()


@pytest.mark.parametrize("text", ["http://a.b", "https://a.org/?x=1&y=2", "https://b.org/?m=3#<&\"'>"])
def test_a_qr_code_reads_as_its_text(text):
    dark = modules_of(qr_svg(text))
    assert not dark[:4].any()
    assert not dark[-4:].any()
    assert not dark[:, :4].any()
    assert not dark[:, -4:].any()
    assert decoded(dark[4:-4, 4:-4]) == text


def test_a_qr_code_of_a_link_is_the_library_s_code():
    address = link(SCENARIOS["bias, λ"], "https://example.org/app")
    dark = modules_of(qr_svg(address))[4:-4, 4:-4]
    assert np.array_equal(dark, np.array(segno.make_qr(address, error="l").matrix, dtype=bool))


def test_a_qr_code_is_a_picture_with_a_title_that_scales():
    root = ET.fromstring(qr_svg("https://example.org", title="Link <to> this & that"))
    assert root.get("role") == "img"
    assert root.get("viewBox")
    assert root.get("width") is None
    assert next(node.text for node in root if node.tag.endswith("title")) == "Link <to> this & that"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "at least one character"),
        (None, "at least one character"),
        ("ł" * 1500, "but has 3000"),
        ("x" * 5000, "2953 bytes"),
    ],
)
def test_what_no_qr_code_holds_is_refused(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        qr_svg(text)
