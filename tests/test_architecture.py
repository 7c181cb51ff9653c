"""The house holds: every import points to a lower floor, and heavy libraries stay where they belong."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "landscape"
LONGEST = 320
"""Lines a file may have: a longer one holds two ideas."""

GROUND_UP = (
    ("problem", "numbers", "optimisers"),
    ("csv_data", "literature", "success", "slopes", "network", "geometry", "settling", "twin_surface"),
    ("surface", "datasets", "starts", "trajectory", "curvature", "reach", "fixed_layer"),
    ("descent", "patterns"),
    ("support", "critical_set"),
    ("certificate", "flow", "solver"),
    ("convex",),
    (
        "missing",
        "gated",
        "lambda_path",
        "optimal_set",
        "escape",
        "basins",
        "experiments",
        "dynamics",
        "race",
        "extensions",
    ),
    ("scenario", "verdict"),
    ("story", "presets", "reel"),
    ("scene", "export"),
    ("figures",),
    ("web",),
    ("__main__",),
)
"""The files and folders of landscape/, a row a floor: each imports from the rows above it in this list."""

FLOORS = {name: floor for floor, names in enumerate(GROUND_UP, start=1) for name in names}

MODULES = sorted(p for p in PACKAGE.rglob("*.py") if p != PACKAGE / "__init__.py")
PAGES = sorted([ROOT / "app.py", *(ROOT / "pages").glob("*.py")])
SOURCES = [p for p in PACKAGE.rglob("*") if p.suffix in {".py", ".js", ".css", ".html"}]


def test_every_file_has_a_floor() -> None:
    unknown = sorted({_floor_name(p) for p in MODULES} - set(FLOORS))
    assert not unknown, f"give it a floor in GROUND_UP of {Path(__file__).name}: {', '.join(unknown)}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_to_a_lower_floor(path: Path) -> None:
    home = _floor_name(path)
    for imported in _own_imports(path):
        name = imported.split(".")[1] if "." in imported else ""
        assert name in FLOORS, f"import it from its own file, not from {imported}"
        inside = name == home and path.parent != PACKAGE
        assert inside or FLOORS[name] < FLOORS[home], f"{home} (floor {FLOORS[home]}) imports {name} ({FLOORS[name]})"


def test_no_circle_of_imports() -> None:
    """Files of one folder may share a base, but not lean on each other."""
    graph = {_dotted(p): set(_own_imports(p)) - {_dotted(p)} for p in MODULES}
    TopologicalSorter(graph).prepare()


def test_only_figures_import_plotly() -> None:
    _only_under("plotly", PACKAGE / "figures")


def test_only_web_and_pages_import_streamlit() -> None:
    _only_under("streamlit", PACKAGE / "web", ROOT / "pages", ROOT / "app.py")


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_a_page_holds_no_mathematics(path: Path) -> None:
    """Pages choose, compute, and draw; numbers are made on the floors below."""
    heavy = {"numpy", "scipy", "cvxpy", "clarabel", "plotly", "pandas"}
    assert not heavy & {name.split(".")[0] for name in _imports(path)}


@pytest.mark.parametrize("library", ["streamlit", "plotly", "cvxpy", "scipy"])
def test_import_landscape_pulls_in_no(library: str) -> None:
    script = f"import sys, landscape; sys.exit({library!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0


def test_no_file_holds_two_ideas() -> None:
    lengths = {str(p.relative_to(ROOT)): len(p.read_text(encoding="utf-8").splitlines()) for p in SOURCES}
    too_long = {name: lines for name, lines in lengths.items() if lines > LONGEST}
    assert not too_long, f"split by idea (at most {LONGEST} lines): {too_long}"


@pytest.mark.parametrize("path", [*MODULES, PACKAGE / "__init__.py"], ids=lambda p: str(p.relative_to(PACKAGE)))
def test_everything_public_says_what_it_is(path: Path) -> None:
    module = ast.parse(path.read_text(encoding="utf-8"))
    silent = [name for name, node in [("the file", module), *_public(module.body)] if not ast.get_docstring(node)]
    assert not silent, f"no docstring: {', '.join(silent)}"


def _floor_name(path: Path) -> str:
    """The file or folder directly below landscape/ that a file belongs to."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def _dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path) -> Iterator[str]:
    """Every module that a file imports anywhere in it, functions included, in full dotted form."""
    package = _dotted(path).split(".") if path.name == "__init__.py" else _dotted(path).split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*above, *filter(None, [node.module])])
            yield from (_module_of(source, alias.name) for alias in node.names)


def _module_of(source: str, name: str) -> str:
    """``from source import name`` imports the module source.name where there is one, else source."""
    below = ROOT.joinpath(*source.split("."), name)
    return f"{source}.{name}" if below.with_suffix(".py").exists() or (below / "__init__.py").exists() else source


def _own_imports(path: Path) -> list[str]:
    return [name for name in _imports(path) if name.split(".")[0] == "landscape"]


def _only_under(library: str, *homes: Path) -> None:
    elsewhere = [
        str(path.relative_to(ROOT))
        for path in [*MODULES, PACKAGE / "__init__.py", *PAGES]
        if not any(path.is_relative_to(home) for home in homes)
        and library in {name.split(".")[0] for name in _imports(path)}
    ]
    assert not elsewhere, f"imports {library}: {', '.join(elsewhere)}"


Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _public(body: list[ast.stmt], owner: str = "") -> Iterator[tuple[str, Documented]]:
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield owner + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body, f"{node.name}.")
