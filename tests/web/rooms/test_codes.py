"""Codes are unlike each other, keys are kept by their hashes alone, and who guesses at codes is refused."""

from __future__ import annotations

import pytest

from landscape.web.rooms.codes import (
    ALPHABET,
    BACK_PER_SECOND,
    MOST_ADDRESSES,
    MOST_WRONG,
    Guesses,
    code_of,
    hash_of,
    network_of,
    new_code,
    new_key,
    opens,
)
from landscape.web.rooms.rates import Rates
from landscape.web.rooms.refusals import RefusedError


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_codes_have_nothing_that_is_read_for_something_else():
    assert not set(ALPHABET) & set("0O1IL")
    drawn = [new_code() for _ in range(2000)]
    assert len(set(drawn)) > 1990
    assert {letter for code in drawn for letter in code} == set(ALPHABET)
    for code in drawn[:50]:
        assert code_of(code) == code_of(code.lower()) == code


@pytest.mark.parametrize("typed", ["", "ABCDE", "ABCDEFG", "ABCDE0", "ABCDEI", "ABC/EF", "ABCDEé", "ßBCDEF", "ﬁABCDE"])
def test_what_can_be_no_code_is_none(typed):
    assert code_of(typed) is None


def test_a_key_opens_its_own_room_alone():
    key, other = new_key(), new_key()
    assert opens(key, hash_of(key))
    assert not opens(other, hash_of(key))
    for wrong in ("", key[:-1], key.swapcase(), "é", "\ud800"):
        assert not opens(wrong, hash_of(key))
    assert key not in hash_of(key)
    assert len(key) >= 32


def test_two_hundred_phones_of_one_address_may_mistype_five_times_each():
    guesses = Guesses(Clock())
    for _ in range(200 * 5):
        guesses.check("192.0.2.1", "ABCDEF")
        guesses.wrong("192.0.2.1")


def test_who_guesses_is_refused_for_a_while_and_keeps_nobody_out_of_the_room_of_that_hall():
    clock = Clock()
    guesses = Guesses(clock)
    guesses.right("192.0.2.1", "THEHXM")
    for _ in range(MOST_WRONG):
        guesses.wrong("192.0.2.1")
    with pytest.raises(RefusedError, match="Too many wrong codes") as refused:
        guesses.check("192.0.2.1", "ABCDEF")
    assert refused.value.status == 429
    guesses.check("192.0.2.1", "THEHXM")
    guesses.check("192.0.2.2", "ABCDEF")
    guesses.forget("THEHXM")
    with pytest.raises(RefusedError):
        guesses.check("192.0.2.1", "THEHXM")
    clock.now += 2 / BACK_PER_SECOND
    guesses.check("192.0.2.1", "ABCDEF")


def test_a_household_of_ipv6_is_one_client():
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1") == "192.0.2.1"
    assert network_of("") == ""
    assert network_of("a socket") == "a socket"


def test_no_more_is_remembered_than_there_is_place_for():
    guesses = Guesses(Clock())
    for n in range(MOST_ADDRESSES + 100):
        guesses.right(f"10.{n // 65536}.{n // 256 % 256}.{n % 256}", "ABCDEF")
    assert len(guesses._used) == MOST_ADDRESSES
    rates = Rates(1, 1, most=10, clock=Clock())
    for n in range(100):
        rates.spend(n)
    assert len(rates._buckets) == 10


def test_tokens_come_back_at_their_rate_and_never_more_than_a_bucket_holds():
    clock = Clock()
    rates = Rates(5, 10, clock=clock)
    assert [rates.spend("a") for _ in range(12)] == [True] * 10 + [False] * 2
    assert rates.spend("b")
    clock.now += 0.5
    assert [rates.spend("a") for _ in range(3)] == [True, True, False]
    clock.now += 1000
    assert [rates.spend("a") for _ in range(11)] == [True] * 10 + [False]
