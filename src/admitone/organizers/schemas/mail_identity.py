"""How the mails of an organization introduce it, as its owners read and write it."""

from typing import Annotated

from msgspec import Meta, Struct

from admitone.kit.text import NAME
from admitone.organizers.usecases.mail_identity import MailIdentityView


class MailIdentityIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`sender_name`: null, the organization's name. `accent`: the colour of the button and the edge, as `#rrggbb`; its
    text is black or white, whichever reads better."""

    sender_name: Annotated[str, Meta(min_length=1, max_length=80, extra={"rule": NAME})] | None = None
    accent: Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$")] | None = None


class ReplyAddressIn(Struct, frozen=True, forbid_unknown_fields=True):
    email: Annotated[str, Meta(min_length=3, max_length=254)]


class ConfirmationIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`code`: of the link that was mailed to the address."""

    code: Annotated[str, Meta(min_length=1, max_length=100)]


class MailIdentityOut(Struct):
    """`reply_to`: where replies of buyers go; null, the installation's address. `pending_reply_to`: awaits that a
    person opens the link that was mailed to it. `sends_mail`: a mail server is configured."""

    organization_name: str
    sender_name: str | None
    accent: str | None
    reply_to: str | None
    pending_reply_to: str | None
    sends_mail: bool

    @classmethod
    def of(cls, view: MailIdentityView) -> "MailIdentityOut":
        identity = view.identity
        return cls(
            organization_name=identity.name,
            sender_name=identity.sender_name,
            accent=identity.accent,
            reply_to=identity.reply_to,
            pending_reply_to=view.pending_reply_to,
            sends_mail=view.sends_mail,
        )
