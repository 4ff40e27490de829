"""`admitone gateway render` and `check`: the configuration starts in every nginx of this machine, as a service."""

import asyncio
import grp
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from admitone.cli.main import main
from admitone.embedded.binaries import find_binaries, find_nginx
from admitone.embedded.gateway import HTTP_ROLES
from admitone.testing.demo_process import is_running
from tests.certificates import write_certificate
from tests.free_ports import free_ports
from tests.gateway_process import Echo
from tests.socket_servers import port_of, serve_connections

HOST = "tickets.example"
START_SECONDS_MAX = 60.0
PROGRAMS = sorted({find_binaries(os.environ).nginx, find_nginx(os.environ)})


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder that nginx's user may enter, with a certificate and an empty folder for nginx."""
    path = Path(tempfile.mkdtemp(prefix="admitone-operator-"))
    path.chmod(0o755)
    (path / "cache").mkdir()
    write_certificate(path, HOST)
    yield path
    shutil.rmtree(path)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["gateway", *map(str, arguments)], env={"ADMITONE_PUBLIC_URL": ""})


def tls_options(folder: Path, https: int, http: int) -> list[str]:
    return [
        *("--public-url", f"https://{HOST}", "--listen", f"127.0.0.1:{https}"),
        *("--redirect-listen", f"127.0.0.1:{http}", "--folder", str(folder / "cache")),
        *("--tls-certificate", str(folder / "certificate.pem"), "--tls-key", str(folder / "key.pem")),
        *("--pid", str(folder / "nginx.pid"), "--unlimited-network", "127.0.0.0/8"),
    ]


@contextmanager
def run_service(program: Path, config: Path, port: int) -> Iterator[None]:
    """Start nginx in the background as a service manager does, and stop it by its pid file."""
    command = [str(program), "-c", str(config), "-e", "stderr", "-g", "daemon on; master_process on;"]
    started = subprocess.run(command, capture_output=True, text=True, timeout=START_SECONDS_MAX)
    assert started.returncode == 0, started.stderr
    try:
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert time.monotonic() < deadline, "nginx does not listen"
        yield
    finally:
        pid = int((config.parent / "nginx.pid").read_text())
        stopped = subprocess.run([*command, "-s", "quit"], capture_output=True, text=True)
        assert stopped.returncode == 0, stopped.stderr
        deadline = time.monotonic() + START_SECONDS_MAX
        while is_running(pid):
            assert time.monotonic() < deadline, "nginx does not stop"
            time.sleep(0.02)


@asynccontextmanager
async def serve_roles() -> AsyncIterator[tuple[list[str], dict[str, list[Echo]]]]:
    """Run two hosts of booking and one of every other role; yield the options that name them, and the echoes."""
    options: list[str] = []
    echoes: dict[str, list[Echo]] = {role: [] for role in HTTP_ROLES}
    async with AsyncExitStack() as stack:
        for role in (*HTTP_ROLES, "booking"):
            echo = Echo(role)
            server = await stack.enter_async_context(serve_connections(echo.serve))
            echoes[role].append(echo)
            options += ["--role", f"{role}=127.0.0.1:{port_of(server)}"]
        yield options, echoes


