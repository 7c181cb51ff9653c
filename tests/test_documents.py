"""What README and documentation print is what their code prints, and what they name is there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
import written_blocks
from written_blocks import LANGUAGES, blocks, fences, without

import landscape

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

OPTIONAL = frozenset({"torch", "sklearn", "plotly"})
"""Libraries that come with an extra: where one is missing, what needs it is left out, and the test says so."""


def _hook(name: str):
    """A file of docs/hooks, which is in no package."""
    spec = spec_from_file_location(name, ROOT / "docs" / "hooks" / f"{name}.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


with_sections = _hook("sections").with_sections
TEXTS = {path: with_sections(path.read_text(encoding="utf-8")) for path in DOCUMENTS}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


RUN = {path: ran for path, text in TEXTS.items() if (ran := [block for block in blocks(text) if block.runs])}


def test_readme_and_the_first_pages_have_examples() -> None:
    with_examples = {_name(path) for path, found in RUN.items() if any(block.printed for block in found)}
    assert {"README.md", "docs/index.md", "docs/certificates.md", "docs/theorems.md"} <= with_examples


@pytest.mark.parametrize("path", RUN, ids=_name)
def test_the_code_of_a_document_runs_in_order_and_prints_what_stands_below_it(path: Path, tmp_path: Path) -> None:
    missing = {name for name in OPTIONAL if find_spec(name) is None}
    given = without(RUN[path], lambda block: bool(block.imported & missing))
    done = subprocess.run(
        [sys.executable, "-W", "error", written_blocks.__file__],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        input=json.dumps([(block.language, block.code) for block in given]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for block, output in zip(given, json.loads(done.stdout), strict=True):
        assert block.printed is None or output == block.printed, block.code
    if left := [block for block in RUN[path] if block not in given]:
        needed = sorted(frozenset[str]().union(*(block.imported for block in left)) & missing)
        pytest.skip(f"{len(left)} of {len(RUN[path])} blocks need {', '.join(needed)}, which is not installed")


def test_what_builds_on_a_block_that_cannot_be_run_is_left_out_and_nothing_else() -> None:
    text = "".join(
        f"```python\n{code}\n```\n" for code in ("a = 1", "import x\nb = 2", "c = a", "d = b", "b = 3", "e = b")
    )
    kept = without(blocks(text), lambda block: "x" in block.imported)
    assert [block.code.strip() for block in kept] == ["a = 1", "c = a", "b = 3", "e = b"]


def test_every_file_of_docs_that_a_document_names_is_there() -> None:
    named = {name for text in TEXTS.values() for name in re.findall(r"`(docs/[\w/]+\.\w+)`", text)}
    assert not {name for name in named if not (ROOT / name).exists()}


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_code_is_in_sight_on_a_page_of_1280_pixels(path: Path) -> None:
    code = [text for language, text in fences(path.read_text(encoding="utf-8")) if language != "text"]
    assert [line for text in code for line in text.splitlines() if len(line) > 88] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_every_name_that_a_document_imports_is_public(path: Path) -> None:
    named = frozenset[str]().union(*(block.names for block in blocks(TEXTS[path])))
    assert named <= set(dir(landscape))


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_no_code_escapes_being_run(path: Path) -> None:
    """A fence says what it holds, and a command of this package that stands on a line of its own stands in one."""
    text = TEXTS[path]
    assert {language for language, _ in fences(text)} <= LANGUAGES
    outside = re.sub(r"^(```+).*?^\1", "", text, flags=re.MULTILINE | re.DOTALL)
    assert "```" not in outside
    commands = re.findall(r"^(?: {4}|\t)(?:python -m landscape .*|>>> .*|from landscape .*)", outside, re.MULTILINE)
    assert [line for line in commands if "--scheduler" not in line] == []


@pytest.mark.parametrize(
    "link", re.findall(r"\]\((?!https?://|#)([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
)
def test_a_link_within_the_repository_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


NAMED_COMMANDS = sorted({target for text in TEXTS.values() for target in re.findall(r"`make (\w+)", text)})


@pytest.mark.parametrize("target", NAMED_COMMANDS)
def test_a_named_command_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
