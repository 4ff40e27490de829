"""Send messages by SMTP over one connection that is kept, at a bounded rate.

The commands are sent one by one, because the outcome depends on where a failure happens: before the content nothing
was sent, after it the server may have accepted the message.
"""

import asyncio
import ssl
from contextlib import suppress
from typing import ClassVar

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
)
from msgspec import Struct

from admitone.mail.domain.delivery import Envelope, MailDeferred, MailRejected, OutcomeUnknown, ServerUnavailable

TIMEOUT_SECONDS = 30.0
CONTENT_SECONDS = 120.0
"""For the server's answer to the content: it may check for viruses first (RFC 5321, 4.5.3.2.6 allows ten minutes)."""
IDLE_SECONDS_MAX = 20.0
"""A connection that was idle for longer is opened again: servers close theirs after a minute or less."""
MAILS_A_CONNECTION = 100
_PERMANENT = 500


class SmtpServer(Struct, frozen=True):
    """`tls`: starttls (required, never only tried), implicit, or none."""

    host: str
    port: int
    tls: str
    user: str | None = None
    password: str | None = None

    TLS: ClassVar[tuple[str, ...]] = ("starttls", "implicit", "none")

    def __repr__(self) -> str:  # the password is a secret: never log it
        return f"SmtpServer({self.host}:{self.port}, tls={self.tls})"


class SmtpSender:
    """Belongs to one event loop, and sends one message at a time."""

    def __init__(self, server: SmtpServer, *, rate: float, timeout: float = TIMEOUT_SECONDS,
                 content_seconds: float = CONTENT_SECONDS, tls: ssl.SSLContext | None = None,
                 host_name: str = "localhost") -> None:  # fmt: skip
        """`rate`: messages a second. `tls`: another trust store than the system's, for tests. `host_name`: who says
        EHLO; the machine's own name may take seconds to look up."""
        self._server = server
        self._pause = 1 / rate
        self._timeout = timeout
        self._content_seconds = content_seconds
        self._tls = tls
        self._host_name = host_name
        self._client: SMTP | None = None
        self._sent = 0
        self._used_at = 0.0
        self._next_at = 0.0
        self._lock = asyncio.Lock()

    async def send(self, envelope: Envelope) -> None:
        """Return when the server has accepted the message.

        Raises `ServerUnavailable` before anything of the message was sent, `MailRejected`, `MailDeferred`, and
        `OutcomeUnknown` if the connection was lost after the content.
        """
        async with self._lock:
            await self._keep_pace()
            is_kept = self._client is not None
            client = await self._connected()
            try:
                await self._transfer(client, envelope)
            except ServerUnavailable:
                if not is_kept or self._client is not None:
                    raise
                # The server had closed the connection that we kept: nothing of the message was sent.
                await self._transfer(await self._connected(), envelope)
            self._sent += 1
            self._used_at = asyncio.get_running_loop().time()

    async def check(self) -> str:
        """Connect, secure the connection and sign in; return what the server says. Raises `ServerUnavailable`."""
        async with self._lock:
            client = await self._connected()
            response = await client.noop()
            return f"{self._server.host}:{self._server.port} answers {response.code}, tls={self._server.tls}"

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(SMTPException, OSError):
                await client.quit(timeout=2)
            client.close()

    async def _keep_pace(self) -> None:
        now = asyncio.get_running_loop().time()
        due, self._next_at = self._next_at, max(now, self._next_at) + self._pause
        if due > now:
            await asyncio.sleep(due - now)

    async def _connected(self) -> SMTP:
        client, server = self._client, self._server
        is_idle = asyncio.get_running_loop().time() - self._used_at > IDLE_SECONDS_MAX
        if client is not None and client.is_connected and not is_idle and self._sent < MAILS_A_CONNECTION:
            return client
        await self.close()
        client = SMTP(
            hostname=server.host,
            port=server.port,
            local_hostname=self._host_name,
            use_tls=server.tls == "implicit",
            start_tls=server.tls == "starttls",
            username=server.user,
            password=server.password,
            timeout=self._timeout,
            tls_context=self._tls if server.tls != "none" else None,
        )
        try:
            await client.connect()
            await client.ehlo()
        except (SMTPException, OSError, ssl.SSLError) as error:
            client.close()
            raise ServerUnavailable(f"{server.host}:{server.port}: {type(error).__name__}: {error}") from error
        self._client, self._sent = client, 0
        self._used_at = asyncio.get_running_loop().time()
        return client

    async def _transfer(self, client: SMTP, envelope: Envelope) -> None:
        options, encoding = ([], "ascii")
        if envelope.needs_utf8:
            if not client.supports_extension("smtputf8"):
                raise MailRejected("the server does not take addresses with letters outside ASCII (no SMTPUTF8)")
            options, encoding = (["SMTPUTF8", "BODY=8BITMIME"], "utf-8")
        try:
            await client.mail(envelope.sender, options=options, encoding=encoding)
            await client.rcpt(envelope.recipient, encoding=encoding)
        except SMTPRecipientRefused as error:
            await self._reset(client)
            raise _refusal(error) from error
        except SMTPResponseException as error:  # the sender: a fault of the installation, not of this mail
            await self._reset(client)
            raise ServerUnavailable(f"the server refuses the sender: {error.code} {error.message}") from error
        except (SMTPException, OSError) as error:
            self._drop()
            raise ServerUnavailable(f"{type(error).__name__}: {error}") from error
        try:
            await client.data(envelope.content, timeout=self._content_seconds)
        except SMTPDataError as error:
            await self._reset(client)
            raise _refusal(error) from error
        except (SMTPException, OSError) as error:
            self._drop()
            raise OutcomeUnknown(f"{type(error).__name__}: {error}") from error

    async def _reset(self, client: SMTP) -> None:
        try:
            await client.rset()
        except (SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def _refusal(error: SMTPResponseException) -> MailRejected | MailDeferred:
    words = f"{error.code} {error.message}"
    return MailRejected(words) if error.code >= _PERMANENT else MailDeferred(words)
