"""Let a mail introduce its organization: the sender's name, the address for replies, the colour."""

from msgspec.structs import replace

from admitone.mail.domain.accent import accent_of
from admitone.mail.domain.content import MailContent
from admitone.organizers.contracts import MailIdentity


def introduce(content: MailContent, identity: MailIdentity | None) -> MailContent:
    if identity is None:
        return content
    accent = None if identity.accent is None else accent_of(identity.accent)
    return replace(content, sender_name=identity.shown_name, reply_to=identity.reply_to, accent=accent)
