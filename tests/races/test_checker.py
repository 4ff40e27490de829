"""The invariant checker finds violations: break each invariant in the data and expect the checker to report it."""

from collections.abc import Awaitable, Callable

import httpx
import psycopg
import pytest

from admitone.testing import invariants
from admitone.testing.buyer import Buyer
from admitone.testing.history import Call, Clerk, History, Outcome, Racer
from admitone.testing.organizer import Organizer
from tests.running import Stack

pytestmark = pytest.mark.xdist_group("races")

Check = Callable[..., Awaitable[None]]
NewRacer = Callable[[str], Racer]
LookSoon = Callable[[], None]


@pytest.fixture
def look_soon(monkeypatch: pytest.MonkeyPatch) -> LookSoon:
    """Use a short timeout: a violation written into the data does not disappear, so the checker need not wait."""

    def look() -> None:
        monkeypatch.setattr(invariants, "SETTLE_SECONDS_MAX", 1.0)
        monkeypatch.setattr(invariants, "MAP_SECONDS_MAX", 1.0)

    return look


BREAKS = {
    "1: place": "update booking.bookings set indexes = '{{0,1}}' where id = '{other}'",
    "1: .* places": "delete from booking.tickets where event_id = '{event}' and index = 9",
    "2: .* is released": "update booking.bookings set status = 'released', confirmed_at = null where id = '{mine}'",
    "3: ": "update simulated_processor.intents set amount_refunded = 1 "
    "where id = (select provider_ref from payments.payments where booking_id = '{mine}')",
    "4: ": "update simulated_processor.intents set amount = amount + 1 "
    "where id = (select provider_ref from payments.payments where booking_id = '{mine}')",
    # In an hour: the sweeper deletes it only when it is due.
    "5: .* the sweeper looks for it": "insert into booking.live_bookings (expires_at, event_id, booking_id)"
    " values (now() + interval '1 hour', '{event}', '{mine}')",
    "5: .* the list of a state has it": "insert into booking.ended_bookings"
    " select organization_id, 'expired', id, event_id from booking.bookings where id = '{mine}'",
    "7: .* it is ": "update booking.bookings set status = 'refunded' where id = '{mine}'",
    "8: ": "update booking.tickets set state = 's', booking_id = '{mine}' where event_id = '{event}' and index = 8",
}


@pytest.mark.parametrize("fault", BREAKS)
async def test_each_fault_is_found(
    stack: Stack, organizer: Organizer, racer: NewRacer, check: Check, look_soon: LookSoon, fault: str
) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(1, 10), allow_orphans=True)
    ada, bob = racer("ada"), racer("bob")
    mine = await ada.checkout(show, seats=list(show.seats[:2]))
    other = await bob.checkout(show, seats=list(show.seats[2:4]))
    await ada.confirm(mine)
    await bob.confirm(other)
    await check(show)

    with psycopg.connect(stack.database_url, autocommit=True) as conn:
        conn.execute(BREAKS[fault].format(mine=mine.booking_id, other=other.booking_id, event=show.id).encode())

    look_soon()
    with pytest.raises(AssertionError, match=fault):
        await check(show)


BOX_OFFICE_BREAKS = {
    "3: .* the box office has": "update payments.payments set amount = amount - 1 where booking_id = '{sold}'",
    "4: drawer has": "insert into payments.ledger_transactions (id, kind, booking_id) values ('{sold}:x', 'capture',"
    " '{sold}'); insert into payments.ledger_entries (transaction_id, line, account, amount, currency)"
    " values ('{sold}:x', 1, 'counter_cash:x', 5, 'EUR'), ('{sold}:x', 2, 'fees_revenue', -5, 'EUR')",
    "4: the processor has": "insert into simulated_processor.intents (id, reference, amount, currency, status)"
    " values ('pi_{sold}', '{sold}', 5, 'EUR', 'requires_capture')",
    "7: .* it is ": "update booking.bookings set status = 'refunded' where id = '{sold}'",
}


@pytest.mark.parametrize("fault", BOX_OFFICE_BREAKS)
async def test_each_fault_of_the_box_office_is_found(
    stack: Stack, organizer: Organizer, history: History, check: Check, look_soon: LookSoon, fault: str
) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(1, 10))
    sold = await Clerk(history, organizer.http, "box office").sell(show, *show.seats[:2])
    await check(show)

    with psycopg.connect(stack.database_url, autocommit=True) as conn:
        conn.execute(BOX_OFFICE_BREAKS[fault].format(sold=sold.booking_id).encode())

    look_soon()
    with pytest.raises(AssertionError, match=fault):
        await check(show)


RESALE_BREAKS = {
    "12: .* does not have it": "update booking.resales set booking_id = '{other}' where id = '{offer}'",
    "12: .* is held by": "update booking.resales set claimed_by = '{other}' where id = '{offer}'",
    "12: .* was sold to": "update booking.resales set state = 'sold', closed_at = now(), claimed_by = '{lapsed}'"
    " where id = '{offer}'",
    "12: .* has no refund of it": "update booking.resales set state = 'sold', closed_at = now(), claimed_by = '{other}'"
    " where id = '{offer}'",
    "12: .* paid .* back": "insert into payments.refunds (id, booking_id, attempt, amount, fees, currency, status)"
    " values ('rfd_{mine}', '{mine}', 1, 999999, 0, 'EUR', 'succeeded')",
}


