"""Read what receivers report about a mail: delivery status (RFC 3464) and complaints (RFC 5965, 6650)."""

import re
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from enum import Enum

from msgspec import Struct

from admitone.kit.refusal import Kind, Refusal

PARTS_MAX = 50
DETAIL_CHARACTERS_MAX = 300
_QUOTED_CHARACTERS_MAX = 20_000
_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_ADDRESS_IS_WRONG = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
"""RFC 3463 and 7505: no such mailbox or domain, moved, takes no mail, disabled. A full mailbox, a mail that is taken
for spam and codes without a meaning (5.0.0) say nothing about the address."""


class Outcome(Enum):
    """What a report says. `SOFT`: the mail did not arrive, and the address may still be right."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    SOFT = "soft"


class Report(Struct, frozen=True):
    """`names`: texts that may hold the token of our mail. `detail`: the receiver's words."""

    outcome: Outcome
    names: str
    detail: str


class ReportUnreadable(Refusal):
    """The message is no report of a receiver."""

    code = "report-unreadable"
    kind = Kind.UNPROCESSABLE

    def __init__(self) -> None:
        super().__init__("The message is neither a delivery status (RFC 3464) nor a complaint (RFC 5965).")


def is_address_wrong(words: str) -> bool:
    """Return whether a server's words have a code (RFC 3463) that says: nothing will ever arrive at this address."""
    return any(code in _ADDRESS_IS_WRONG for code in _CODE.findall(words))


def read_report(raw: bytes) -> Report:
    """Read a report as a mail server received it. Raises `ReportUnreadable`."""
    try:
        return _read(raw)
    # Strangers write such mails: parts within parts, thousands deep, and charsets that do not exist.
    except (RecursionError, LookupError, TypeError, ValueError):
        raise ReportUnreadable from None


def _read(raw: bytes) -> Report:
    message = message_from_bytes(raw, policy=compat32)
    parts = [part for _, part in zip(range(PARTS_MAX), message.walk(), strict=False)]
    outcome, detail = _delivery_status(parts) or _complaint(parts) or (None, "")
    if outcome is None:
        raise ReportUnreadable
    # The address that the report was sent to, and the headers of our mail that it quotes.
    names = "\n".join(str(part.get(name, "")) for part in parts for name in ("Delivered-To", "To", "Message-ID"))
    quoted = "\n".join(_text(part) for part in parts if part.get_content_type() == "text/rfc822-headers")
    originals = "\n".join(
        str(part.get("Original-Mail-From", "")) + str(part.get("Original-Envelope-Id", ""))
        for report in parts
        if report.get_content_type() in ("message/delivery-status", "message/feedback-report")
        for part in _blocks(report)
    )
    # The database stores no NUL.
    return Report(outcome, f"{names}\n{quoted}\n{originals}", detail.replace("\0", "\ufffd")[:DETAIL_CHARACTERS_MAX])


def _delivery_status(parts: list[Message]) -> tuple[Outcome, str] | None:
    """Our mails have one recipient each, so the first recipient of the report is ours."""
    for report in parts:
        if report.get_content_type() != "message/delivery-status":
            continue
        for block in _blocks(report):
            if action := str(block.get("Action", "")).strip().lower():
                status, words = str(block.get("Status", "")), " ".join(str(block.get("Diagnostic-Code", "")).split())
                # The server's own words are more exact than the status, which many servers leave at 5.0.0.
                is_wrong = is_address_wrong(words if _CODE.search(words) else status)
                outcome = Outcome.BOUNCE if action == "failed" and is_wrong else Outcome.SOFT
                return outcome, words or status.strip()
    return None


def _complaint(parts: list[Message]) -> tuple[Outcome, str] | None:
    for report in parts:
        if report.get_content_type() != "message/feedback-report":
            continue
        fields = _fields(report)
        kind = fields.get("feedback-type", "").lower()
        # `not-spam` takes a complaint back; `auth-failure` and `virus` are about the sender's servers.
        outcome = Outcome.COMPLAINT if kind in ("abuse", "fraud", "opt-out", "opt-out-list") else Outcome.SOFT
        return outcome, f"{kind or 'complaint'}, reported by {fields.get('user-agent', 'the receiver')}"
    return None


def _blocks(report: Message) -> list[Message]:
    payload = report.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _fields(report: Message) -> dict[str, str]:
    """Return the fields of a feedback report, which the parser leaves as text or reads as one message."""
    text = "\n".join(block.as_string() for block in _blocks(report)) or _text(report)
    lines = (line.partition(":") for line in text.splitlines())
    return {name.strip().lower(): value.strip() for name, colon, value in lines if colon}


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload[:_QUOTED_CHARACTERS_MAX].decode("utf-8", "replace") if isinstance(payload, bytes) else ""
