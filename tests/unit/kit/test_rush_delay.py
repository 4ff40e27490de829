"""In a rush, captures and confirmations wait for minutes."""

from admitone.kit.rush_delay import RUSH_SECONDS, rush_delay_seconds


def test_the_work_of_a_rush_is_spread_over_minutes() -> None:
    soonest = rush_delay_seconds(is_rush=True, uniform=lambda least, _most: least)
    latest = rush_delay_seconds(is_rush=True, uniform=lambda _least, most: most)

    assert (soonest, latest) == RUSH_SECONDS


def test_without_a_rush_nothing_waits() -> None:
    assert rush_delay_seconds(is_rush=False, uniform=lambda least, _most: least) == 0