@pytest.mark.parametrize("fault", RESALE_BREAKS)
async def test_each_fault_of_tickets_on_offer_is_found(
    stack: Stack, organizer: Organizer, racer: NewRacer, check: Check, look_soon: LookSoon, fault: str
) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(1, 10), allow_orphans=True)
    terms = await organizer.http.put(f"/organizer/events/{show.id}/resale-terms", json={"returns": "when_sold"})
    assert terms.status_code == 200
    ada, bob, cleo = racer("ada"), racer("bob"), racer("cleo")
    mine = await ada.checkout(show, seats=list(show.seats[:2]))
    other = await bob.checkout(show, seats=list(show.seats[2:4]))
    lapsed = await cleo.checkout(show, seats=list(show.seats[4:5]))
    await ada.confirm(mine)
    await bob.confirm(other)
    await cleo.release(lapsed)
    names = {"mine": mine.booking_id, "other": other.booking_id, "lapsed": lapsed.booking_id}
    names["offer"] = f"rsl_{show.id}"
    with psycopg.connect(stack.database_url, autocommit=True) as conn:
        offer = "insert into booking.resales (id, event_id, index, booking_id) values (%s, %s, 0, %s)"
        conn.execute(offer, [names["offer"], show.id, mine.booking_id])
    await check(show)

    with psycopg.connect(stack.database_url) as conn:
        conn.execute(RESALE_BREAKS[fault].format(**names).encode())
        conn.commit()
        # The worker's rounds skip what is locked: none of them repairs the offer before the checker looks.
        conn.execute("select from booking.resales where id = %s for update", [names["offer"]])

        look_soon()
        with pytest.raises(AssertionError, match=fault):
            await check(show)


OFFER = """
    insert into booking.bookings (id, event_id, organization_id, status, indexes, tickets, subtotal, fees, currency,
                                  buyer_key, expires_at)
    select '{offer}', event_id, organization_id, 'expired', '{{0}}', '[]', 0, 0, 'EUR', 'ben@example.org', now()
      from booking.sales where event_id = '{event}';
    update booking.waiting_entries set state = 'missed', booking_id = '{offer}', closed_at = now() where id = '{first}'
"""
WAITING_LIST_BREAKS = {
    "11: .* was served before": "update booking.waiting_entries set number = default where id = '{first}'",
    "11: .* tickets and has": "update booking.bookings set indexes = '{{0,1}}' where id = '{offer}'",
    "11: .* its booking is": "update booking.waiting_entries set state = 'bought' where id = '{first}'",
    # Nobody waits any more: for an entry that waits, the worker would offer the place before the checker looks.
    "5: .* is withheld": "update booking.waiting_entries set state = 'left', closed_at = now()"
    " where event_id = '{event}' and state = 'waiting';"
    " update booking.sales set has_waiting = false where event_id = '{event}';"
    " update booking.tickets set state = 'w', booking_id = null where event_id = '{event}' and index = 1",
}


@pytest.mark.parametrize("fault", WAITING_LIST_BREAKS)
async def test_each_fault_of_the_waiting_list_is_found(
    stack: Stack, organizer: Organizer, http: httpx.AsyncClient, check: Check, look_soon: LookSoon, fault: str
) -> None:
    """Two wait, and the first has missed an offer: the row of a booking that a test writes is enough."""
    show = await organizer.show(standing=2, ticket_limit=2)
    ada = Buyer(http, "ada")
    held = await ada.hold(show, general_admission=[{"section_id": show.floor, "quantity": 2}])
    assert (await ada.confirm(held)).status_code == 200
    entries = []
    for name in ("ben", "cleo"):
        body = {"buyer": {"email": f"{name}@example.org"}, "quantity": 1}
        entries.append((await http.post(f"/events/{show.id}/waiting-list", json=body)).json()["entry_id"])
    offer = f"bkg_{show.id.removeprefix('evt_')}"
    with psycopg.connect(stack.database_url, autocommit=True) as conn:
        conn.execute(OFFER.format(offer=offer, event=show.id, first=entries[0]).encode())
    await check(show)

    with psycopg.connect(stack.database_url, autocommit=True) as conn:
        broken = WAITING_LIST_BREAKS[fault].format(offer=offer, event=show.id, first=entries[0])
        conn.execute(broken.encode())

    look_soon()
    with pytest.raises(AssertionError, match=fault):
        await check(show)


async def test_a_lost_acknowledgement_is_found(
    organizer: Organizer, history: History, check: Check, look_soon: LookSoon
) -> None:
    show = await organizer.show(standing=1)
    history.calls.append(Call("ada", "checkout", "bkg_lost", Outcome.OK, 201, answer={"tickets": []}))

    look_soon()
    with pytest.raises(AssertionError, match=r"7: .* is lost"):
        await check(show)
