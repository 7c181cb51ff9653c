"""The codes of rooms, the keys of their lecturers, and who guesses at them."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

from landscape.web.rooms.rates import Rates
from landscape.web.rooms.refusals import RefusedError

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""What codes are written with: nothing that is read for something else, as 0 and O, or 1, I and L."""

LENGTH = 6

MOST_WRONG = 1000
BACK_PER_SECOND = 1.0
"""Wrong codes that one address may ask for at once, and how many more each second.

A university may have one address. Of 31⁶ codes two hundred are in use at most: at this rate one is found in weeks.
"""

MOST_ADDRESSES = 10_000


def new_code() -> str:
    """Draw a code; another room may have it."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def code_of(typed: str) -> str | None:
    """Return the code that somebody has typed, in small letters or large, None where it can be none."""
    code = typed.upper()
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def new_key() -> str:
    """Draw the key with which a lecturer steers a room."""
    return secrets.token_urlsafe(24)


def hash_of(key: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


def opens(key: str, key_hash: str) -> bool:
    """Return whether a key is the one of which the hash was kept."""
    return secrets.compare_digest(hash_of(key), key_hash)


class Guesses:
    """Who asks for codes of rooms that are none, and is refused for a while after very many.

    Codes that somebody at an address has used before stay open to it: whoever guesses in a lecture hall keeps nobody
    out of the room there.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._wrong = Rates(BACK_PER_SECOND, MOST_WRONG, MOST_ADDRESSES, clock)
        self._used: OrderedDict[str, set[str]] = OrderedDict()

    def check(self, address: str, code: str) -> None:
        """Raise RefusedError where an address has asked for too many wrong codes to be told about another one."""
        address = network_of(address)
        if self._wrong.left(address) < 1.0 and code not in self._used.get(address, ()):
            raise RefusedError(429, "Too many wrong codes were asked for from your network. Wait a few minutes.")

    def wrong(self, address: str) -> None:
        """Remember that an address asked for a code that is no room's."""
        self._wrong.spend(network_of(address))

    def right(self, address: str, code: str) -> None:
        """Remember that an address asked for a code that is a room's."""
        address = network_of(address)
        self._used.setdefault(address, set()).add(code)
        self._used.move_to_end(address)
        if len(self._used) > MOST_ADDRESSES:
            self._used.popitem(last=False)

    def forget(self, code: str) -> None:
        """Forget a code that is no longer a room's."""
        for codes in self._used.values():
            codes.discard(code)


def network_of(address: str) -> str:
    """Return what stands for one client: an address, or of IPv6 the network of 2⁶⁴ that one household has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)
