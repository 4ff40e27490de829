"""A batch is cut so that no two items of a group share a key."""

from admitone.kit.batcher import disjoint_groups


def test_items_that_share_a_key_are_in_different_groups() -> None:
    groups = disjoint_groups(["ab", "cd", "bc", "ef", "a"], keys=iter)

    assert groups == [["ab", "cd", "ef"], ["bc", "a"]]


def test_what_shares_nothing_stays_one_group_in_its_order() -> None:
    assert disjoint_groups([3, 1, 2], keys=lambda number: [number]) == [[3, 1, 2]]
