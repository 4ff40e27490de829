"""Certificates by ACME: the commands of docs/how-to/certificates.md, with certbot and Pebble, at the real gateway."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from cryptography import x509

from admitone.cli.main import main
from admitone.embedded.binaries import find_nginx
from admitone.embedded.gateway import HTTP_ROLES
from tests.certificates import write_certificate
from tests.free_ports import free_ports
from tests.journeys.test_gateway_for_operators import run_service
from tests.started import running
from tests.tidy.tree import ROOT

pytestmark = pytest.mark.acme

HOST = "tickets.example"
PAGE = ROOT / "docs/how-to/certificates.md"
SECONDS_MAX = 60.0


@dataclass(frozen=True)
class Authority:
    """Pebble. `url`: of its directory. `certificate`: of its own HTTPS server. `root`: of those that it issues."""

    url: str
    certificate: Path
    root: Path


@contextmanager
def certificate_authority(folder: Path, challenge_port: int) -> Iterator[Authority]:
    """Run an authority that finds every name on this machine and asks for challenges on `challenge_port`."""
    api, management, dns, dns_management, unused = free_ports(5)
    folder.mkdir()
    certificate, key = write_certificate(folder, "localhost")
    settings = folder / "pebble.json"
    settings.write_text(
        f'''{{"pebble": {{"listenAddress": "127.0.0.1:{api}", "managementListenAddress": "127.0.0.1:{management}",
        "certificate": "{certificate}", "privateKey": "{key}", "httpPort": {challenge_port}, "tlsPort": {unused}}}}}'''
    )
    names = ["pebble-challtestsrv", "-defaultIPv4", "127.0.0.1", "-defaultIPv6", "", "-dns01", f"127.0.0.1:{dns}"]
    others = [words for kind in ("http01", "https01", "tlsalpn01") for words in (f"-{kind}", "")]
    with ExitStack() as stack:
        stack.enter_context(running([*names, *others, "-management", f"127.0.0.1:{dns_management}"], dns_management))
        pebble = ["pebble", "-config", str(settings), "-dnsserver", f"127.0.0.1:{dns}", "-strict"]
        stack.enter_context(running(pebble, api, {"PEBBLE_VA_NOSLEEP": "1"}))
        trusted = ssl.create_default_context(cafile=certificate)
        root = folder / "root.pem"
        root.write_bytes(httpx.get(f"https://localhost:{management}/roots/0", verify=trusted).content)
        yield Authority(f"https://localhost:{api}/dir", certificate, root)


@dataclass(frozen=True)
class Host:
    """A gateway's host: a folder in the place of `/`, the ports of nginx, and the environment of a shell."""

    folder: Path
    https: int
    http: int
    config: Path
    environment: Mapping[str, str]

    def run(self, script: str) -> str:
        """Run commands of the page with this host's paths. Return what they print."""
        script = re.sub(r"(?<![\w/.])/(etc|var)/", rf"{self.folder}/\1/", script)
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def presented(self) -> x509.Certificate:
        with socket.create_connection(("127.0.0.1", self.https)) as plain:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            with context.wrap_socket(plain, server_hostname=HOST) as tls:
                certificate = tls.getpeercert(binary_form=True)
        assert certificate is not None
        return x509.load_der_x509_certificate(certificate)

    def wait_for_another(self, than: x509.Certificate) -> x509.Certificate:
        """Return the certificate that nginx presents after its reload, which is asynchronous."""
        deadline = time.monotonic() + SECONDS_MAX
        while (found := self.presented()) == than:
            assert time.monotonic() < deadline, "nginx presents the old certificate"
            time.sleep(0.05)
        return found


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="admitone-acme-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def make_host(folder: Path, authority: Authority, http: int, *options: str) -> Host:
    """Prepare a host with a self-signed certificate, as the first event does."""
    (https,) = free_ports(1)
    tls = folder / "etc/admitone/tls"
    for made in (tls, folder / "var/cache/admitone/acme", folder / "etc/nginx", folder / "bin", folder / "letsencrypt"):
        made.mkdir(parents=True)
    write_certificate(tls, HOST)
    config = folder / "etc/nginx/nginx.conf"
    arguments = [
        *("gateway", "render", "--public-url", f"https://{HOST}", "--role", f"{','.join(HTTP_ROLES)}=127.0.0.1:1"),
        *("--listen", f"127.0.0.1:{https}", "--redirect-listen", f"127.0.0.1:{http}", *options),
        *("--tls-certificate", f"{tls}/certificate.pem", "--tls-key", f"{tls}/key.pem"),
        *("--folder", f"{folder}/var/cache/admitone", "--pid", f"{config.parent}/nginx.pid", "--out", str(config)),
    ]
    rendered = CliRunner().invoke(main, arguments)
    assert rendered.exit_code == 0, rendered.output
    reload = folder / "bin/systemctl"
    reload.write_text(
        f"#!/bin/sh\n[ \"$*\" = 'reload nginx' ] && exec {find_nginx(os.environ)} -c {config} -s reload\n"
    )
    reload.chmod(0o755)
    (folder / "letsencrypt/cli.ini").write_text(
        f"server = {authority.url}\nconfig-dir = {folder}/etc/letsencrypt\nwork-dir = {folder}/work\n"
        f"logs-dir = {folder}/log\nno-random-sleep-on-renew = true\n"
    )
    program = os.pathsep.join([str(folder / "bin"), str(ROOT / ".venv/bin"), os.environ["PATH"]])
    environment = {"PATH": program, "XDG_CONFIG_HOME": str(folder), "REQUESTS_CA_BUNDLE": str(authority.certificate)}
    return Host(folder, https, http, config, environment)


def test_the_page_gets_a_certificate_and_renews_it_without_a_restart(folder: Path) -> None:
    (http,) = free_ports(1)
    (commands,) = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    with certificate_authority(folder / "authority", http) as authority:
        host = make_host(folder, authority, http)
        with run_service(find_nginx(os.environ), host.config, host.https):
            nginx = (host.config.parent / "nginx.pid").read_text()
            self_signed = host.presented()
            host.run(commands)
            first = host.wait_for_another(self_signed)
            host.run("certbot renew --force-renewal")
            second = host.wait_for_another(first)
            trusted = ssl.create_default_context(cafile=str(authority.root))
            with socket.create_connection(("127.0.0.1", host.https)) as plain:
                trusted.wrap_socket(plain, server_hostname=HOST).close()
            assert (host.config.parent / "nginx.pid").read_text() == nginx

    assert "Pebble" in first.issuer.rfc4514_string()
    assert first.serial_number != second.serial_number


def test_one_host_gets_the_certificate_for_every_gateway(folder: Path) -> None:
    http, standalone = free_ports(2)
    with certificate_authority(folder / "authority", http) as authority:
        gateway = make_host(folder, authority, http, "--acme-server", f"127.0.0.1:{standalone}")
        with run_service(find_nginx(os.environ), gateway.config, gateway.https):
            said = gateway.run(
                f"certbot certonly --non-interactive --agree-tos --register-unsafely-without-email --domain {HOST}"
                f" --standalone --http-01-port {standalone}"
            )

    assert "Successfully received certificate" in said
    assert (folder / "etc/letsencrypt/live" / HOST / "fullchain.pem").exists()
