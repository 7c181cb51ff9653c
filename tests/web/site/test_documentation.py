"""The documentation stands in the site: whole, from its own host, and with one copy of what it repeats."""

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

import landscape
from landscape.web.site import documentation as building
from landscape.web.site.build import LIST
from landscape.web.site.documentation import documentation

pytest.importorskip("material")

ROOT = Path(__file__).resolve().parents[3]
RESOURCE = re.compile(r"<(?:script|img|source|iframe|link)\b[^>]*?\b(?:src|href)=[\"']?([^\"' >]+)")


@pytest.fixture(scope="module")
def pages(site):
    """The pages of the documentation, by their names in the site."""
    names = [name for name in json.loads((site / LIST).read_text())["files"] if name.startswith("docs/")]
    return {name: (site / name).read_text(encoding="utf-8") for name in names if name.endswith(".html")}


def test_every_page_of_the_menu_is_there_and_the_site_leads_to_them(site, pages):
    named = re.findall(r"^  - .+: (\w+)\.md$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(named) == 8
    assert {f"docs/{name}.html" for name in named} <= set(pages)
    for page in ("index.html", "about.html", "convex-twin.html"):
        assert 'href="docs/index.html"' in (site / page).read_text(encoding="utf-8")


def test_what_a_page_loads_is_of_its_own_host_and_there(site, pages):
    for name, text in pages.items():
        loaded = RESOURCE.findall(text)
        assert loaded
        for address in loaded:
            assert not re.match(r"//|\w+:", address), f"{name} loads {address}"
            assert (site / unquote(urlsplit(urljoin(name, address)).path)).is_file(), f"{name} loads {address}"


def test_style_sheets_load_from_their_own_host(site):
    sheets = sorted((site / "docs").rglob("*.css"))
    assert len(sheets) >= 3
    for sheet in sheets:
        loaded = re.findall(r"url\(\s*['\"]?(?!data:)([^)'\"]+)|@import\s+['\"]([^'\"]+)", sheet.read_text("utf-8"))
        assert loaded == [], sheet.name


def test_every_link_within_the_site_leads_somewhere(site, pages):
    for name, text in pages.items():
        for address in re.findall(r"<a\b[^>]*?\bhref=[\"']?([^\"' >]+)", text):
            if re.match(r"https?:", address):
                continue
            target = urlsplit(urljoin(name, address))
            assert (site / unquote(target.path)).is_file(), f"{name} links to {address}"
            if target.fragment and target.path in pages:
                anchor = re.escape(unquote(target.fragment))
                assert re.search(rf"\b(?:id|name)=[\"']?{anchor}[\"' >]", pages[target.path]), f"{name}: {address}"


def test_the_way_back_to_the_app_is_on_every_page(pages):
    for name, text in pages.items():
        found = {urljoin(name, address) for address in re.findall(r"<a\b[^>]*?\bhref=[\"']?([^\"' >]+)", text)}
        assert "index.html" in found, name


@pytest.mark.parametrize("name", sorted(landscape.__all__))
def test_every_public_name_stands_in_the_reference_with_its_own_text(pages, name):
    reference = "".join(text for page, text in pages.items() if page.startswith("docs/reference/"))
    assert reference.count(f'id="landscape.{name}"') == 1


def test_the_reference_holds_what_the_public_packages_offer(pages):
    reference = "".join(text for page, text in pages.items() if page.startswith("docs/reference/"))
    for name in ("extensions.vector_output.solve", "extensions.wgan", "lessons.Lesson", "lessons.read_lesson"):
        assert f'id="landscape.{name}"' in reference


def test_formulas_are_mathml_and_no_dollar_is_left(pages):
    assert pages["docs/theorems.html"].count("<math") > 40
    for name in ("docs/index.html", "docs/theorems.html", "docs/certificates.html"):
        prose = re.sub(r"<(script|style|pre|code)\b.*?</\1>", "", pages[name], flags=re.DOTALL)
        assert "$" not in prose, name


def test_measured_figures_have_one_copy(pages):
    """The page of benchmarks is the README's section: its source holds no number of its own."""
    source = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert not re.search(r"\d", source)
    row = next(
        line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| 100, 10 |")
    )
    for cell in row.strip("|").split("|"):
        assert cell.strip() in pages["docs/benchmarks.html"]


def test_without_its_builder_or_its_sources_a_sentence_says_so(monkeypatch, tmp_path):
    said: list[str] = []
    monkeypatch.setattr(building, "BUILDERS", ("no_such_builder",))
    assert documentation(said.append) == {}
    monkeypatch.setattr(building, "CONFIGURATION", tmp_path / "mkdocs.yml")
    assert documentation(said.append) == {}
    assert "no_such_builder is not installed" in said[0]
    assert "a copy of the repository" in said[1]


def test_what_mkdocs_complains_of_is_said(monkeypatch):
    def failed(*arguments, **options):
        return subprocess.CompletedProcess(arguments, 1, stdout="", stderr="INFO - x\nWARNING -  a.md links to b.md\n")

    monkeypatch.setattr(building.subprocess, "run", failed)
    with pytest.raises(ValueError, match=r"cannot be built: WARNING -  a\.md links to b\.md"):
        documentation(lambda _: None)


def test_docstrings_become_lists_and_examples():
    script = "import doctest, docstrings; raise SystemExit(doctest.testmod(docstrings).failed)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT / "docs" / "hooks", check=False)
    assert done.returncode == 0
