"""Dependencies of the use cases of organizers; the role provides them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cachetools import LRUCache, TLRUCache
from msgspec import Struct

from admitone.kit.keys import KeyRing
from admitone.kit.postgres import Connection, Pool
from admitone.organizers.contracts import Identity, SendInvitation, SendReplyConfirmation
from admitone.organizers.contracts.settings import HoldPicture
from admitone.organizers.domain.passkey import RelyingParty
from admitone.organizers.domain.provider_sign_in import Pending

REMEMBERED = timedelta(seconds=10)
"""How long a revoked key still works in a process that has cached it."""
REMEMBERED_MAX = 10_000
TERMS_MAX = 10_000

Known = tuple[Identity, datetime | None]
"""(identity, when its key expires)."""


class PasskeySite(Struct, frozen=True):
    """The site that passkeys belong to, and the keys that sign its challenges."""

    site: RelyingParty
    keys: KeyRing


async def hold_no_picture(_conn: Connection, _organization_id: str, _image_url: str) -> bool:
    """Where no catalogue is plugged in, there are no pictures."""
    return False


@dataclass(frozen=True)
class Provider:
    """The installation's OpenID Connect provider. `exchange`: (code, what the browser kept) → verified claims."""

    issuer: str
    name: str
    authorization_url: Callable[[Pending], Awaitable[str]]
    exchange: Callable[[str, Pending], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Deps:
    """`identities`: by key hash, the keys that worked in the last 10 s and have not expired.

    `public_url`: the address in front of links. `send_invitation`, `send_reply_confirmation`: None where no mail is
    sent. `keys` encrypt second factors. `passkey_site`: None where the public URL has no domain name.
    `provider`: None where the settings name none.
    """

    pool: Pool
    now: Callable[[], datetime]
    public_url: str = ""
    send_invitation: SendInvitation | None = None
    send_reply_confirmation: SendReplyConfirmation | None = None
    keys: KeyRing | None = None
    passkey_site: PasskeySite | None = None
    provider: Provider | None = None
    hold_picture: HoldPicture = hold_no_picture
    known_terms: LRUCache[str, str] = field(default_factory=lambda: LRUCache(TERMS_MAX))
    """Id of a version of terms → its organization."""
    identities: TLRUCache[bytes, Known, datetime] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        identities = TLRUCache[bytes, Known, datetime](REMEMBERED_MAX, _forgotten_at, timer=self.now)
        object.__setattr__(self, "identities", identities)


def _forgotten_at(_key_hash: bytes, known: Known, now: datetime) -> datetime:
    _, expires_at = known
    return now + REMEMBERED if expires_at is None else min(now + REMEMBERED, expires_at)
