"""The settings of mail: each fault is named, and nothing secret crosses a network unencrypted."""

import pytest

from admitone.mail.adapters.smtp import SmtpServer
from admitone.runtime.mail_settings import read_mail_settings

SENDER = {"ADMITONE_MAIL_FROM": "tickets@venue.example"}


def test_without_a_server_there_is_no_mail() -> None:
    faults: list[str] = []

    assert (read_mail_settings({}, faults), faults) == (None, [])


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", SmtpServer("mail.example", 587, "starttls")),
        (
            "smtp://ada:s%40cret@mail.example:25?tls=starttls",
            SmtpServer("mail.example", 25, "starttls", "ada", "s@cret"),
        ),
        ("smtp://mail.example?tls=implicit", SmtpServer("mail.example", 465, "implicit")),
        ("smtp://127.0.0.1:1025?tls=none", SmtpServer("127.0.0.1", 1025, "none")),
    ],
)
def test_an_address_of_a_server(url: str, server: SmtpServer) -> None:
    faults: list[str] = []
    settings = read_mail_settings({**SENDER, "ADMITONE_MAIL_URL": url}, faults)

    assert faults == []
    assert settings is not None
    assert settings.server == server
    assert "s@cret" not in repr(settings)


@pytest.mark.parametrize(
    "changes",
    [
        {"ADMITONE_MAIL_URL": "http://mail.example"},
        {"ADMITONE_MAIL_URL": "smtp://"},
        {"ADMITONE_MAIL_URL": "smtp://mail.example:port"},
        {"ADMITONE_MAIL_URL": "smtp://mail.example?tls=maybe"},
        {"ADMITONE_MAIL_URL": "smtp://mail.example?starttls"},
        {"ADMITONE_MAIL_URL": "smtp://mail.example?tls=none"},
        {"ADMITONE_MAIL_URL": "smtp://ada:secret@127.0.0.1?tls=none"},
        {"ADMITONE_MAIL_URL": "smtp://ada@mail.example"},
        {"ADMITONE_MAIL_FROM": ""},
        {"ADMITONE_MAIL_FROM": "tickets"},
        {"ADMITONE_MAIL_RATE": "0"},
        {"ADMITONE_MAIL_RATE": "fast"},
        {"ADMITONE_MAIL_DKIM_SELECTOR": "Not a name", "ADMITONE_MAIL_DKIM_KEY_FILE": ""},
    ],
)
def test_a_fault_names_its_setting(changes: dict[str, str]) -> None:
    faults: list[str] = []
    read_mail_settings({**SENDER, "ADMITONE_MAIL_URL": "smtp://mail.example", **changes}, faults)

    assert sorted(fault.partition(" ")[0].rstrip(":") for fault in faults) == sorted(changes)
