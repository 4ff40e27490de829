"""The demo's mailbox: a folder with the newest mails, one file a mail. A mail server writes it, pages read it."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from admitone.kit.ids import new_ulid
from admitone.pages.contracts import ReceivedFile, ReceivedMail

MAILS_MAX = 200
_SUFFIX = ".eml"


class Mailbox:
    """Messages as files of `folder/mailbox`, named by ULIDs: their order is the order of arrival."""

    def __init__(self, folder: Path, *, mails_max: int = MAILS_MAX) -> None:
        self._folder = folder / "mailbox"
        self._mails_max = mails_max

    def store(self, content: bytes) -> None:
        """Write a mail, and delete the oldest above the maximum. One process writes."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        partial = self._folder / "partial"
        partial.write_bytes(content)
        partial.rename(self._folder / f"{new_ulid()}{_SUFFIX}")
        for path in self._paths()[self._mails_max :]:
            path.unlink(missing_ok=True)

    def read_all(self) -> list[ReceivedMail]:
        return [mail for path in self._paths() if (mail := _read(path)) is not None]

    def read(self, mail_id: str) -> ReceivedMail | None:
        found = [path for path in self._paths() if path.stem == mail_id]
        return _read(found[0]) if found else None

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{_SUFFIX}"), reverse=True)


def _read(path: Path) -> ReceivedMail | None:
    try:
        content, written_at = path.read_bytes(), path.stat().st_mtime
    except FileNotFoundError:  # a newer mail has replaced it
        return None
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return ReceivedMail(
        id=path.stem,
        received_at=datetime.fromtimestamp(min(written_at, time.time()), UTC),
        sender=str(message["From"]),
        recipient=str(message["To"]),
        subject=str(message["Subject"]),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        files=tuple(_files(message)),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else str(part.get_content())


def _files(message: EmailMessage) -> Iterator[ReceivedFile]:
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        yield ReceivedFile(
            part.get_filename() or "file", part.get_content_type(), content if isinstance(content, bytes) else b""
        )
