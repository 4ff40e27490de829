"""Limits against guessing passwords, by account and by address, that lock no person out.

Strangers share the attempts of an account; a person at an address where they signed in before has attempts of their
own. So an attacker can use up the first and not the second, and cannot keep the person from their account.
"""

import hashlib
from datetime import timedelta

from msgspec import Struct

from admitone.organizers.contracts import Origin

WINDOW = timedelta(minutes=15)
ACCOUNT_ATTEMPTS_MAX = 10
"""A password of ten random letters and digits takes longer than the universe is old at this pace."""
ADDRESS_ATTEMPTS_MAX = 60
"""A venue's staff share an address, and mistype."""
ENTRIES_MAX = 5
"""The audit trail gets this many entries of one kind for an account in a window: strangers cannot fill it."""
KNOWN_FOR = timedelta(days=90)
"""An address is known to a person for this long after a sign-in."""


class Bucket(Struct, frozen=True):
    """What is counted together."""

    name: bytes
    attempts_max: int


def buckets_of(email: str, origin: Origin, *, is_known: bool) -> list[Bucket]:
    """Return what an attempt counts against. `is_known`: the person signed in from this address before."""
    account = email.strip().casefold()
    own = f"account at address\0{account}\0{origin.address}" if is_known else f"account\0{account}"
    return [Bucket(_digest(own), ACCOUNT_ATTEMPTS_MAX), *buckets_of_place(origin)]


def buckets_of_place(origin: Origin) -> list[Bucket]:
    """Return what an attempt from an address counts against, whatever its account: a passkey cannot be guessed, and
    is limited by this alone."""
    # A subscriber has a whole block of IPv6 addresses: a limit for each of them would limit nothing.
    place = origin.block or origin.address
    return [Bucket(_digest(f"address\0{place}"), ADDRESS_ATTEMPTS_MAX)] if place else []


def bucket_of_codes(person_id: str) -> Bucket:
    """Return what the codes of a second factor count against: only who knows the password gets here."""
    return Bucket(_digest(f"code\0{person_id}"), ACCOUNT_ATTEMPTS_MAX)


def bucket_of_entries(account: str, action: str) -> Bucket:
    """Return what limits the entries of refused attempts in the audit trail."""
    return Bucket(_digest(f"entries\0{action}\0{account.strip().casefold()}"), ENTRIES_MAX)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
