"""What organizations tell buyers about themselves, their terms of sale, and what buyers agreed to."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from admitone.kit.postgres import Connection
from admitone.kit.refusal import Kind, Refusal


class Presentation(Struct, frozen=True):
    """How public pages introduce an organization. `logo_url`: the address of a picture on this installation."""

    id: str
    name: str
    logo_url: str | None = None
    has_texts: bool = False
    """An imprint or words on privacy."""
    terms_id: str | None = None
    """The version of its terms that buyers agree to now; None: it has no terms."""
    terms_number: int | None = None
    terms_url: str | None = None
    """Their address on the organization's site; None: they are on its page here."""


class Terms(Struct, frozen=True):
    """A version of the terms of sale: an address, or the words. Neither: from then on there are none."""

    id: str
    number: int
    url: str | None
    body: str | None
    published_at: datetime


class PublicTexts(Struct, frozen=True):
    """What the page of an organization shows. `terms`: the version that was asked for, or the current one."""

    presentation: Presentation
    imprint: str | None
    privacy: str | None
    terms: Terms | None
    is_current: bool


class Agreement(Struct, frozen=True):
    """The buyer of a booking agrees to a version of the terms."""

    booking_id: str
    terms_id: str


class KeptAgreement(Struct, frozen=True):
    """What the buyer of a booking agreed to, and when. `url`: None, the words are on the organization's page."""

    number: int
    url: str | None
    agreed_at: datetime


class OrganizationNotFound(Refusal):
    code = "organization-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such organizer, or no such version of its terms.")


ReadPresentation = Callable[[str], Awaitable[Presentation | None]]
"""Organization id → how public pages introduce it; None if there is no such organization."""

ReadPublicTexts = Callable[[str, int | None], Awaitable[PublicTexts]]
"""(organization id, number of a version of its terms; None: the current one) → its texts. Raises
`OrganizationNotFound`."""

ReadCurrencies = Callable[[str], Awaitable[tuple[str, ...]]]
"""Organization id → the currencies that its events may be priced in; empty: every currency."""

IsTermsOf = Callable[[str, str], Awaitable[bool]]
"""(organization id, id of a version) → whether it is a version of the organization's terms."""

RecordAgreements = Callable[[Connection, Sequence[Agreement]], Awaitable[None]]
"""In the caller's transaction: keep what buyers agree to. Each booking once."""


async def record_no_agreements(_conn: Connection, _agreements: Sequence[Agreement]) -> None:
    """Where no organizations are plugged in, there are no terms."""


async def knows_no_terms(_organization_id: str, _terms_id: str) -> bool:
    """Where no organizations are plugged in, every version is unknown."""
    return False


ReadAgreement = Callable[[str, str], Awaitable[KeptAgreement | None]]
"""(organization id, booking id) → what its buyer agreed to."""


ListAgreements = Callable[[Sequence[str]], Awaitable[list[dict[str, Any]]]]
"""booking ids → what their buyers agreed to: booking_id, organization_id, number, url, agreed_at."""


async def read_no_agreement(_organization_id: str, _booking_id: str) -> KeptAgreement | None:
    """Where no organizations are plugged in, buyers agree to nothing."""
    return None


HoldPicture = Callable[[Connection, str, str], Awaitable[bool]]
"""(the caller's transaction, organization id, address) → whether it is a picture of the organization on this
installation; it then stays until the transaction ends."""


class Seller(Struct, frozen=True):
    """Who sells a ticket, as it is printed: the name, and the logo as an encoded picture."""

    name: str
    logo: bytes | None = None


ReadSeller = Callable[[str], Awaitable[Seller | None]]
"""Organization id → what its tickets print; None if there is no such organization."""
