"""What a page selects from many: varied posters, prices of one currency."""

from typing import Any

from admitone.pages.domain.price_steps import price_steps
from admitone.pages.domain.variety import vary_events


def _show(event_id: str, headliner: str | None) -> dict[str, Any]:
    return {"id": event_id, "performers": [{"id": headliner}] if headliner else []}


def test_headliners_take_turns_and_the_order_stays() -> None:
    events = [_show("a", "orchestra"), _show("b", "orchestra"), _show("c", "orchestra"), _show("d", "band")]
    assert [event["id"] for event in vary_events(events, 2)] == ["a", "d"]
    assert [event["id"] for event in vary_events(events, 3)] == ["a", "b", "d"]
    assert vary_events([_show("x", None)], 5) == [_show("x", None)]


def test_prices_are_offered_in_the_currency_that_most_shows_have() -> None:
    entries = [
        {"value": "AED:0-2500", "count": 1, "currency": "AED", "min": 0, "max": 2500},
        {"value": "EUR:0-2500", "count": 5, "currency": "EUR", "min": 0, "max": 2500},
        {"value": "EUR:20000-", "count": 2, "currency": "EUR", "min": 20000},
    ]
    assert price_steps(entries) == [entries[1]]
    assert price_steps([]) == []
