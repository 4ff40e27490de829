"""doctor looks at the certificate of the public address as a browser does."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import BaseRequestHandler, TCPServer

import pytest

from admitone.runtime.certificate_check import check_certificate
from admitone.runtime.doctor import check
from admitone.runtime.server_checks import ServerCheckError
from tests.certificates import write_certificate


@contextmanager
def serving(certificate: Path, key: Path) -> Iterator[str]:
    """Yield the address of a server that presents this certificate and says nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            try:
                context.wrap_socket(self.request, server_side=True).close()
            except OSError:  # the client refuses the certificate
                self.request.close()

    with serving_by(Handler) as port:
        yield f"https://localhost:{port}"


@contextmanager
def serving_by(handler: type[BaseRequestHandler]) -> Iterator[int]:
    """Yield the port of a server whose connections `handler` serves."""
    with TCPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_the_days_of_a_certificate_are_counted(tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path, "localhost", days=60)

    with serving(certificate, key) as url:
        good = check_certificate(url, authorities=str(certificate))
        with pytest.raises(ServerCheckError, match="it ends in 9 days"):
            check_certificate(
                url, authorities=str(certificate), now=lambda: datetime.now(UTC) + timedelta(days=50, hours=1)
            )
        with pytest.raises(ServerCheckError, match="browsers refuse it: self-signed certificate"):
            check_certificate(url)

    assert good.endswith(", 59 days")
    finding = check("certificate", lambda: check_certificate(url))
    assert (finding.good, finding.unknown, finding.is_fault) == (False, True, False)
    assert "is not reached from this host" in finding.detail


def test_a_server_that_speaks_no_tls_is_a_fault() -> None:
    class Plain(BaseRequestHandler):
        def handle(self) -> None:
            self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with serving_by(Plain) as port, pytest.raises(ServerCheckError, match="speaks no TLS"):
        check_certificate(f"https://localhost:{port}")


def test_an_address_without_tls_has_no_certificate() -> None:
    assert check_certificate("http://127.0.0.1:8000") == "none: ADMITONE_PUBLIC_URL is http://"
