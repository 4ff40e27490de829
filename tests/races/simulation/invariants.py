"""Check what must hold after every commit, and what must hold when all work has ended."""

from collections import Counter
from collections.abc import Mapping

from admitone.catalogue.contracts import SaleTerms, SeatMap
from admitone.payments.domain.intent import IntentStatus
from admitone.payments.domain.ledger import CLEARING
from admitone.testing.simulated_locks import SimulatedLocks
from tests.races.simulation.buyer import Told
from tests.races.simulation.model_database import Key, ModelDatabase, Row
from tests.races.simulation.processor import Company

OVER = ("expired", "released", "failed")


class Broken(AssertionError):
    """`number` as in the list of invariants; 0 is a defect."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(f"invariant {number}: {what}")
        self.number = number


def require(holds: object, number: int, what: str) -> None:
    if not holds:
        raise Broken(number, what)


def check_commit(database: ModelDatabase, written: Mapping[Key, Row], company: Company) -> None:
    """Check the rows that a commit wrote, right after it."""
    rows = database.rows
    for key, row in written.items():
        if key[0] == "tickets" and row["booking_id"] is not None:
            holder = rows["bookings"][(row["booking_id"],)]
            require(key[2] in holder["indexes"], 1, f"ticket {key} is with {holder['id']}, which did not want it")
            confirmed = holder["status"] == "confirmed"
            require(confirmed == (row["state"] == "s"), 1, f"ticket {key} is {row['state']}, {holder['status']}")
        elif key[0] == "bookings" and row["status"] in ("confirmed", "paying"):
            held = [rows["tickets"].get((row["event_id"], index)) for index in row["indexes"]]
            own = all(ticket is not None and ticket["booking_id"] == row["id"] for ticket in held)
            require(own, 1, f"{row['id']} is {row['status']} and has not all of its tickets")
        elif key[0] == "ledger":
            sums: Counter[str] = Counter()
            for _, amount, currency in row["entries"]:
                sums[currency] += amount
            require(not any(sums.values()), 4, f"{key} does not sum to zero")
    for charge in company.charges.values():
        if charge.status is IntentStatus.SUCCEEDED:
            status = rows["bookings"][(charge.reference,)]["status"]
            require(status == "confirmed", 2, f"money of {charge.reference} was taken, which is {status}")
            require(charge.captured_times == 1, 2, f"{charge.id} was captured {charge.captured_times} times")


def check_at_rest(
    database: ModelDatabase, locks: SimulatedLocks, company: Company, told: Told, terms: SaleTerms, hall: SeatMap
) -> None:
    bookings = list(database.rows.get("bookings", {}).values())
    tickets = {key[1]: row for key, row in database.rows.get("tickets", {}).items()}
    _check_seats(bookings, tickets, terms)
    _check_money(database, bookings, company)
    _check_answers(bookings, told)
    _check_map(locks, tickets, terms, hall)


def _check_seats(bookings: list[Row], tickets: dict[int, Row], terms: SaleTerms) -> None:
    sold = Counter(index for b in bookings if b["status"] == "confirmed" for index in b["indexes"])
    require(max(sold.values(), default=0) <= 1, 1, f"sold twice: {[i for i, n in sold.items() if n > 1]}")
    really = {index for index, ticket in tickets.items() if ticket["state"] == "s"}
    require(really == set(sold), 1, f"sold tickets {sorted(really)}, confirmed {sorted(sold)}")
    for area in terms.areas:
        count = sum(tickets[index]["area_id"] == area.id for index in sold)
        require(count <= area.capacity, 1, f"{area.id} sold {count} of {area.capacity}")
    status_of = {b["id"]: b["status"] for b in bookings}
    for index, ticket in tickets.items():
        if ticket["state"] == "c":
            require(status_of[ticket["booking_id"]] in OVER, 5, f"{index} stuck with {ticket['booking_id']}")
    bought: Counter[str] = Counter()
    for b in bookings:
        if b["status"] == "confirmed" and b["buyer_key"]:
            bought[b["buyer_key"]] += len(b["indexes"])
    require(max(bought.values(), default=0) <= terms.ticket_limit, 0, f"over the limit: {bought}")


def _check_money(database: ModelDatabase, bookings: list[Row], company: Company) -> None:
    taken: Counter[str] = Counter()
    for charge in company.charges.values():
        require(charge.status is not IntentStatus.REQUIRES_CAPTURE, 2, f"{charge.reference}: money stays reserved")
        if charge.status is IntentStatus.SUCCEEDED:
            taken[charge.reference] += charge.amount
    for b in bookings:
        due = b["subtotal"] + b["fees"] if b["status"] == "confirmed" else 0
        require(taken[b["id"]] == due, 3, f"{b['id']} is {b['status']}, due {due}, taken {taken[b['id']]}")
    kinds = Counter((row["kind"], row["booking_id"]) for row in database.rows.get("ledger", {}).values())
    require(max(kinds.values(), default=0) <= 1, 9, f"booked twice: {kinds.most_common(3)}")
    balance = sum(
        amount
        for row in database.rows.get("ledger", {}).values()
        for account, amount, _ in row["entries"]
        if account == CLEARING
    )
    require(balance == sum(taken.values()), 4, f"books say {balance}, the processor took {sum(taken.values())}")


def _check_answers(bookings: list[Row], told: Told) -> None:
    status_of = {b["id"]: b["status"] for b in bookings}
    for booking_id in told.confirmed:
        require(status_of.get(booking_id) == "confirmed", 7, f"{booking_id} was confirmed to its buyer")
    for booking_id, code in told.not_charged.items():
        require(status_of[booking_id] != "confirmed", 2, f"{booking_id} is confirmed, its buyer got {code}")
    for booking_id in told.held:
        require(booking_id in status_of, 7, f"{booking_id} was held for its buyer")


def _check_map(locks: SimulatedLocks, tickets: dict[int, Row], terms: SaleTerms, hall: SeatMap) -> None:
    """Check that the map of a loaded event equals the database, and that every subscriber to changes has the same."""
    event = locks.peek(terms.event_id)
    if event is None:
        return
    for index, ticket in tickets.items():
        expected = {"s": "s", "a": "a", "c": "a", "b": "b"}[ticket["state"]]
        shown = chr(event.states[index])
        require(shown == expected, 8, f"place {index} is shown as {shown}, it is {expected}")
    require(not event.holds, 5, f"held for no booking: {list(event.holds)}")
    for area in terms.areas:
        free = sorted(index for index, t in tickets.items() if t["area_id"] == area.id and t["state"] in ("a", "c"))
        require(sorted(event.free[area.id]) == free, 8, f"{area.id}: {event.free[area.id]} are free, {free} should be")
    last_reset = max(i for i, change in enumerate(event.changes) if change.is_reset)
    mapped = dict(enumerate(event.loaded_states[: len(hall.seats)].decode()))
    for change in event.changes[last_reset + 1 :]:
        mapped |= dict.fromkeys(change.freed, "a") | dict.fromkeys(change.locked, "h")
        mapped |= dict.fromkeys(change.sold, "s")
    shown_seats = event.states[: len(hall.seats)].decode()
    require("".join(mapped.values()) == shown_seats, 8, "the changes do not lead to the snapshot")
