"""Missing or malformed settings stop the start."""

import pytest

from admitone.embedded.gateway_options import LOOPBACK, read_gateway_options
from admitone.embedded.startup_error import StartupError
from admitone.runtime.settings import Settings

REST = {
    "ADMITONE_DATABASE_URL": "postgresql:///admitone",
    "ADMITONE_REDIS_URL": "redis://localhost",
    "ADMITONE_SECRET_KEY": "k" * 32,
}


@pytest.mark.parametrize("environment", [{}, {"ADMITONE_PAYMENTS": ""}, {"ADMITONE_PAYMENTS": "test"}])
def test_payments_have_no_default(environment: dict[str, str]) -> None:
    with pytest.raises(StartupError, match="ADMITONE_PAYMENTS"):
        Settings.from_environment({**REST, **environment})


@pytest.mark.parametrize(
    "url",
    [
        "tickets.example",
        "ftp://x",
        "https://",
        "https://x/shop",
        "https://x?a=b",
        "https://[",
        "https://x:99999",
        "https://x:y",
    ],
)
def test_a_public_address_is_a_scheme_and_a_host(url: str) -> None:
    with pytest.raises(StartupError, match="ADMITONE_PUBLIC_URL"):
        Settings.from_environment({**REST, "ADMITONE_PAYMENTS": "simulated", "ADMITONE_PUBLIC_URL": url})


@pytest.mark.parametrize("name", ["ADMITONE_TRUSTED_PROXIES", "ADMITONE_UNLIMITED_NETWORKS"])
def test_a_malformed_network_is_named(name: str) -> None:
    with pytest.raises(StartupError, match=name):
        read_gateway_options({name: "10.0.0.0/8,proxy.example"})


@pytest.mark.parametrize("listen", ["9464", "unix:relative", "127.0.0.1:9464; return 200"])
def test_a_malformed_metrics_listener_is_named(listen: str) -> None:
    with pytest.raises(StartupError, match="ADMITONE_METRICS_LISTEN"):
        read_gateway_options({"ADMITONE_METRICS_LISTEN": listen})


@pytest.mark.parametrize(
    ("environment", "unlimited"),
    [
        ({}, LOOPBACK),
        ({"ADMITONE_UNLIMITED_NETWORKS": ""}, ()),
        ({"ADMITONE_TRUSTED_PROXIES": "127.0.0.1"}, ()),
        ({"ADMITONE_TRUSTED_PROXIES": "10.0.0.0/8, fd00::/8"}, LOOPBACK),
    ],
)
def test_the_demo_does_not_limit_this_machine_unless_a_proxy_runs_on_it(
    environment: dict[str, str], unlimited: tuple[str, ...]
) -> None:
    assert read_gateway_options(environment, demo=True).unlimited_networks == unlimited


def test_outside_the_demo_every_client_is_limited() -> None:
    assert read_gateway_options({}).unlimited_networks == ()


def test_outside_the_demo_the_gateway_answers_for_the_public_host() -> None:
    environment = {"ADMITONE_PUBLIC_URL": "https://tickets.example:8443"}

    assert read_gateway_options(environment).hosts == ("tickets.example",)
    assert read_gateway_options(environment, demo=True).hosts == ()
    assert read_gateway_options({}).hosts == ()


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "3651", "ninety", "9" * 30])
def test_a_malformed_number_of_days_is_named(days: str) -> None:
    with pytest.raises(StartupError, match="ADMITONE_PERSONAL_DATA_DAYS must be a whole number"):
        Settings.from_environment({**REST, "ADMITONE_PAYMENTS": "simulated", "ADMITONE_PERSONAL_DATA_DAYS": days})


@pytest.mark.parametrize(("days", "expected"), [("", None), ("90", 90)])
def test_personal_data_stays_unless_a_number_of_days_is_set(days: str, expected: int | None) -> None:
    environment = {**REST, "ADMITONE_PAYMENTS": "simulated", "ADMITONE_PERSONAL_DATA_DAYS": days}

    assert Settings.from_environment(environment).personal_data_days == expected


@pytest.mark.parametrize(("text", "expected"), [(None, True), ("", True), ("1", True), ("0", False)])
def test_captures_wait_in_a_rush_unless_told_otherwise(text: str | None, expected: bool) -> None:
    environment = {**REST, "ADMITONE_PAYMENTS": "simulated"}
    if text is not None:
        environment["ADMITONE_DEFER_IN_RUSH"] = text

    assert Settings.from_environment(environment).defers_in_rush is expected


def test_a_switch_is_0_or_1() -> None:
    with pytest.raises(StartupError, match="ADMITONE_DEFER_IN_RUSH must be 0 or 1"):
        Settings.from_environment({**REST, "ADMITONE_PAYMENTS": "simulated", "ADMITONE_DEFER_IN_RUSH": "no"})
