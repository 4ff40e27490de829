import pytest

from admitone.runtime.oidc_settings import NAME, OidcSettings, read_oidc_settings

COMPLETE = {
    "ADMITONE_OIDC_ISSUER": "https://id.example/realms/house",
    "ADMITONE_OIDC_CLIENT_ID": "console",
    "ADMITONE_OIDC_CLIENT_SECRET": "quiet",
}


def test_without_any_variable_there_is_no_provider() -> None:
    faults: list[str] = []

    assert read_oidc_settings({"ADMITONE_OIDC_NAME": "our account"}, faults) is None
    assert faults == []


def test_the_provider_is_read_and_its_secret_is_not_shown() -> None:
    faults: list[str] = []

    settings = read_oidc_settings(COMPLETE, faults)

    assert settings == OidcSettings("https://id.example/realms/house", "console", "quiet", NAME)
    assert "quiet" not in repr(settings)
    assert faults == []


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"ADMITONE_OIDC_CLIENT_SECRET": ""}, "ADMITONE_OIDC_CLIENT_SECRET is missing"),
        ({"ADMITONE_OIDC_ISSUER": ""}, "ADMITONE_OIDC_ISSUER is missing"),
        ({"ADMITONE_OIDC_ISSUER": "http://id.example"}, "ADMITONE_OIDC_ISSUER must be an https:// URL"),
        ({"ADMITONE_OIDC_ISSUER": "https://id.example?realm=1"}, "ADMITONE_OIDC_ISSUER must be an https:// URL"),
        ({"ADMITONE_OIDC_ISSUER": "https://id.example:x"}, "ADMITONE_OIDC_ISSUER must be an https:// URL"),
        ({"ADMITONE_OIDC_NAME": "x" * 61}, "ADMITONE_OIDC_NAME must be a name"),
    ],
)
def test_every_fault_is_named(changed: dict[str, str], fault: str) -> None:
    faults: list[str] = []

    read_oidc_settings(COMPLETE | changed, faults)

    assert len(faults) == 1
    assert faults[0].startswith(fault)
