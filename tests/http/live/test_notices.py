"""`event: notice`: open seat maps receive each change of the event once, and their seat states stay correct."""

from typing import Any

import pytest

from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer, in_days
from tests.event_stream import Stream, open_stream

pytestmark = pytest.mark.xdist_group("stack")


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_new_prices_send_one_notice(organizer: Organizer, ada: Buyer, encoding: str) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(2, 4))
    level = show.details["price_levels"][0]["id"]

    async with open_stream(ada.http, show.id, encoding=encoding) as first, open_stream(ada.http, show.id) as another:
        for stream in (first, another):
            await stream.next()
        price = {"price": {"amount": 9900, "currency": "EUR"}}
        changed = await organizer.http.patch(f"/organizer/price-levels/{level}", json=price)
        assert changed.status_code == 200
        received = [await notices(stream, 1) for stream in (first, another)]
        await ada.hold(show, seats=list(show.seats[:2]))
        received_later = [await notices_until(stream, "hhaaaaaa") for stream in (first, another)]
        fresh = (await ada.seats(show)).json()

    assert received[0] == received[1] == [{**expected_notice(show.id, "price"), "starts_at": show.details["starts_at"]}]
    assert received_later == [[], []]
    assert fresh["states"] == first.seat_map.states


async def test_a_cancellation_sends_one_notice(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(2, 4))

    async with open_stream(ada.http, show.id) as stream:
        await stream.next()
        await ada.hold(show, seats=list(show.seats[:2]))
        await organizer.cancel(show)
        [received] = await notices(stream, 1)
        await stream.until("hhaaaaaa")

    assert (received["kind"], received["status"]) == ("status", "cancelled")


async def test_a_new_time_sends_one_notice(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(2, 4))
    starts_at = in_days(40)

    async with open_stream(ada.http, show.id) as stream:
        await stream.next()
        await organizer.post(f"/organizer/events/{show.id}/postponement", {"starts_at": starts_at})
        received = await notices(stream, 1)
        await ada.hold(show, seats=list(show.seats[:2]))
        received += await notices_until(stream, "hhaaaaaa")

    assert received == [{**expected_notice(show.id, "time"), "status": "rescheduled", "starts_at": starts_at}]


async def test_the_last_sale_sends_one_notice(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(1, 4))

    async with open_stream(ada.http, show.id) as stream:
        await stream.next()
        for seats in (show.seats[:2], show.seats[2:]):
            await ada.confirm(await ada.hold(show, seats=list(seats)))
        [received] = await notices(stream, 1)
        await stream.until("ssss")  # in one tick, the notice comes before the seats

    assert (received["kind"], received["status"]) == ("sold_out", "scheduled")


async def test_a_new_name_sends_no_notice(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(2, 4))

    async with open_stream(ada.http, show.id) as stream:
        await stream.next()
        for change in ({"name": "Another Name"}, {"booking_fee": {"amount": 100, "currency": "EUR"}}):
            changed = await organizer.http.patch(f"/organizer/events/{show.id}", json=change)
            assert changed.status_code == 200, changed.text
        received = await notices(stream, 1)

    assert [notice["kind"] for notice in received] == ["price"]
    assert received[0]["revision"] == int(changed.headers["ETag"].strip('"'))


def expected_notice(event_id: str, kind: str) -> dict[str, Any]:
    """Return the notice of a scheduled event that was created, published and then changed."""
    return {"event_id": event_id, "kind": kind, "status": "scheduled", "revision": 3}


async def notices(stream: Stream, count: int) -> list[Any]:
    """Read until this number of notices has arrived."""
    received: list[Any] = []
    while len(received) < count:
        sent = await stream.next()
        if sent.name == "notice":
            assert sent.id == "", "a client resumes from the seats that it has"
            received.append(sent.data)
    return received


async def notices_until(stream: Stream, states: str) -> list[Any]:
    """Read until the map shows these states; return the notices received on the way."""
    received: list[Any] = []
    while stream.seat_map.states != states:
        sent = await stream.next()
        if sent.name == "notice":
            received.append(sent.data)
    return received
