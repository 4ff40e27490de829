from datetime import UTC, date, datetime, timedelta

import pytest

from admitone.search.contracts import SearchQuery
from admitone.search.domain.when import Bounds, event_moments, query_bounds, read_moment
from tests.ports.search_documents import NOW, document, time_to_be_announced

NOW_SECOND = int(NOW.timestamp())


def test_without_bounds_only_what_is_still_to_come() -> None:
    assert Bounds(NOW_SECOND, None, None, None, None, None) == query_bounds(SearchQuery(), now=NOW)


def test_days_are_in_the_venues_zone_and_instants_are_absolute() -> None:
    query = SearchQuery(starts_from="2026-07-01", starts_to="2026-07-02T00:00:00+02:00")
    midnight = int(datetime(2026, 7, 1, 22, tzinfo=UTC).timestamp())

    assert Bounds(None, None, midnight, 20260701, None, None) == query_bounds(query, now=NOW)


def test_a_fraction_of_a_second_rounds_towards_fewer_events() -> None:
    query = SearchQuery(starts_from="2026-06-15T12:00:00.5Z", starts_to="2026-06-15T12:00:00.5Z")

    assert Bounds(None, NOW_SECOND + 1, NOW_SECOND, None, None, None) == query_bounds(query, now=NOW)


def test_a_festival_lasts_until_its_last_day_and_a_night_is_of_its_first() -> None:
    festival = document("festival", place=3, ends_at=NOW + timedelta(days=32))
    night = document("night", place=3, days=9 / 24, ends_at=NOW + timedelta(hours=16))

    assert [event_moments(event).last_day for event in (festival, night)] == [20260717, 20260615]
    query = SearchQuery(starts_from="2026-06-15", starts_to="2026-06-15", under_way=True)
    assert Bounds(NOW_SECOND, None, None, None, 20260615, 20260615) == query_bounds(query, now=NOW)


def test_a_day_of_23_hours_ends_an_hour_sooner() -> None:
    moments = event_moments(time_to_be_announced("dst", date(2026, 3, 8), place=0))

    assert moments.latest - moments.earliest == 23 * 3600 - 1


@pytest.mark.parametrize("text", ["2026-13-01", "2026-07-01T25:00:00Z", "2026-W27-3", "now", "", "2026-07-01T10:00Z"])
def test_an_invalid_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any ValueError is the contract
        read_moment(text)
