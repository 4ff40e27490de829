"""A mail as a message (RFC 5322, MIME): plain text and HTML of the same content, attachments, headers.

Header values come from buyers and organizers: control characters become spaces, so that no text adds a header.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

import idna
import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from msgspec import Struct

from admitone.mail.domain.content import Attachment, MailContent
from admitone.mail.domain.delivery import Envelope

SUBJECT_CHARACTERS_MAX, NAME_CHARACTERS_MAX = 150, 80
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")
_JSON_IN_HTML = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}

_text = Environment(
    loader=PackageLoader("admitone.mail"),
    autoescape=False,  # noqa: S701 - plain text is no markup
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_html = Environment(
    loader=PackageLoader("admitone.mail"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Sender(Struct, frozen=True):
    """Who the mails of an installation come from."""

    address: str
    name: str = "AdmitOne"

    @property
    def domain(self) -> str:
        return ascii_address(self.address).rpartition("@")[2]


def draw_message(
    content: MailContent, *, sender: Sender, recipient: str, recipient_name: str | None, message_id: str, now: datetime
) -> Envelope:
    """Return the message for its envelope. Raises `ValueError` for an address that no mail can carry."""
    to = ascii_address(recipient)
    needs_utf8 = not to.isascii()
    message = EmailMessage(policy=SMTPUTF8 if needs_utf8 else SMTP)
    message["From"] = _address(content.sender_name or sender.name, ascii_address(sender.address))
    if content.reply_to:
        message["Reply-To"] = _address(content.sender_name or sender.name, ascii_address(content.reply_to))
    message["To"] = _address(recipient_name or "", to)
    message["Subject"] = header_text(content.subject, SUBJECT_CHARACTERS_MAX)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if content.subscription:
        message["List-Unsubscribe"] = f"<{content.subscription.url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(plain_text(content), cte=None if needs_utf8 else "quoted-printable")
    message.add_alternative(html_text(content), subtype="html", cte=None if needs_utf8 else "quoted-printable")
    _attach(message, content.attachments)
    return Envelope(ascii_address(sender.address), to, message.as_bytes(), needs_utf8)


def plain_text(content: MailContent) -> str:
    return _text.get_template("mail.txt").render(mail=content).strip("\n") + "\n"


def html_text(content: MailContent) -> str:
    markup = Markup(msgspec.json.encode(content.markup).decode().translate(_JSON_IN_HTML))  # noqa: S704 - escaped above
    preview = " · ".join(text for _, text in content.facts) or " ".join(content.paragraphs)
    return _html.get_template("mail.html").render(mail=content, markup=markup, preview=preview[:200])


def header_text(text: str, characters_max: int) -> str:
    """Return the text on one line, without control characters and marks that turn its direction, and bounded."""
    line = " ".join(_CONTROLS.sub(" ", text).split())
    return line if len(line) <= characters_max else f"{line[: characters_max - 1].rstrip()}…"


def ascii_address(address: str) -> str:
    """Return the address with its domain in ASCII (IDNA). Raises `ValueError` if no domain of DNS has that name."""
    local, _, domain = address.rpartition("@")
    if not local or _CONTROLS.search(address):
        raise ValueError(f"not an address: {address!r}")
    if not domain.isascii():
        domain = idna.encode(domain, uts46=True).decode()
    return f"{local}@{domain}"


def _address(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(header_text(name, NAME_CHARACTERS_MAX), local, domain)


def _attach(message: EmailMessage, attachments: Sequence[Attachment]) -> None:
    for attachment in attachments:
        kind, _, subtype = attachment.media_type.partition("/")
        message.add_attachment(
            attachment.content, maintype=kind, subtype=subtype, filename=attachment.name, params=attachment.parameters
        )
