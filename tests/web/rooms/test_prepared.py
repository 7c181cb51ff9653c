"""A prepared lesson is compressed once, comes back whole from its bytes, and damaged bytes are no lesson."""

from __future__ import annotations

import asyncio
import json

import brotli
import pytest
from hypothesis import given, strategies as st
from loops import run_apart
from room_visits import LECTURER, SCENES, lesson

from landscape.web.rooms import prepared as module
from landscape.web.rooms.log import Deed
from landscape.web.rooms.prepared import MOST_BYTES, MOST_SCENES, Packed, PreparedLesson

texts = st.binary(max_size=200)


@given(st.text(), st.lists(st.tuples(texts, texts), min_size=1, max_size=5), texts)
def test_a_lesson_comes_back_from_its_bytes(title, scenes, lecturer):
    made = PreparedLesson.of(title, scenes, lecturer)
    again = PreparedLesson.from_bytes(made.to_bytes())
    assert again == made
    assert again.title == title
    assert again.lecturer.whole() == lecturer
    assert [(scene.hidden.whole(), scene.whole.whole()) for scene in again.scenes] == scenes
    assert [scene.holds_back for scene in again.scenes] == [hidden != whole for hidden, whole in scenes]
    deed = Deed("a hash", made)
    assert Deed.from_bytes(deed.to_bytes()) == deed


def test_bytes_that_were_cut_anywhere_are_no_lesson():
    contents = Deed("a hash", lesson()).to_bytes()
    for cut in range(len(contents)):
        with pytest.raises(ValueError, match=r"This is no|not whole"):
            Deed.from_bytes(contents[:cut])
    empty = {"title": "", "lecturer": 0, "scenes": []}
    for head in ([], {}, empty, {**empty, "scenes": [[]]}, {**empty, "scenes": 1}, {**empty, "lecturer": "1"}):
        with pytest.raises(ValueError, match=r"This is no|not whole"):
            PreparedLesson.from_bytes(json.dumps(head).encode() + b"\n")


def test_five_hundred_phones_cost_one_compression(monkeypatch):
    made = []

    def encoded(body, encoding):
        made.append(encoding)
        return brotli.compress(body)

    packed = Packed.of(json.dumps(list(range(1000))).encode())
    monkeypatch.setattr(module, "encoded", encoded)

    async def all_of_them():
        return await asyncio.gather(*(packed.form(encoding) for encoding in ("br", "gzip") * 250))

    forms = run_apart(all_of_them())
    assert made == ["br"]
    assert len(set(forms)) == 2
    assert brotli.decompress(forms[0]) == packed.whole() == run_apart(packed.form(None))


def test_a_lesson_that_is_too_large_or_has_no_scene_is_refused_with_a_sentence():
    with pytest.raises(ValueError, match="from 1 to"):
        PreparedLesson.of("", [], b"")
    with pytest.raises(ValueError, match="from 1 to"):
        PreparedLesson.of("", SCENES[:1] * (MOST_SCENES + 1), LECTURER)
    with pytest.raises(ValueError, match="20 MB is the most"):
        PreparedLesson.of("", SCENES, b" " * MOST_BYTES)
