"""A Redis Cluster loses no host that has most of its primaries: the others would elect nothing."""

import pytest

from admitone.runtime.server_checks import ServerCheckError, check_majority_without

HOSTS = {"a", "b", "c"}


def test_a_primary_on_each_host_is_well() -> None:
    check_majority_without(["a", "b", "c"], HOSTS)


def test_two_of_three_primaries_on_a_host_are_named() -> None:
    """As after a failover: the replica of a lost host has become a second primary of its host."""
    with pytest.raises(ServerCheckError, match="2 of 3 primaries are on b"):
        check_majority_without(["b", "b", "c"], HOSTS)


def test_half_of_the_primaries_are_no_majority() -> None:
    with pytest.raises(ServerCheckError, match="1 of 2 primaries"):
        check_majority_without(["a", "b"], HOSTS)


def test_a_cluster_on_one_host_is_a_trial() -> None:
    check_majority_without(["a", "a", "a"], {"a"})
