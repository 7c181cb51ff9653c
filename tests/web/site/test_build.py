"""The static site is whole, asks nobody else for anything, and replaces nothing but itself."""

import gzip
import hashlib
import json
import mimetypes
import os
import re
from urllib.parse import parse_qs

import pytest

from landscape.__main__ import DONE, REFUSED, TROUBLE, main
from landscape.scenario import read_query
from landscape.scenario.presets import PRESETS
from landscape.web import about
from landscape.web.assets import stage_sources
from landscape.web.beyond.settings import SETTINGS
from landscape.web.modules import named_module, without_comments
from landscape.web.site import build
from landscape.web.site.build import LIST, write_site
from landscape.web.site.markdown import as_html, inline
from landscape.web.site.tex import mathml

DOCS = "docs/"
PAGES = ("index.html", "convex-twin.html", "dynamics.html", "race.html", "beyond.html", "about.html")
NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML", "http://www.w3.org/1999/xhtml"}


def unpacked(path):
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


@pytest.fixture(scope="module")
def names(site):
    return json.loads((site / LIST).read_text())["files"]


def test_the_list_names_every_file_and_no_other(site, names):
    there = sorted(path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    assert there == names
    assert set(PAGES) < set(names)


def test_what_pages_load_is_named_by_its_contents(site, names):
    for name in names:
        if name.startswith("files/"):
            stamp = hashlib.sha256((site / name).read_bytes()).hexdigest()[:12]
            assert re.search(rf"-{stamp}\.", name)


def test_no_file_of_ours_names_another_host(site, names):
    for name in names:
        if name.endswith(".png") or "plotly" in name or name.startswith(DOCS):
            continue
        text = unpacked(site / name).decode()
        assert set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+(?:/[\w./-]*)?", text)) <= NAMESPACES, name


@pytest.mark.parametrize("page", PAGES)
def test_every_address_of_a_page_is_relative_and_there(site, page):
    text = (site / page).read_text(encoding="utf-8")
    given = re.search(r'<script type="application/json" id="files">(.*?)</script>', text)
    loaded = [json.loads(given[1])[key] for key in ("modules", "plotly", "words")] if given else []
    addresses = re.findall(r'(?:href|src|data-picture|data-lesson)="([^"#]+)', text) + loaded
    assert len(addresses) > 6
    for address in addresses:
        assert not re.match(r"/|\w+:", address)
        assert (site / address).is_file(), address


def test_hosts_know_each_kind_of_file_by_its_name(names):
    # Notebooks are kept as files, and not shown.
    kinds = {name: mimetypes.guess_type(name)[0] for name in names if not name.endswith(".ipynb")}
    known = {"text/html", "text/css", "text/javascript", "application/javascript", "application/json"}
    known |= {"image/png", "image/webp"}
    assert set(kinds.values()) <= known, kinds


def test_all_of_it_is_small_once_it_is_compressed(site, names):
    sizes = {name: len(gzip.compress((site / name).read_bytes(), 9)) for name in names}
    first = [name for name in names if not name.startswith(DOCS)]
    assert sum((site / name).stat().st_size for name in first) <= 3_000_000  # where a host does not compress
    assert sum(sizes[name] for name in first) <= 2_000_000, sizes
    assert sum(sizes.values()) <= 2_600_000, sizes


def test_the_service_worker_keeps_every_file_but_itself_the_list_and_what_is_kept_as_it_is_read(site, names):
    code = (site / "sw.js").read_text()
    found = re.search(r"const FILES = (\[.*\]);", code)
    assert sorted([*json.loads(found[1]), "sw.js", LIST]) == [name for name in names if not name.startswith(DOCS)]
    assert f'const READ = new URL("{DOCS}", HERE).href;' in code


def test_presets_are_links_that_open_as_they_are(site):
    text = (site / "index.html").read_text(encoding="utf-8")
    found = json.loads(re.search(r'id="presets-data">(.*?)</script>', text)[1])
    assert [(p["name"], p["title"], p["caption"]) for p in found] == [(p.name, p.title, p.caption) for p in PRESETS]
    for link, preset in zip(found, PRESETS, strict=True):
        assert read_query(parse_qs(link["query"])) == (preset.scenario, ())


def test_a_recording_invites_to_nothing_that_only_the_app_can_do(site, names):
    inviting = re.compile(r"\b([Dd]rag|[Cc]lick|[Dd]ouble-click|[Tt]ype|[Pp]aste)\b")
    recordings = [name for name in names if re.match(r"files/(convex-twin|dynamics|race|beyond)-", name)]
    assert len(recordings) == 3 + len(SETTINGS)
    for name in recordings:
        update = json.loads((site / name).read_text(encoding="utf-8"))
        texts = [text for view in update["views"] for text in (view["caption"], view["invitation"])]
        texts += [text for said in update["state"]["sentences"] for text in (said["text"], said["why"])]
        assert not [text for text in texts if inviting.search(text)]
        assert not [action for said in update["state"]["sentences"] for action in said["actions"]]


def test_about_says_what_it_says_in_the_app(site):
    text = (site / "about.html").read_text(encoding="utf-8")
    for section in (*about.LEFT, *about.RIGHT, *about.BELOW):
        assert f'id="{section.anchor}">{section.title}</h' in text
        for part in section.parts:
            assert (mathml(part.tex, block=True) if isinstance(part, about.Formula) else as_html(part)) in text
    assert text.count("<math") > 50


def test_markdown_and_tex_become_html():
    assert inline("**(1)** *is* $x_1 < 2$ & **so is $2\\lambda$**.") == (
        "<strong>(1)</strong> <em>is</em> <math><mrow><msub><mi>x</mi><mn>1</mn></msub><mo>&lt;</mo><mn>2</mn></mrow>"
        "</math> &amp; <strong>so is <math><mrow><mn>2</mn><mi>λ</mi></mrow></math></strong>."
    )
    assert as_html("- one\n- two") == "<ul><li>one</li><li>two</li></ul>"
    with pytest.raises(ValueError, match="nabla"):
        mathml("\\nabla f")


def test_comments_go_and_code_stays():
    code = "// head\n/**\n * doc\n */\nconst a = `\n  // kept\n`; // tail\n  /** @type {X} */ (a).b();\n\n"
    assert without_comments(code) == "const a = `\n  // kept\n`; // tail\n/** @type {X} */ (a).b();\n"
    for source in stage_sources("alone"):
        if source.suffix == ".js":
            name, code = named_module(source)
            bare = without_comments(code)
            assert len(bare) < len(code), name
            assert not re.search(r'from "\.', bare), name
            # Every statement is still there: the same braces, strings and words of code.
            plain = re.sub(r"/\*.*?\*/|^\s*//.*?$", "", code, flags=re.S | re.M)
            assert re.sub(r"\s", "", re.sub(r"/\*.*?\*/", "", bare, flags=re.S)) == re.sub(r"\s", "", plain), name


@pytest.fixture
def small(monkeypatch):
    """A site of two files, which differ from one writing to the next."""
    contents = {"index.html": b"one", "files/a-1.js": b"a"}
    monkeypatch.setattr(build, "_contents", lambda said: dict(contents))
    return contents


def test_a_site_replaces_itself_and_nothing_else(small, tmp_path):
    folder = tmp_path / "new" / "site"
    write_site(folder)
    (folder / "CNAME").write_text("example.org")
    del small["files/a-1.js"]
    small.update({"index.html": b"two", "files/a-2.js": b"b"})
    assert write_site(folder) == ["files/a-2.js", "index.html", LIST]
    assert (folder / "index.html").read_bytes() == b"two"
    assert (folder / "CNAME").read_text() == "example.org"
    assert not (folder / "files/a-1.js").exists()
    small["CNAME"] = b"ours"
    with pytest.raises(ValueError, match="holds CNAME, which is not of the site: nothing was written"):
        write_site(folder)
    assert (folder / "CNAME").read_text() == "example.org"


def test_a_folder_that_is_not_ours_stays_as_it_is(small, tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("mine")
    assert main(["site", str(tmp_path)]) == REFUSED
    assert "holds other things" in capsys.readouterr().err
    assert main(["site", str(tmp_path / "thesis.txt")]) == REFUSED
    assert "is a file: the site needs a folder" in capsys.readouterr().err
    assert main(["site", str(tmp_path / "thesis.txt" / "site")]) == TROUBLE
    assert "The site cannot be written into" in capsys.readouterr().err
    assert os.listdir(tmp_path) == ["thesis.txt"]
    for text in ("[]", "{}", "not JSON", '{"files": 3}'):
        (tmp_path / LIST).write_text(text)
        assert main(["site", str(tmp_path)]) == REFUSED
        assert "does not list the files of a site" in capsys.readouterr().err


def test_a_list_cannot_name_what_is_outside(small, tmp_path):
    folder, outside = tmp_path / "site", tmp_path / "outside.txt"
    outside.write_text("mine")
    write_site(folder)
    (folder / LIST).write_text(json.dumps({"files": ["index.html", "files/a-1.js", "../outside.txt", str(outside), 7]}))
    write_site(folder)
    assert outside.read_text() == "mine"


def test_a_folder_without_write_permission_is_named(small, tmp_path, capsys, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied", str(tmp_path / "index.html"))

    monkeypatch.setattr(build, "_write", refuse)
    assert main(["site", str(tmp_path)]) == TROUBLE
    assert "Permission denied" in capsys.readouterr().err


def test_the_command_says_what_it_wrote(small, tmp_path, capsys):
    assert main(["site", str(tmp_path)]) == DONE
    assert f"3 files, 0.0 MB, are in {tmp_path}" in capsys.readouterr().out