async def curl(url: str, *arguments: str) -> str:
    port = httpx.URL(url).port
    command = ["curl", "-sk", "--http2", "--resolve", f"{HOST}:{port}:127.0.0.1", *arguments, url]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    return output.decode()


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
async def test_two_booking_hosts_behind_tls_and_a_redirect(program: Path, folder: Path) -> None:
    https, http = free_ports(2)
    config = folder / "nginx.conf"
    async with serve_roles() as (roles, echoes):
        options = [*tls_options(folder, https, http), "--nginx", str(program)]
        rendered = await asyncio.to_thread(run, "render", *options, *roles, "--out", config)
        checked = await asyncio.to_thread(run, "check", config, "--nginx", program)
        assert (rendered.exit_code, checked.exit_code) == (0, 0), rendered.output + checked.output
        (folder / "cache" / "acme" / ".well-known" / "acme-challenge").mkdir(parents=True)
        (folder / "cache" / "acme" / ".well-known" / "acme-challenge" / "token").write_text("proof")
        with run_service(program, config, https):
            for number in range(6):
                answer = await curl(f"https://{HOST}:{https}/booking/{number}", "-w", "\n%{http_version}")
                assert '"role": "booking"' in answer
                assert answer.endswith("\n2")
            headers = await curl(f"https://{HOST}:{https}/e/evt_1", "-D", "-", "-o", "/dev/null")
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{http}") as plain:
                moved = await plain.get("/e/evt_1?x=%2F1", headers={"Host": "evil.example"})
                challenge = await plain.get("/.well-known/acme-challenge/token")

    assert [echo.count > 0 for echo in echoes["booking"]] == [True, True]
    assert re.search(r"^strict-transport-security: max-age=31536000\r$", headers, re.MULTILINE)
    assert (moved.status_code, moved.headers["Location"]) == (301, f"https://{HOST}/e/evt_1?x=%2F1")
    assert (challenge.status_code, challenge.text) == (200, "proof")
    assert (folder / "cache" / "error.log").exists()


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
async def test_nginx_accepts_routes_by_event(program: Path, folder: Path) -> None:
    config = folder / "nginx.conf"
    servers = ["--role", "catalogue,search,live,pages,console=127.0.0.1:9"]
    servers += ["--role", "booking=127.0.0.1:10", "--role", "booking=127.0.0.1:11"]
    options = [*tls_options(folder, *free_ports(2)), "--nginx", str(program), "--by-event", *servers]

    rendered = await asyncio.to_thread(run, "render", *options, "--out", config)
    checked = await asyncio.to_thread(run, "check", config, "--nginx", program)

    assert (rendered.exit_code, checked.exit_code) == (0, 0), rendered.output + checked.output
    assert "proxy_pass http://booking_by_event" in config.read_text()


@pytest.mark.parametrize(
    ("breakage", "words"),
    [
        ("no certificate", "The certificate {folder}/certificate.pem does not exist"),
        ("another key", "The key does not belong to the certificate"),
        ("no folder", "The folder {folder}/cache does not exist: create it"),
        ("a text as certificate", "{folder}/certificate.pem is no PEM file"),
        ("unknown server", "The server nowhere.invalid:8103 of a role has no address"),
        ("unknown user", "There is no user nobody-at-all here"),
        ("unknown group", "There is no group nobody-at-all here: give the group too, by --user USER:GROUP"),
        ("a demo's file", '"daemon" directive is duplicate'),
    ],
)
def test_the_check_names_the_fault(folder: Path, breakage: str, words: str) -> None:
    config = folder / "nginx.conf"
    https, http = free_ports(2)
    server = "nowhere.invalid:8103" if breakage == "unknown server" else "127.0.0.1:8103"
    user = {"unknown user": "nobody-at-all", "unknown group": "root:nobody-at-all"}.get(breakage)
    options = [*tls_options(folder, https, http), "--role", f"{','.join(HTTP_ROLES)}={server}"]
    rendered = run("render", *options, *(["--user", user] if user else []), "--out", config)
    assert rendered.exit_code == 0, rendered.output
    if breakage == "no certificate":
        (folder / "certificate.pem").unlink()
    elif breakage == "another key":
        (folder / "other").mkdir()
        shutil.copy(write_certificate(folder / "other", HOST)[1], folder / "key.pem")
    elif breakage == "no folder":
        (folder / "cache").rmdir()
    elif breakage == "a text as certificate":
        (folder / "certificate.pem").write_text("hello")
    elif breakage == "a demo's file":
        config.write_text("daemon off;\n" + config.read_text())
    if user is not None and os.geteuid() != 0:
        pytest.skip("only root's nginx changes its user")

    checked = run("check", config)

    assert checked.exit_code == 1
    assert words.format(folder=folder) in checked.output
    assert "nginx: " in checked.output


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_the_group_of_a_user_may_have_another_name(folder: Path, program: Path) -> None:
    user = pwd.getpwnam("nobody")
    group = grp.getgrgid(user.pw_gid).gr_name
    config = folder / "nginx.conf"
    options = [*tls_options(folder, *free_ports(2)), "--role", f"{','.join(HTTP_ROLES)}=127.0.0.1:8103"]

    rendered = run("render", *options, "--user", user.pw_name, "--out", config)
    checked = run("check", config, "--nginx", program)

    assert rendered.exit_code == 0, rendered.output
    assert f"user nobody {group};" in config.read_text()
    assert checked.exit_code == 0, checked.output


