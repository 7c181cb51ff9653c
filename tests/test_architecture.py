"""The house holds: every import points to a lower wing, and heavy libraries stay where they belong."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "landscape"
GROUND_UP = (
    ("formatting", "proof_file"),
    ("model",),
    ("geometry",),
    ("convex",),
    ("training",),
    ("loss", "extensions", "experiments", "scenario", "interop", "estimators"),
    ("results",),
    ("scene",),
    ("lessons",),
    ("figures",),
    ("plot", "web"),
    ("__main__",),
)
"""The wings of landscape/ from the ground up: each imports from the rows above it in this list, and from itself."""

HEIGHT = {name: height for height, names in enumerate(GROUND_UP) for name in names}

PAGE_FOLDERS = frozenset({"front", "convex_twin", "dynamics", "race", "beyond", "lecture"})
"""The folders of web/ that hold one page each."""

MODULES = sorted(p for p in PACKAGE.rglob("*.py") if p != PACKAGE / "__init__.py")
PAGES = sorted([ROOT / "front.py", *(ROOT / "pages").glob("*.py")])

STAGE = PACKAGE / "web" / "stage" / "js"
STAGE_MODULES = sorted(STAGE.rglob("*.js"))
STAGE_FOLDERS = {
    "engine": (),
    "view": (),
    "play": ("engine", "view"),
    "drag": ("engine", "view", "fields"),
    "keys": ("engine", "view"),
    "bridge": ("engine", "view", "drag"),
    "heard": ("engine", "view"),
    "fields": ("engine", "view"),
    "lesson": ("engine", "view"),
    "": ("engine", "view", "play", "drag", "bridge", "keys", "heard", "lesson"),
    "front": ("engine", "view", "fields"),
    "alone": ("engine", "view", "play", "drag", "bridge", "heard", "fields", "lesson", "front", "stage.js"),
    "rooms": ("engine", "view", "fields", "lesson", "alone"),
}
"""The folders of the stage's JavaScript, and which others each may import; "" is stage.js, which "alone" imports, and
which imports "front" where a page needs it."""


def _page_folder(path: Path) -> str:
    """The folder of a page that a file belongs to, or nothing."""
    parts = path.relative_to(PACKAGE).parts
    return parts[1] if parts[0] == "web" and parts[1] in PAGE_FOLDERS else ""


def test_every_file_belongs_to_a_wing() -> None:
    unknown = sorted({_wing(p) for p in MODULES} - set(HEIGHT))
    assert not unknown, f"give it a wing of GROUND_UP in {Path(__file__).name}: {', '.join(unknown)}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_to_a_lower_wing(path: Path) -> None:
    home = _wing(path)
    for imported in _own_imports(path):
        wing = imported.split(".")[1] if "." in imported else ""
        assert wing in HEIGHT, f"import it from its own file, not from {imported}"
        assert wing == home or HEIGHT[wing] < HEIGHT[home], f"{home} imports {wing}, which is not below it"


@pytest.mark.parametrize("path", [p for p in MODULES if p.is_relative_to(PACKAGE / "proof_file")], ids=lambda p: p.name)
def test_the_checker_of_proofs_needs_only_python_itself(path: Path) -> None:
    others = {name for name in _imports(path) if name.split(".")[0] not in sys.stdlib_module_names}
    assert all(name.startswith("landscape.proof_file.") for name in others), "a proof is checked without a solver"


def test_no_circle_of_imports() -> None:
    """Files of one folder may share a base, but not lean on each other."""
    graph = {_dotted(p): set(_own_imports(p)) - {_dotted(p)} for p in MODULES}
    TopologicalSorter(graph).prepare()


def test_only_plot_imports_plotly() -> None:
    _only_under("plotly", PACKAGE / "plot")


def test_only_web_and_pages_import_streamlit() -> None:
    _only_under("streamlit", PACKAGE / "web", ROOT / "pages", ROOT / "app.py", ROOT / "front.py")


@pytest.mark.parametrize("library", ["torch", "sklearn"])
def test_what_is_an_extra_is_loaded_by_the_call_that_needs_it(library: str) -> None:
    """By name, so that nothing is imported where it is not installed; estimators extend classes of scikit-learn."""
    _only_under(library, *([PACKAGE / "estimators"] if library == "sklearn" else []))


@pytest.mark.parametrize("path", [p for p in MODULES if _page_folder(p)], ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_page_folder_imports_no_other(path: Path) -> None:
    """What pages share is in web/shared."""
    others = tuple(f"landscape.web.{folder}." for folder in PAGE_FOLDERS - {_page_folder(path)})
    borrowed = sorted(name for name in _own_imports(path) if f"{name}.".startswith(others))
    assert not borrowed, f"move to web/shared what it needs of {', '.join(borrowed)}"


@pytest.mark.parametrize(
    "path", [p for p in MODULES if p.is_relative_to(PACKAGE / "web")], ids=lambda p: str(p.relative_to(PACKAGE))
)
def test_a_widget_calls_nothing_once_another_page_is_shown(path: Path) -> None:
    """What may be called later says that it checks the page: see ``on_its_page`` of web/session."""
    checked = ("on_its_page(", "chosen_here(", "if_chosen(", "'rerun'", "'ignore'", "job.stop")
    tree = ast.parse(path.read_text())
    named = {
        ast.unparse(node.targets[0]): ast.unparse(node.value) for node in ast.walk(tree) if isinstance(node, ast.Assign)
    }
    called = [
        ast.unparse(given.value)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for given in call.keywords
        if given.arg in {"on_click", "on_change", "on_event_change"}
    ]
    assert not [act for act in called if not named.get(act, act).startswith(checked)]


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_a_page_holds_no_mathematics(path: Path) -> None:
    """Pages choose, compute, and draw; numbers are made in the wings below."""
    heavy = {"numpy", "scipy", "cvxpy", "clarabel", "plotly", "pandas"}
    assert not heavy & {name.split(".")[0] for name in _imports(path)}


@pytest.mark.parametrize("path", STAGE_MODULES, ids=lambda p: str(p.relative_to(STAGE)))
def test_the_stages_folders_import_only_those_below(path: Path) -> None:
    """Types, which stand in comments, may come from anywhere; the engine needs no page at all."""
    home = path.relative_to(STAGE).parts[0] if path.parent != STAGE else ""
    for source in re.findall(r'^(?:import|export)\b[^;]*?\bfrom "(\.[^"]+)";', path.read_text(encoding="utf-8"), re.M):
        imported = (path.parent / source).resolve()
        assert imported.is_file(), f"{source} is no file"
        folder = imported.relative_to(STAGE).parts[0]
        assert folder == home or folder in STAGE_FOLDERS[home], f"{home or path.name} imports {folder}"


@pytest.mark.parametrize("path", STAGE_MODULES, ids=lambda p: str(p.relative_to(STAGE)))
def test_only_one_file_reads_what_plotly_does_not_document(path: Path) -> None:
    internal = re.findall(
        r"\b_(?:full|off|len|scene|context)\w*|\b__data__|\b[dlp]2[dlp]\b|\.calcdata|\.crawl\b", path.read_text()
    )
    assert path.name == "plotly_internals.js" or not internal


@pytest.mark.parametrize("library", ["streamlit", "plotly", "kaleido", "cvxpy", "scipy", "torch", "sklearn"])
def test_import_landscape_pulls_in_no(library: str) -> None:
    script = f"import sys, landscape; sys.exit({library!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("path", [*MODULES, PACKAGE / "__init__.py"], ids=lambda p: str(p.relative_to(PACKAGE)))
def test_everything_public_says_what_it_is(path: Path) -> None:
    module = ast.parse(path.read_text(encoding="utf-8"))
    silent = [name for name, node in [("the file", module), *_public(module.body)] if not ast.get_docstring(node)]
    assert not silent, f"no docstring: {', '.join(silent)}"


def _wing(path: Path) -> str:
    """The folder, or single file, directly below landscape/ that a file belongs to."""
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


NAMED_FILE = re.compile(r"\b(?:landscape|tests|benchmarks|pages)/[\w/]+\.(?:py|js|ts|css)\b")
TEXTS = [
    path
    for pattern in (
        "landscape/**/*.py",
        "landscape/**/*.js",
        "tests/**/*.py",
        "benchmarks/**/*.py",
        "pages/*.py",
        "*.md",
    )
    for path in sorted(ROOT.glob(pattern))
]


def test_every_file_that_a_comment_or_a_document_names_is_there() -> None:
    missing = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in TEXTS
        for name in NAMED_FILE.findall(path.read_text(encoding="utf-8"))
        if not (ROOT / name).exists()
    ]
    assert not missing


Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _public(body: list[ast.stmt], owner: str = "") -> Iterator[tuple[str, Documented]]:
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield owner + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body, f"{node.name}.")
