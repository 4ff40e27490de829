from datetime import UTC, date, datetime, timedelta

import pytest

from admitone.catalogue.domain.codes import COUNTRIES
from admitone.demo.sample import stage
from admitone.demo.sample_dates import move_date
from admitone.demo.sample_offers import CURRENCY_OF, SEATING_PLAN_TIERS, offer_of
from admitone.kit.currencies import CURRENCIES

TODAY = date(2026, 11, 22)
PLANS = {name: f"map_{name}" for name in SEATING_PLAN_TIERS}


@pytest.mark.parametrize("days", range(0, 1_500, 7))
def test_a_moved_date_keeps_its_weekday_and_is_in_the_coming_year(days: int) -> None:
    original = date(1996, 2, 27) + timedelta(days=days * 5)
    moved = move_date(original, TODAY)
    assert original.weekday() == moved.weekday()
    assert TODAY < moved <= TODAY + timedelta(days=364)


def test_a_moved_date_is_within_three_days_of_the_same_day_of_the_year() -> None:
    assert date(2027, 5, 9) == move_date(date(2013, 5, 12), TODAY)


def test_a_leap_day_moves_too() -> None:
    assert date(2027, 2, 27) == move_date(date(2020, 2, 29), TODAY)


def test_every_currency_of_the_sample_is_known() -> None:
    assert set(CURRENCY_OF.values()) <= CURRENCIES
    assert set(CURRENCY_OF) <= COUNTRIES


def test_yen_have_no_decimals_and_dinars_three() -> None:
    event = {"id": "evt_1", "segment": "sports", "genre": "football", "series": "Japan | J1 League"}
    yen = offer_of(event, "stadium", "JP", PLANS)["price_levels"][0]["price"]
    dinars = offer_of(event, "stadium", "KW", PLANS)["price_levels"][0]["price"]
    assert (yen["currency"], yen["amount"] % 100) == ("JPY", 0)
    assert (dinars["currency"], 10_000 <= dinars["amount"] < 100_000) == ("KWD", True)


def test_a_staged_event_keeps_its_local_time_and_is_published() -> None:
    event = {
        "type": "event",
        "id": "evt_1",
        "segment": "music",
        "genre": "classical",
        "city": "Wien",
        "country_code": "AT",
        "timezone": "Europe/Vienna",
        "local_start": "1996-05-12T19:30",
    }
    line = stage(event, None, PLANS, datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert (
        line["local_start"],
        line["publish"],
        line["price_levels"][0]["price"]["currency"],
    ) == ("2027-05-09T19:30", True, "EUR")
