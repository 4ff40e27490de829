"""What an organization tells buyers about itself, and the versions of its terms, as the API reads and writes them."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from admitone.kit.text import LABEL, TEXT
from admitone.organizers.contracts.settings import Terms
from admitone.organizers.domain.settings import Settings

Address = Annotated[
    str,
    Meta(
        max_length=2_000,
        pattern=r"^https://[^\s]+$",
        extra={"rule": LABEL, "words": "Write an address that begins with https://, without spaces."},
    ),
]
LogoUrl = Annotated[
    str,
    Meta(
        max_length=200,
        pattern=r"^/pictures/[^\s]+$",
        extra={"words": "Upload the logo by POST /organizer/pictures, and give the url of its answer."},
    ),
]
CurrencyCode = Annotated[
    str,
    Meta(
        pattern=r"^[A-Z]{3}$",
        extra={"words": "Write the currency as three capital letters (ISO 4217), such as EUR."},
    ),
]
Words = Annotated[str, Meta(min_length=1, max_length=20_000, extra={"rule": TEXT})]
TermsBody = Annotated[str, Meta(min_length=1, max_length=200_000, extra={"rule": TEXT})]


class SettingsIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`logo_url`: of an uploaded picture. `imprint`: who the seller is. `privacy`: what becomes of buyers' data. Both
    are plain text; empty lines make paragraphs. `currencies`: those that events may be priced in; empty: every one."""

    logo_url: LogoUrl | None = None
    imprint: Words | None = None
    privacy: Words | None = None
    currencies: Annotated[tuple[CurrencyCode, ...], Meta(max_length=50)] = ()


class SettingsOut(Struct):
    """`page_url`: the public page with all of it."""

    organization_name: str
    logo_url: str | None
    imprint: str | None
    privacy: str | None
    currencies: tuple[str, ...]
    page_url: str

    @classmethod
    def of(cls, organization_id: str, name: str, settings: Settings) -> "SettingsOut":
        return cls(
            organization_name=name,
            logo_url=settings.logo_url,
            imprint=settings.imprint,
            privacy=settings.privacy,
            currencies=settings.currencies,
            page_url=f"/o/{organization_id}",
        )


class TermsIn(Struct, frozen=True, forbid_unknown_fields=True):
    """The `url` of the terms on your site, or their words (`body`, plain text). Neither: there are no terms from now
    on."""

    url: Address | None = None
    body: TermsBody | None = None


class TermsOut(Struct):
    """A version. It never changes: a booking keeps which one its buyer agreed to. `page_url`: where it can be read."""

    id: str
    number: int
    url: str | None
    body: str | None
    published_at: datetime
    page_url: str | None

    @classmethod
    def of(cls, organization_id: str, terms: Terms) -> "TermsOut":
        own_page = f"/o/{organization_id}/terms/{terms.number}" if terms.body else None
        return cls(terms.id, terms.number, terms.url, terms.body, terms.published_at, terms.url or own_page)


class TermsList(Struct):
    terms: list[TermsOut]
