"""ADMITONE_SEARCH_URL chooses the engine, and is checked at the start."""

import pytest

from admitone.embedded.startup_error import StartupError
from admitone.runtime.settings import Settings

REST = {
    "ADMITONE_DATABASE_URL": "postgresql:///admitone",
    "ADMITONE_REDIS_URL": "redis://localhost",
    "ADMITONE_SECRET_KEY": "k" * 32,
    "ADMITONE_PAYMENTS": "simulated",
}


@pytest.mark.parametrize(
    ("text", "urls"),
    [("", ()), ("http://one:9200", ("http://one:9200",)), (" http://a:1/, https://b:2", ("http://a:1", "https://b:2"))],
)
def test_the_nodes_of_one_cluster_are_listed_with_commas(text: str, urls: tuple[str, ...]) -> None:
    assert urls == Settings.from_environment({**REST, "ADMITONE_SEARCH_URL": text}).search_urls


@pytest.mark.parametrize("text", ["one:9200", "ftp://one", "http://", "http://one,two"])
def test_an_invalid_address_is_named(text: str) -> None:
    with pytest.raises(StartupError, match="ADMITONE_SEARCH_URL"):
        Settings.from_environment({**REST, "ADMITONE_SEARCH_URL": text})
