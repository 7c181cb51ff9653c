"""A process that ends, however it ends, finds its rooms again, and of a closed room nothing is kept."""

from __future__ import annotations

import importlib
import os
import stat
from pathlib import Path

import pytest
from loops import run_apart
from room_visits import lesson

from landscape.web.rooms.disk_log import DiskLog
from landscape.web.rooms.hall import Hall
from landscape.web.rooms.log import KEPT_SECONDS, Deed, Follower
from landscape.web.rooms.refusals import RefusedError
from landscape.web.rooms.room import Room, answer, read, steer, written

PHONE = "a-phone-of-the-hall"
ENTRIES = [
    steer(1),
    answer(1, PHONE, "first"),
    answer(1, f"{PHONE}-2", "é\n=1"),
    answer(1, PHONE, {"x": [1, 2]}),
    steer(1, locked=True),
    answer(1, PHONE, "too late"),
    steer(2, revealed=False),
]


def after(entries):
    room = Room(3)
    for entry in entries:
        room.apply(entry)
    return room


async def written_by_a_hall(folder: Path) -> str:
    hall = Hall(DiskLog(folder))
    async with hall.running():
        code, _ = await hall.opened(lesson())
        held = await hall.room(code)
        for entry in ENTRIES:
            await hall._append(held, entry)
        assert held.room == after(ENTRIES)
    return code


async def found_again(folder: Path, code: str) -> Room:
    hall = Hall(DiskLog(folder))
    async with hall.running():
        return (await hall.room(code)).room


def test_a_restart_finds_the_room_as_it_was(tmp_path):
    code = run_apart(written_by_a_hall(tmp_path / "kept" / "rooms"))
    assert run_apart(found_again(tmp_path / "kept" / "rooms", code)) == after(ENTRIES)


def test_a_log_that_was_cut_at_any_byte_is_the_whole_lines_before_and_goes_on_after_them(tmp_path):
    code = run_apart(written_by_a_hall(tmp_path))
    log = tmp_path / f"{code}.log"
    contents = log.read_bytes()
    assert contents.count(b"\n") == len(ENTRIES) + 1

    async def each_cut() -> None:
        for cut in range(len(contents) + 1):
            log.write_bytes(contents[:cut])
            expected = ENTRIES[: max(0, contents[:cut].count(b"\n") - 1)]
            kept = DiskLog(tmp_path)
            room = Room(3)
            deed = await kept.find(code)
            assert deed is not None
            await kept.follow(code, Follower(deed, lambda line, room=room: room.apply(read(line))))
            assert room == after(expected), cut
            # What comes next stands on a line of its own.
            assert await kept.append(code, written(steer(2, revealed=True)))
            await kept.stop()
            assert await found_again(tmp_path, code) == after([*expected, steer(2, revealed=True)])

    run_apart(each_cut())


def test_the_files_are_their_owners_alone_and_hold_no_key(tmp_path):
    async def opened():
        hall = Hall(DiskLog(tmp_path / "rooms"))
        async with hall.running():
            return await hall.opened(lesson())

    code, key = run_apart(opened())
    assert stat.S_IMODE((tmp_path / "rooms").stat().st_mode) == 0o700
    files = sorted((tmp_path / "rooms").iterdir())
    assert [file.name for file in files] == [f"{code}.deed", f"{code}.log"]
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert key.encode() not in file.read_bytes()


def test_of_a_closed_room_nothing_is_kept(tmp_path):
    async def closed() -> str:
        hall = Hall(DiskLog(tmp_path))
        async with hall.running():
            code, _ = await hall.opened(lesson())
            held = await hall.room(code)
            await hall.close(held)
            with pytest.raises(RefusedError, match="no room with this code"):
                await hall.steer(held, 1, None, None)
        return code

    code = run_apart(closed())
    assert not list(tmp_path.iterdir())
    with pytest.raises(RefusedError, match="no room with this code"):
        run_apart(found_again(tmp_path, code))


def test_a_code_that_is_in_use_is_not_given_again(tmp_path, monkeypatch):
    codes = iter(["AAAAAA", "AAAAAA", "BBBBBB"])
    monkeypatch.setattr(importlib.import_module("landscape.web.rooms.hall"), "new_code", lambda: next(codes))

    async def two() -> list[str]:
        hall = Hall(DiskLog(tmp_path))
        async with hall.running():
            return [(await hall.opened(lesson())).code for _ in range(2)]

    assert run_apart(two()) == ["AAAAAA", "BBBBBB"]


def test_rooms_that_nobody_has_touched_for_long_are_dropped_at_the_next_start(tmp_path):
    codes = [run_apart(written_by_a_hall(tmp_path)) for _ in range(2)]
    old = (tmp_path / f"{codes[0]}.log").stat().st_mtime - KEPT_SECONDS - 1
    os.utime(tmp_path / f"{codes[0]}.log", (old, old))

    async def counted() -> int:
        hall = Hall(DiskLog(tmp_path))
        async with hall.running():
            return await hall.log.count()

    assert run_apart(counted()) == 1
    assert {file.stem for file in tmp_path.iterdir()} == {codes[1]}


@pytest.mark.parametrize("when", ["before it is opened", "while it is open"])
def test_a_lecture_goes_on_where_nothing_can_be_written(tmp_path, when, caplog):
    async def lecture() -> Room:
        folder = tmp_path / "rooms"
        if when == "before it is opened":
            folder.write_text("in the way")
        log = DiskLog(folder)
        hall = Hall(log)
        async with hall.running():
            code, _ = await hall.opened(lesson())
            held = await hall.room(code)
            if when == "while it is open":
                full = log._followed[code].file
                assert full is not None
                full.close()
                log._followed[code].file = open("/dev/full", "wb", buffering=0)  # noqa: SIM115
            for entry in ENTRIES:
                await hall._append(held, entry)
            assert await log.count() == 1
            return held.room

    assert run_apart(lecture()) == after(ENTRIES)
    assert "in memory alone" in caplog.text


def test_a_room_is_in_one_process_alone(tmp_path):
    async def two_halls() -> None:
        first, second = Hall(DiskLog(tmp_path)), Hall(DiskLog(tmp_path))
        async with second.running():
            async with first.running():
                code, _ = await first.opened(lesson())
                await first.room(code)
                with pytest.raises(RefusedError, match="another process") as refused:
                    await second.room(code)
                assert refused.value.status == 503
            assert (await second.room(code)).room == Room(3)

    run_apart(two_halls())


def test_a_room_in_memory_alone_is_dropped_too(tmp_path):
    async def opened_and_left() -> None:
        (tmp_path / "rooms").write_text("in the way")
        log = DiskLog(tmp_path / "rooms", kept_seconds=0.0)
        for _ in range(2):
            assert await log.open("AAAAAA", Deed("", lesson()))
            assert not await log.open("AAAAAA", Deed("", lesson()))
            assert await log.count() == 1
            await log.expire()
            assert await log.count() == 0

    run_apart(opened_and_left())


def test_damaged_files_are_no_room(tmp_path):
    code = run_apart(written_by_a_hall(tmp_path))
    deed = tmp_path / f"{code}.deed"
    for damaged in (b"", b"{}", deed.read_bytes()[:-1]):
        deed.write_bytes(damaged)
        assert run_apart(DiskLog(tmp_path).find(code)) is None
    deed.unlink()
    assert run_apart(DiskLog(tmp_path).find(code)) is None
    assert not run_apart(DiskLog(tmp_path).open(code, Deed("", lesson())))
