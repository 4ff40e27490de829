"""In a rush the money is reserved, and taken minutes later."""

from admitone.payments.domain.capture_delay import RUSH_SECONDS, capture_delay_seconds


def test_captures_of_a_rush_are_spread_over_minutes() -> None:
    soonest = capture_delay_seconds(is_rush=True, uniform=lambda least, _most: least)
    latest = capture_delay_seconds(is_rush=True, uniform=lambda _least, most: most)

    assert (soonest, latest) == RUSH_SECONDS


def test_without_a_rush_a_capture_does_not_wait() -> None:
    assert capture_delay_seconds(is_rush=False, uniform=lambda least, _most: least) == 0
