"""`POST /booking/checkout`: all the tickets or none; every refusal says what to do next."""

from datetime import UTC, datetime, timedelta

import pytest

from admitone.testing.buyer import Buyer, Held
from admitone.testing.organizer import Organizer, in_days
from tests.problems import problem_of, refusal

pytestmark = pytest.mark.xdist_group("stack")


async def test_seats_are_held_with_their_prices_and_a_time(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(), price=4500, hold_seconds=300)

    answer = await ada.checkout(show, seats=list(show.seats[:2]))

    held = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/booking/{held['booking_id']}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert held["status"] == "in_progress"
    left = datetime.fromisoformat(held["expires_at"]) - datetime.now(UTC)
    assert timedelta(seconds=280) < left <= timedelta(seconds=301)
    assert held["expires_at"].endswith("Z")
    assert held["payment"] == {"provider": "simulated"}
    assert [ticket["seat_id"] for ticket in held["tickets"]] == list(show.seats[:2])
    first = held["tickets"][0]
    assert (first["section"], first["row"], first["seat"], first["price_level"]) == ("Stalls", "1", "1", "Stalls")
    assert first["price"] == {"amount": 4500, "currency": "EUR"}
    assert first["fees"] == {"amount": 450, "currency": "EUR"}
    assert first["total"] == {"amount": 4950, "currency": "EUR"}
    assert [held[name]["amount"] for name in ("subtotal", "fees", "total")] == [9000, 900, 9900]


async def test_seats_best_available_and_places_without_numbers_together(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(), standing=20)

    held = await ada.hold(
        show,
        seats=[show.seats[0], show.seats[1]],
        best_available={"quantity": 2},
        general_admission=[{"section_id": show.floor, "quantity": 2}],
    )

    tickets = held.answer["tickets"]
    assert len(tickets) == 6
    assert [ticket.get("seat_id") for ticket in tickets].count(None) == 2
    assert len({ticket["ticket_id"] for ticket in tickets}) == 6


async def test_best_available_is_side_by_side(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall())

    held = await ada.hold(show, best_available={"quantity": 4})

    rows = {ticket["row"] for ticket in held.answer["tickets"]}
    numbers = sorted(int(ticket["seat"]) for ticket in held.answer["tickets"])
    assert len(rows) == 1
    assert numbers == list(range(numbers[0], numbers[0] + 4))


async def test_a_taken_seat_is_refused_with_the_nearest_free_ones(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall())
    await ada.hold(show, seats=list(show.seats[4:6]))

    answer = await Buyer(ada.http, "bob").checkout(show, seats=[show.seats[5], show.seats[6]])

    problem = problem_of(answer)
    assert (answer.status_code, problem["code"]) == (409, "seats-taken")
    assert problem["conflicts"] == [show.seats[5]]
    assert len(problem["alternatives"]) == 2
    again = await Buyer(ada.http, "bob").checkout(show, seats=problem["alternatives"])
    assert again.status_code == 201, "the offered seats can be bought"


async def test_a_refused_checkout_holds_nothing(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(), standing=1)
    floor = [{"section_id": show.floor, "quantity": 2}]

    refused = await ada.checkout(show, seats=list(show.seats[:2]), general_admission=floor)
    later = await Buyer(ada.http, "bob").checkout(show, seats=list(show.seats[:2]))

    assert refusal(refused) == (409, "not-enough-tickets")
    assert later.status_code == 201


async def test_more_tickets_than_are_left_are_refused(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(1, 4), standing=3)
    best = await ada.checkout(show, best_available={"quantity": 5})
    floor = await ada.checkout(show, general_admission=[{"section_id": show.floor, "quantity": 4}])

    assert refusal(best) == refusal(floor) == (409, "not-enough-tickets")
    assert problem_of(floor)["available"] == 3


async def test_a_choice_must_not_leave_a_single_seat(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall())

    answer = await ada.checkout(show, seats=[show.seats[1], show.seats[2]])

    assert refusal(answer) == (422, "orphan-seat")
    assert problem_of(answer)["seats"] == [show.seats[0]]


async def test_the_limit_counts_all_bookings_of_a_buyer(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(), standing=20, ticket_limit=4)
    floor = [{"section_id": show.floor, "quantity": 3}]
    at_once = await ada.checkout(show, best_available={"quantity": 5})
    await ada.hold(show, general_admission=floor)
    shouting = Buyer(ada.http, "ADA")

    in_parts = await shouting.checkout(show, best_available={"quantity": 2})

    assert refusal(at_once) == refusal(in_parts) == (422, "ticket-limit-exceeded")
    assert problem_of(in_parts)["ticket_limit"] == 4


async def test_unknown_ids_are_named(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(), standing=5)

    event = await ada.checkout("evt_01jd3x9k7qf0c8v5t2m4n6p8r0", best_available={"quantity": 1})
    seat = await ada.checkout(show, seats=["no such seat", show.seats[0]])
    section = await ada.checkout(show, general_admission=[{"section_id": "nowhere", "quantity": 1}])
    level = await ada.checkout(show, best_available={"quantity": 1, "price_level_id": "lvl_none"})
    promo = await ada.checkout(show, best_available={"quantity": 1}, promo_code="FREE")

    assert refusal(event) == (404, "event-not-found")
    assert refusal(seat) == (422, "unknown-seat")
    assert problem_of(seat)["seats"] == ["no such seat"]
    assert refusal(section) == (422, "unknown-section")
    assert refusal(level) == (422, "unknown-price-level")
    assert refusal(promo) == (422, "invalid-promo-code")


async def test_no_ticket_or_a_seat_twice_is_refused(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall())

    nothing = await ada.checkout(show)
    twice = await ada.checkout(show, seats=[show.seats[0], show.seats[0]])

    assert refusal(nothing) == refusal(twice) == (422, "nothing-chosen")


async def test_checkout_before_and_after_the_sale_is_refused(organizer: Organizer, ada: Buyer) -> None:
    opens_at = in_days(2)
    early = await organizer.show(standing=5, on_sale_at=opens_at)
    late = await organizer.show(standing=5, on_sale_at=in_days(-3), off_sale_at=in_days(-1))

    too_early = await ada.checkout(early, best_available={"quantity": 1})
    too_late = await ada.checkout(late, best_available={"quantity": 1})

    assert refusal(too_early) == refusal(too_late) == (403, "sale-not-open")
    assert problem_of(too_early)["opens_at"] == opens_at
    assert problem_of(too_late)["opens_at"] is None


async def test_a_cancelled_event_sells_nothing_from_that_moment(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=5)
    Held.of(await ada.checkout(show, best_available={"quantity": 1}))
    await organizer.cancel(show)

    answer = await ada.checkout(show, best_available={"quantity": 1})

    assert refusal(answer) == (410, "event-cancelled")


async def test_a_draft_is_not_found(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=5)
    withdrawn = await organizer.http.delete(f"/organizer/events/{show.id}/publication")

    answer = await ada.checkout(show, best_available={"quantity": 1})

    assert withdrawn.status_code in (200, 204)
    assert refusal(answer) == (404, "event-not-found")
