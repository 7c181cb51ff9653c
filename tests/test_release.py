"""A release is one thing: its version, its changelog, what it is cited as, and what an installation brings."""

from __future__ import annotations

import datetime
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import landscape

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
EXTRAS = {name: [Requirement(line) for line in lines] for name, lines in PROJECT["optional-dependencies"].items()}
RELEASES = re.findall(r"^## \[(.+?)\](?: - (.+))?$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

REFERENCE_TYPES = {"article", "book", "conference-paper", "software", "report", "thesis", "website"}
"""Those of the citation file format's that are used here, or might be."""


def pinned(*files: str) -> dict[str, Version]:
    """The versions that requirements files pin."""
    lines = [line for file in files for line in (ROOT / file).read_text(encoding="utf-8").splitlines()]
    found = [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]
    assert all(str(one.specifier).startswith("==") for one in found)
    return {canonicalize_name(one.name): Version(str(one.specifier)[2:]) for one in found}


def test_the_changelog_begins_with_what_is_unreleased_and_then_has_this_version() -> None:
    assert RELEASES[0] == ("Unreleased", "")
    assert RELEASES[1][0] == landscape.__version__


def test_releases_go_back_in_time_and_each_has_its_date() -> None:
    versions = [Version(name) for name, _ in RELEASES[1:]]
    dates = [datetime.date.fromisoformat(date) for _, date in RELEASES[1:]]
    assert versions == sorted(set(versions), reverse=True)
    assert dates == sorted(dates, reverse=True)


def test_the_citation_is_of_this_version_its_day_and_these_authors() -> None:
    assert CITATION["version"] == landscape.__version__
    assert CITATION["date-released"] == datetime.date.fromisoformat(RELEASES[1][1])
    assert CITATION["authors"] == PROJECT["authors"]
    assert CITATION["license"] == PROJECT["license"]


def test_the_citation_file_has_the_keys_that_its_format_asks_for() -> None:
    """Of https://github.com/citation-file-format/citation-file-format, schema 1.2.0."""
    assert CITATION["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(CITATION)
    assert CITATION["type"] in {"software", "dataset"}
    assert isinstance(CITATION["version"], str)
    allowed = {
        "abstract",
        "authors",
        "cff-version",
        "date-released",
        "keywords",
        "license",
        "message",
        "references",
        "title",
        "type",
        "version",
    }
    assert set(CITATION) <= allowed
    for reference in CITATION["references"]:
        assert {"type", "title", "authors"} <= set(reference)
        assert reference["type"] in REFERENCE_TYPES
        assert isinstance(reference["year"], int)
        assert all(set(person) <= {"family-names", "given-names", "name"} for person in reference["authors"])


def test_everything_is_all_extras_together() -> None:
    (everything,) = EXTRAS["all"]
    assert everything.name == PROJECT["name"]
    assert everything.extras == set(EXTRAS) - {"all"}


def test_what_is_tried_is_what_an_installation_may_bring() -> None:
    """The versions that the tests run on are among those that the package asks for."""
    tried = pinned("requirements.txt", "requirements-dev.txt")
    asked = [Requirement(line) for line in PROJECT["dependencies"]]
    asked += [one for name, group in EXTRAS.items() if name not in {"all", "torch"} for one in group]
    for requirement in asked:
        version = tried[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{requirement} is tried with {version}"


def test_hosts_are_asked_for_nothing_that_the_app_does_not_need() -> None:
    of_the_app = {canonicalize_name(one.name) for one in EXTRAS["app"]}
    of_the_package = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}
    assert set(pinned("requirements.txt")) == of_the_app | of_the_package


def test_the_pytorch_of_the_tests_is_one_that_the_package_asks_for() -> None:
    import pytorch

    (requirement,) = EXTRAS["torch"]
    assert requirement.specifier.contains(Version(pytorch.VERSION))
    assert all(any(pytorch.VERSION in given for given in arguments) for _, arguments in pytorch.commands())


@pytest.mark.parametrize("name", sorted(EXTRAS))
def test_an_extra_is_explained_where_one_starts(name: str) -> None:
    assert f"\n| `{name}` |" in (ROOT / "docs" / "index.md").read_text(encoding="utf-8")


def test_the_classifiers_name_the_pythons_that_are_asked_for() -> None:
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    assert Version(min(named, key=Version)) == Version(PROJECT["requires-python"].removeprefix(">="))
    comment = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()[0]
    assert [name for name in named if name not in comment] == []