@pytest.mark.haproxy
def test_haproxy_accepts_the_file_beside_it(folder: Path) -> None:
    """The user's group has a place in nginx's file alone."""
    options = [*tls_options(folder, *free_ports(2)), "--role", f"{','.join(HTTP_ROLES)}=127.0.0.1:8103"]
    config = folder / "haproxy.cfg"

    rendered = run("render", *options, "--user", "nobody:nogroup", "--balancer-out", config)
    checked = run("check", config)
    config.write_text(config.read_text() + "    no-such-keyword\n")
    broken = run("check", config)

    assert rendered.exit_code == 0, rendered.output
    assert checked.exit_code == 0, checked.output
    assert f"HAProxy accepts {config}" in checked.output
    assert broken.exit_code == 1
    assert "unknown keyword 'no-such-keyword'" in broken.output


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--role", "booking=8103"], "--role booking=8103 must be NAME=HOST:PORT"),
        (["--role", "shop=127.0.0.1:1"], "there is no role 'shop'; the roles are catalogue, search"),
        (["--role", "search=unix:/s"], "--role is missing for catalogue, booking, live, pages"),
        (["--role", "search=127.0.0.1:99999"], "must be NAME=HOST:PORT"),
        (["--tls-certificate", "/c.pem"], "--tls-certificate and --tls-key go together"),
        ([], "TLS is missing"),
        (["--listen", "0"], "--listen 0 must be a port"),
        (["--trusted-proxy", "10.0.0.1/8"], "--trusted-proxy must be an address or a network"),
        (["--folder", "/a b"], "--folder /a b has characters"),
        (["--user", "a;b"], "--user must be the name of a user"),
        (["--metrics-listen", "x"], "--metrics-listen must be ADDRESS:PORT"),
        (["--redirect-listen", "80"], "--redirect-listen needs --tls-certificate"),
        (["--acme-server", "10.0.0.5"], "--acme-server must be HOST:PORT"),
        (["--acme-server", "10.0.0.5:8402"], "--acme-server needs a certificate and --redirect-listen"),
        (["--public-url", "tickets.example"], "must be http:// or https:// and a host"),
        (["--public-url", "https://tickets.example:x"], "cannot be read"),
    ],
)
def test_invalid_options_are_named(options: list[str], words: str) -> None:
    every = ["--role", f"{','.join(HTTP_ROLES)}=127.0.0.1:8101"] if "--role" not in options else []

    refused = run("render", "--public-url", f"https://{HOST}", *every, *options)

    assert refused.exit_code == 1, refused.output
    assert words in refused.output
    assert "Traceback" not in refused.output


def test_half_a_certificate_is_one_fault() -> None:
    every = ["--role", f"{','.join(HTTP_ROLES)}=127.0.0.1:8101"]

    refused = run("render", "--public-url", f"https://{HOST}", *every, "--tls-key", "/k.pem")

    assert "--tls-certificate and --tls-key go together" in refused.output
    assert "TLS is missing" not in refused.output


def test_a_proxy_in_front_may_terminate_tls_and_names_may_be_of_any_script() -> None:
    every = ["--role", f"{','.join(HTTP_ROLES)}=127.0.0.1:8101"]

    rendered = run("render", "--public-url", "https://bühne.example", *every, "--trusted-proxy", "10.0.0.0/8")

    assert rendered.exit_code == 0, rendered.output
    assert "server_name xn--bhne-0ra.example;" in rendered.output
    assert "listen [::]:80" in rendered.output
    assert "ssl" not in rendered.output
