"""A real SMTP server (aiosmtpd) in the test's process. It records what it accepts, and fails where a test asks."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from admitone.mail.adapters.smtp import SmtpServer
from tests.socket_servers import close_listeners


class _Connection(SMTP):
    """A connection that a test can end: one that is open when the test's loop ends is a warning in a later test."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._ended = asyncio.Event()
        self.is_over = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if self.is_over and isinstance(transport, asyncio.Transport):
            transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._ended.set()

    async def end(self) -> None:
        """A connection that was accepted but not begun ends when it begins."""
        self.is_over = True
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()
            await self._ended.wait()


class MailServer:
    """`at_recipient`, `at_content`: answers instead of `250`, the first ones first. `drops`: how often the server
    closes the connection after it has the content, without an answer. `holds`: it answers to no content until set."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.contents: list[bytes] = []
        """The messages as they arrived, byte by byte."""
        self.at_recipient: list[str] = []
        self.at_content: list[str] = []
        self.drops = 0
        self.holds: asyncio.Event | None = None
        self.connections = 0
        self.port = 0

    def address(self, tls: str = "none") -> SmtpServer:
        return SmtpServer("127.0.0.1", self.port, tls)

    @property
    def message_ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.messages]

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.at_recipient and (answer := self.at_recipient.pop(0)):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.at_content and (answer := self.at_content.pop(0)):
            return answer
        message = message_from_bytes(envelope.original_content or b"", policy=default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.contents.append(envelope.original_content or b"")
        self.recipients += envelope.rcpt_tos
        if self.drops:
            self.drops -= 1
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        if self.holds is not None:
            await self.holds.wait()
        return "250 OK"


@asynccontextmanager
async def run_mail_server(*, tls: ssl.SSLContext | None = None) -> AsyncIterator[MailServer]:
    """`tls`: the server offers STARTTLS."""
    mails = MailServer()

    connections: list[_Connection] = []
    is_over = False

    def connect() -> SMTP:
        mails.connections += 1
        connection = _Connection(mails, hostname="mail.test", tls_context=tls, enable_SMTPUTF8=True, loop=loop)
        connection.is_over = is_over  # asyncio may take one from the listener before the end, and begin it after
        connections.append(connection)
        return connection

    loop = asyncio.get_running_loop()
    server = await loop.create_server(connect, "127.0.0.1", 0)
    mails.port = server.sockets[0].getsockname()[1]
    try:
        yield mails
    finally:
        if mails.holds is not None:
            mails.holds.set()
        is_over = True
        await close_listeners(server)
        for connection in connections:
            await connection.end()
