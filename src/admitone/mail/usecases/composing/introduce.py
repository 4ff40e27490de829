"""Let a mail introduce its organization: the sender's name, the address for replies, the colour, the imprint."""

from msgspec.structs import replace

from admitone.mail.domain.accent import accent_of
from admitone.mail.domain.content import Link, MailContent
from admitone.organizers.contracts import MailIdentity


def introduce(content: MailContent, identity: MailIdentity | None, *, public_url: str) -> MailContent:
    if identity is None:
        return content
    accent = None if identity.accent is None else accent_of(identity.accent)
    seller = None
    if identity.page_path is not None:
        seller = Link(f"{identity.name}: imprint, terms and privacy", f"{public_url}{identity.page_path}")
    return replace(content, sender_name=identity.shown_name, reply_to=identity.reply_to, accent=accent, seller=seller)
