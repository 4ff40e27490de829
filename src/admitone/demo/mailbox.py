"""The demo's mail server: it accepts every mail over SMTP on the loopback address, and keeps the newest ones.

The mails go the way of all mails: outbox, worker, SMTP. Only the server at the end is the demo's own.
"""

import asyncio
import socket
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from admitone.embedded.heartbeat import Beat, beat_regularly
from admitone.embedded.mailbox import Mailbox

MESSAGE_BYTES_MAX = 8 * 1024 * 1024


class _Receiver:
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        await asyncio.to_thread(self._mailbox.store, envelope.original_content or b"")
        return "250 OK"


def run_mailbox(folder: Path, listener: socket.socket, beat: Beat) -> None:
    """Receive mails on `listener` until the process ends."""
    asyncio.run(_receive(Mailbox(folder), listener, beat))


async def _receive(mailbox: Mailbox, listener: socket.socket, beat: Beat) -> None:
    receiver, loop = _Receiver(mailbox), asyncio.get_running_loop()

    def connect() -> SMTP:
        # The host's own name may take seconds to look up.
        return SMTP(receiver, hostname="localhost", data_size_limit=MESSAGE_BYTES_MAX, enable_SMTPUTF8=True, loop=loop)

    server = await loop.create_server(connect, sock=listener)
    async with server:
        await beat_regularly(beat)
