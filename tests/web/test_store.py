"""What is kept for links comes back whole or not at all, and never takes more room than it may."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from landscape.scenario.kept import key_of
from landscape.web.store import FOLDER_VARIABLE, DiskStore, store


@pytest.fixture
def kept(tmp_path: Path) -> DiskStore:
    return DiskStore(tmp_path / "kept", most_bytes=1000, largest=400)


def test_a_document_comes_back_as_it_was_under_the_digest_of_it(kept):
    for document in ("{}", '{"x": [1, 2]}', "é·10⁻⁹", ""):
        assert kept.put(document) == key_of(document)
        assert kept.get(key_of(document)) == document
    assert kept.put("{}") == kept.put("{}")


def test_a_key_names_a_hundred_bits_and_no_path():
    keys = {key_of(str(k)) for k in range(1000)}
    assert len(keys) == 1000
    assert {len(key) for key in keys} == {20}


@pytest.mark.parametrize("key", ["", "..", "../kept", "/etc/passwd", "A" * 20, "a" * 19, "a" * 21, "a" * 20, "ä" * 20])
def test_what_is_no_key_or_names_nothing_has_no_document(kept, key):
    kept.put("{}")
    assert kept.get(key) is None


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b"x" * 1000])
def test_a_damaged_document_is_not_kept(kept, damage):
    key = kept.put('{"x": 1}')
    (kept.folder / key).write_bytes(damage)
    assert kept.get(key) is None
    assert kept.put('{"x": 1}') == key
    assert kept.get(key) == '{"x": 1}'


def test_too_large_a_document_is_refused_in_a_sentence(kept):
    with pytest.raises(ValueError, match=r"too large to be kept here: 400 characters"):
        kept.put("x" * 401)


def test_where_nothing_can_be_written_a_sentence_says_so(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ValueError, match="no place to write"):
        DiskStore(tmp_path / "file").put("{}")
    assert DiskStore(tmp_path / "file").get(key_of("{}")) is None


def test_the_room_is_bounded_and_what_was_not_used_for_longest_goes_first(kept):
    draw = random.Random(0)
    documents = [f"{k}" + "x" * draw.randrange(50, 300) for k in range(40)]
    now = time.time()
    for age, document in enumerate(documents):
        key = kept.put(document)
        os.utime(kept.folder / key, (now - 1000 + age, now - 1000 + age))
        assert sum(file.stat().st_size for file in kept.folder.iterdir()) <= 1000
    alive = [kept.get(key_of(document)) is not None for document in documents]
    assert alive == sorted(alive)
    assert alive[-1]
    assert not alive[0]


def test_what_was_opened_lately_outlives_what_was_kept_later(kept):
    first, second, third = ("a" * 400, "b" * 400, "c" * 400)
    for age, document in ((50, first), (40, second)):
        os.utime(kept.folder / kept.put(document), (time.time() - age,) * 2)
    assert kept.get(key_of(first)) == first
    kept.put(third)
    assert [kept.get(key_of(document)) is not None for document in (first, second, third)] == [True, False, True]


def test_what_was_not_used_for_its_days_expires(tmp_path):
    kept = DiskStore(tmp_path, most_days=1)
    old = kept.put("old")
    os.utime(tmp_path / old, (time.time() - 90_000,) * 2)
    kept.put("new")
    assert kept.get(old) is None
    assert kept.get(key_of("new")) == "new"


def test_other_files_of_the_folder_are_left_alone_and_unfinished_ones_expire(tmp_path):
    kept = DiskStore(tmp_path, most_bytes=100)
    (tmp_path / "notes.txt").write_text("x" * 500)
    unfinished = tmp_path / ".unfinished-abc"
    unfinished.write_text("x" * 500)
    kept.put("{}")
    assert unfinished.exists()
    os.utime(unfinished, (time.time() - 10_000,) * 2)
    kept.put("[]")
    assert (tmp_path / "notes.txt").exists()
    assert not unfinished.exists()


def test_several_processes_keep_and_expire_at_once_without_an_error(tmp_path):
    work = (
        "import random, sys; from pathlib import Path; from landscape.web.store import DiskStore\n"
        "kept, draw = DiskStore(Path(sys.argv[1]), most_bytes=3000), random.Random(int(sys.argv[2]))\n"
        "for k in range(200):\n"
        "    document = str(draw.randrange(30)) * 100\n"
        "    key = kept.put(document)\n"
        "    found = kept.get(key)\n"
        "    assert found in (document, None)\n"
    )
    command = [sys.executable, "-c", work, str(tmp_path / "kept")]
    root = Path(__file__).resolve().parents[2]
    running = [subprocess.Popen([*command, str(seed)], cwd=root, stderr=subprocess.PIPE) for seed in range(3)]
    errors = [process.communicate()[1].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], errors
    assert sum(file.stat().st_size for file in (tmp_path / "kept").iterdir()) <= 3000


def test_the_environment_names_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "named"))
    key = store().put("{}")
    assert (tmp_path / "named" / key).read_text() == "{}"
    monkeypatch.delenv(FOLDER_VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert store().get(key) is None
    store().put("{}")
    assert (tmp_path / "caches" / "hidden-convex-landscape" / "kept" / key).read_text() == "{}"
