"""Tests of one group run on one worker: they share servers, or would disturb each other."""

import pytest


@pytest.mark.xdist_group("kept_together")
def test_the_distribution_of_tests_knows_their_groups(request: pytest.FixtureRequest) -> None:
    """Releases of pytest have lost the groups without an error, and stacks of two workers shared a database."""
    if hasattr(request.config, "workerinput"):
        assert request.node.nodeid.endswith("@kept_together")
