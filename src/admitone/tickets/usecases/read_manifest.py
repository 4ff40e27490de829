"""What a door needs to work without a network, signed."""

import base64
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from admitone.booking.contracts import ResoldPlace
from admitone.tickets.domain.barcode import STEP_SECONDS, STEPS_TOLERATED
from admitone.tickets.domain.keys import event_rotating_key
from admitone.tickets.store.tickets import list_changed_tickets
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.find_event import find_event


class ManifestKey(Struct, frozen=True):
    """What a gate checks codes with; base64url without padding."""

    public_key: str
    rotating_key: str


class Manifest(Struct, frozen=True):
    """The payload. `sold` are ranges of ticket indexes, both ends included; keys are base64url without padding.

    A code is good where its signature holds, its index is sold, its version is the ticket's (1 where
    `transferred` says nothing), it was issued no earlier than `resold` says, it is fresh, and it is not in `admitted`.
    """

    event_id: str
    name: str
    starts_at: datetime | None
    issued_at: datetime
    public_key: str
    rotating_key: str
    keys: list[ManifestKey]
    """The newest first (it is `public_key`, `rotating_key` too): a code is good where any of them signed it."""
    step_seconds: int
    steps_tolerated: int
    sold: list[tuple[int, int]]
    transferred: dict[str, int]
    admitted: dict[str, datetime]
    resold: dict[str, int]
    """Index → seconds since 1970: older codes are of somebody who had bought the place before, and was refunded."""


class SignedManifest(Struct, frozen=True):
    """JWS, flattened JSON serialization (RFC 7515), EdDSA: `payload` is a `Manifest`, base64url.

    `public_key` is the raw Ed25519 key, base64url; a gate should learn it once and keep it until the
    installation rotates its secret.
    """

    protected: str
    payload: str
    signature: str
    public_key: str


async def read_manifest(deps: Deps, *, organization_id: str, event_id: str) -> SignedManifest:
    """Raises `EventNotFound` (for another organization's event too)."""
    event = await find_event(deps, organization_id=organization_id, event_id=event_id)
    sold = await deps.list_sold_indexes(event_id)
    async with deps.pool.connection() as conn:
        changed = await list_changed_tickets(conn, event_id)
    resold = {place.index: place for place in await deps.list_resold(event_id)}
    # What happened under an earlier booking of a place is over.
    changed = [row for row in changed if row["index"] not in resold or _is_of(row, resold[row["index"]])]
    keys = [
        ManifestKey(_base64url(code.public_bytes), _base64url(event_rotating_key(code, event_id)))
        for code in deps.keys.codes
    ]
    manifest = Manifest(
        event_id=event_id,
        name=event.name,
        starts_at=event.starts_at,
        issued_at=deps.now(),
        public_key=keys[0].public_key,
        rotating_key=keys[0].rotating_key,
        keys=keys,
        step_seconds=STEP_SECONDS,
        steps_tolerated=STEPS_TOLERATED,
        sold=_ranges(sold),
        transferred={str(row["index"]): row["version"] for row in changed if row["version"] > 1},
        admitted={str(row["index"]): row["admitted_at"] for row in changed if row["admitted_at"]},
        resold={str(index): int(place.sold_at.timestamp()) for index, place in resold.items()},
    )
    return _sign(deps, manifest)


def _is_of(row: dict[str, Any], place: ResoldPlace) -> bool:
    return row["booking_id"] in (None, place.booking_id)


def _sign(deps: Deps, manifest: Manifest) -> SignedManifest:
    header: dict[str, Any] = {"alg": "EdDSA", "typ": "admitone-manifest+json"}
    protected, payload = _base64url(msgspec.json.encode(header)), _base64url(msgspec.json.encode(manifest))
    signature = deps.keys.newest.signing.sign(f"{protected}.{payload}".encode())
    return SignedManifest(protected, payload, _base64url(signature), _base64url(deps.keys.newest.public_bytes))


def _ranges(indexes: list[int]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for index in indexes:
        if ranges and ranges[-1][1] == index - 1:
            ranges[-1] = (ranges[-1][0], index)
        else:
            ranges.append((index, index))
    return ranges


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
