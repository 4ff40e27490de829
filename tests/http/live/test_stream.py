"""`GET /events/{id}/live`: a snapshot, then numbered deltas; together they always equal a fresh snapshot."""

import asyncio
import random

import pytest

from admitone.testing.buyer import Buyer, Held
from admitone.testing.organizer import Organizer
from tests.event_stream import open_stream
from tests.problems import refusal

pytestmark = pytest.mark.xdist_group("stack")


async def test_the_first_event_is_the_snapshot(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(2, 4), standing=7)

    async with open_stream(ada.http, show.id) as stream:
        first = await stream.next()

    assert stream.answer.headers["Content-Type"].startswith("text/event-stream")
    assert stream.answer.headers["Cache-Control"] == "no-store"
    assert stream.answer.headers["Content-Encoding"] == "gzip"
    assert first.name == "snapshot"
    assert first.id == str(first.data["version"])
    assert first.data == (await ada.seats(show)).json()


async def test_a_client_that_does_not_accept_compression_gets_plain_text(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(2, 4))

    async with open_stream(ada.http, show.id, encoding="identity") as stream:
        first = await stream.next()

    assert "Content-Encoding" not in stream.answer.headers
    assert first.data == (await ada.seats(show)).json()


async def test_others_see_a_hold_within_a_second(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(2, 4))

    async with open_stream(ada.http, show.id) as first, open_stream(ada.http, show.id) as another:
        await first.next()
        await another.next()
        held = await ada.hold(show, seats=list(show.seats[:2]))
        await first.until("hhaaaaaa", 1)
        await another.until("hhaaaaaa", 1)
        await ada.confirm(held)
        await first.until("ssaaaaaa", 1)
        await another.until("ssaaaaaa", 1)


async def test_applying_the_deltas_is_a_fresh_snapshot(organizer: Organizer, ada: Buyer) -> None:
    """Seeded random buyers hold, pay and release, in seats and on the standing floor."""
    show = await organizer.show(
        hall=await organizer.plain_hall(6, 6), standing=30, ticket_limit=100, allow_orphans=True
    )
    chance, holds = random.Random(20), list[Held]()

    async with open_stream(ada.http, show.id) as stream:
        await stream.next()
        for number in range(60):
            if holds and chance.random() < 0.5:
                held = holds.pop(chance.randrange(len(holds)))
                await (ada.confirm(held) if chance.random() < 0.5 else ada.release(held))
            elif chance.random() < 0.5:
                answer = await Buyer(ada.http, f"b{number}").checkout(show, seats=[chance.choice(show.seats)])
                holds += [Held.of(answer)] if answer.status_code == 201 else []
            else:
                floor = [{"section_id": show.floor, "quantity": chance.randint(1, 2)}]
                answer = await Buyer(ada.http, f"b{number}").checkout(show, general_admission=floor)
                holds += [Held.of(answer)] if answer.status_code == 201 else []
        await asyncio.sleep(1.2)
        fresh = (await ada.seats(show)).json()
        while stream.seat_map.version < fresh["version"]:
            await stream.next(2)

    assert stream.seat_map.content == fresh


async def test_a_reconnecting_client_resumes_where_it_was(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(2, 4))
    async with open_stream(ada.http, show.id) as stream:
        await stream.next()
    await ada.hold(show, seats=list(show.seats[:2]))
    await Buyer(ada.http, "bob").hold(show, seats=list(show.seats[4:6]))

    async with open_stream(
        ada.http, show.id, last_event_id=str(stream.seat_map.version), seat_map=stream.seat_map
    ) as resumed:
        missed = await resumed.next()
        if resumed.seat_map.states != "hhaahhaa":  # the second hold came with the next delta
            await resumed.until("hhaahhaa")

    assert missed.name == "delta"


@pytest.mark.parametrize("version", ["0", "1", str(2**52), "9" * 60, "-1", "abc", "１２", ""])
async def test_an_unknown_version_gets_a_snapshot(organizer: Organizer, ada: Buyer, version: str) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(2, 4))

    async with open_stream(ada.http, show.id, last_event_id=version) as stream:
        assert (await stream.next()).name == "snapshot"


async def test_a_quiet_stream_sends_heartbeats(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=3)

    async with open_stream(ada.http, show.id) as stream:
        await stream.next()
        sign = await stream.next(20)

    assert sign.name == "comment"


async def test_a_hold_that_expires_is_shown(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(2, 4), hold_seconds=5)

    async with open_stream(ada.http, show.id) as stream:
        await stream.next()
        await ada.hold(show, seats=list(show.seats[:2]))
        await stream.until("hhaaaaaa", 1)
        await stream.until("aaaaaaaa", 7)


async def test_an_unknown_event_has_no_stream(ada: Buyer) -> None:
    async with open_stream(ada.http, "evt_01jd3x9k7qf0c8v5t2m4n6p8r0") as stream:
        assert refusal(stream.answer) == (404, "event-not-found")
