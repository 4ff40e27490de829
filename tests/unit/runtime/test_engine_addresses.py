"""Addresses of PostgreSQL and Redis may name several hosts; a mistake is named, and no password with it."""

import pytest

from admitone.kit.redis import FAILOVER_CONNECT_SECONDS_MAX, FAILOVER_SECONDS_MAX, connect_redis
from admitone.kit.redis_cluster import parse_cluster_url
from admitone.kit.redis_sentinel import parse_sentinel_url
from admitone.runtime.engine_addresses import read_database_url, read_lag_seconds, read_redis_url, read_replica_url

SENTINELS = "redis+sentinel://app:s%2Fecret@a.internal:26380,b.internal,[2001:db8::1]:26379/seats/3"


def faults_of_database(url: str) -> list[str]:
    faults: list[str] = []
    assert read_database_url({"ADMITONE_DATABASE_URL": url}, faults) == url
    return faults


def faults_of_redis(url: str) -> list[str]:
    faults: list[str] = []
    assert read_redis_url({"ADMITONE_REDIS_URL": url}, faults) == url
    return faults


@pytest.mark.parametrize("attributes", ["", "?target_session_attrs=any", "?target_session_attrs=prefer-standby"])
def test_several_hosts_of_postgresql_need_the_word_that_skips_replicas(attributes: str) -> None:
    (fault,) = faults_of_database(f"postgresql://app:secret@a.internal,b.internal:5433/admitone{attributes}")

    assert "add ?target_session_attrs=read-write" in fault
    assert "secret" not in fault


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://app@a.internal,b.internal/admitone?target_session_attrs=read-write",
        "postgresql://app@a.internal,b.internal/admitone?target_session_attrs=primary",
        "postgresql:///admitone?host=/run/a,/run/b&target_session_attrs=read-write",
        "postgresql://app@a.internal/admitone",
    ],
)
def test_addresses_of_postgresql_that_reach_a_primary(url: str) -> None:
    assert faults_of_database(url) == []


def test_an_unreadable_address_of_postgresql_is_named_without_its_password() -> None:
    (fault,) = faults_of_database("postgresql://app:secret@host:port:5432/admitone?nonsense=1")

    assert "ADMITONE_DATABASE_URL cannot be read" in fault
    assert "secret" not in fault


@pytest.mark.parametrize("url", ["redis://:secret@host:port", "redis://:secret@[", "rediss://:secret@host:99999/0"])
def test_an_unreadable_address_of_redis_is_named_without_its_password(url: str) -> None:
    (fault,) = faults_of_redis(url)

    assert "ADMITONE_REDIS_URL cannot be read" in fault
    assert "secret" not in fault


def test_an_address_of_sentinels() -> None:
    address = parse_sentinel_url(f"{SENTINELS}?sentinel_password=other")

    assert faults_of_redis(SENTINELS) == []
    assert address.sentinels == (("a.internal", 26380), ("b.internal", 26379), ("2001:db8::1", 26379))
    assert (address.service, address.db, address.is_tls) == ("seats", 3, False)
    assert (address.username, address.password) == ("app", "s/ecret")
    assert (address.sentinel_username, address.sentinel_password) == (None, "other")
    assert "ecret" not in repr(address)
    assert "other" not in repr(address)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("redis+sentinel://:secret@a.internal,b.internal", "the name of the service is missing"),
        ("redis+sentinel://:secret@a.internal,/seats", "'' is not a host and a port"),
        ("redis+sentinel://:secret@a.internal:many/seats", "'a.internal:many' is not a host and a port"),
        ("redis+sentinel://:secret@a.internal/seats/first", "is not a number"),
        ("redis+sentinel://:secret@a.internal/seats?db=3", "unknown option db"),
    ],
)
def test_what_is_wrong_with_an_address_of_sentinels_is_named(url: str, fault: str) -> None:
    (text,) = faults_of_redis(url)

    assert text.startswith("ADMITONE_REDIS_URL: ")
    assert fault in text
    assert "secret" not in text


def test_an_address_of_another_kind_is_refused() -> None:
    (fault,) = faults_of_redis("redis+proxy://a.internal")

    assert "must begin with redis:// or rediss:// or unix:// or redis+sentinel://" in fault


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://app@b.internal/admitone",
        "postgresql://app@b.internal,a.internal/admitone?target_session_attrs=prefer-standby",
        "postgresql:///admitone?host=/run/a,/run/b&target_session_attrs=standby",
    ],
)
def test_addresses_of_replicas(url: str) -> None:
    faults: list[str] = []

    assert read_replica_url({"ADMITONE_READ_DATABASE_URL": url}, faults) == url
    assert faults == []


def test_without_an_address_there_is_no_replica() -> None:
    faults: list[str] = []

    assert read_replica_url({"ADMITONE_READ_DATABASE_URL": ""}, faults) is None
    assert faults == []


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("postgresql://app@a,b/admitone?target_session_attrs=read-write", "add ?target_session_attrs=prefer-standby"),
        ("postgresql://app@a,b/admitone?target_session_attrs=standby&load_balance_hosts=random", "leave load_balance"),
        ("postgresql://app:secret@host:port:5432/admitone?nonsense=1", "ADMITONE_READ_DATABASE_URL cannot be read"),
        ("mysql://app@a/admitone", "ADMITONE_READ_DATABASE_URL must begin with"),
    ],
)
def test_a_mistake_in_the_address_of_replicas_is_named(url: str, fault: str) -> None:
    faults: list[str] = []

    read_replica_url({"ADMITONE_READ_DATABASE_URL": url}, faults)

    assert len(faults) == 1
    assert fault in faults[0]


def test_the_age_of_a_replicas_answers_is_bounded() -> None:
    faults: list[str] = []

    assert read_lag_seconds({}, faults) == 2.0
    assert read_lag_seconds({"ADMITONE_READ_LAG_SECONDS": "0.5"}, faults) == 0.5
    assert faults == []
    for wrong in ("0", "61", "soon", "nan"):
        read_lag_seconds({"ADMITONE_READ_LAG_SECONDS": wrong}, faults)
    assert len(faults) == 4


def test_an_address_of_a_cluster_names_hosts_and_credentials() -> None:
    url = "rediss+cluster://app:s%2Fecret@a.internal:7000,b.internal,[2001:db8::1]:7001"

    assert faults_of_redis(url) == []
    address = parse_cluster_url(url)
    assert address.nodes == (("a.internal", 7000), ("b.internal", 6379), ("2001:db8::1", 7001))
    assert (address.is_tls, address.username, address.password) == (True, "app", "s/ecret")
    assert "s/ecret" not in repr(address)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("redis+cluster://:secret@a.internal/3", "only the database 0"),
        ("redis+cluster://:secret@a.internal:word", "is not a host and a port"),
        ("redis+cluster://:secret@a.internal,", "is not a host and a port"),
        ("redis+cluster://:secret@a.internal?db=1", "it has no options"),
    ],
)
def test_a_mistake_in_the_address_of_a_cluster_is_named(url: str, words: str) -> None:
    (fault,) = faults_of_redis(url)

    assert words in fault
    assert "secret" not in fault


def test_where_another_server_takes_over_no_command_waits_for_the_lost_one() -> None:
    for url in (SENTINELS, "redis+cluster://a.internal"):
        options = connect_redis(url).connection_pool.connection_kwargs
        assert options["socket_timeout"] == FAILOVER_SECONDS_MAX
        assert options["socket_connect_timeout"] == FAILOVER_CONNECT_SECONDS_MAX
