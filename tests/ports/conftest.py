"""The second search engine's server, for the tests that are marked `opensearch`."""

import os

import pytest

from tests.opensearch_server import shared_opensearch


@pytest.fixture(scope="session")
def opensearch_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A server that is there already can be named by ADMITONE_TEST_SEARCH_URL."""
    if url := os.environ.get("ADMITONE_TEST_SEARCH_URL"):
        return url
    folder = tmp_path_factory.getbasetemp()
    return shared_opensearch(folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder)
