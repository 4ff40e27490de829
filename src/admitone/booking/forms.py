"""Hold, confirm, release and promo codes for the forms of the site's pages; takes typed orders, returns bookings.

A form follows the rules of the API: the same schemas check its fields, and it uses the load limiter, idempotency
records and payment preparation of the booking role's process.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec
from msgspec import structs

from admitone.booking.answers import confirm_as_given, prepare_terms
from admitone.booking.contracts import Booking, BookingStatus, Client, ConfirmOrder, Held, HoldOrder
from admitone.booking.contracts.resale import JoinedList, ListOrder
from admitone.booking.domain.origin import Origin
from admitone.booking.domain.token import booking_token
from admitone.booking.schemas.booking import CheckoutIn, ConfirmIn, PromoCodeIn, ReleaseIn, checkout_order
from admitone.booking.schemas.resale import JoinListIn, list_order
from admitone.booking.usecases.apply_promo_code import apply_promo_code
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.end_holds import release_booking
from admitone.booking.usecases.read_bookings import find_by_idempotency_key
from admitone.booking.usecases.start_checkout import CheckoutOrder, start_checkout
from admitone.booking.usecases.waiting_list import join_waiting_list
from admitone.kit.faults import convert_value
from admitone.kit.http.client_address import address_block
from admitone.kit.http.idempotency import key_digest
from admitone.kit.http.idempotency_records import Opened, Records
from admitone.kit.refusal import IdempotencyKeyReused, Kind, Refusal, RequestInProgress

HOLD_FORM = "form: hold"
"""Replaces the path in the names of idempotency keys: no key of the API names the same record."""
HOLDS_A_KEY_MAX = 32
"""Holds in a row that one rendered form may make, each after the one before it ended."""
POLL_SECONDS, POLLS_MAX = 0.1, 50
"""A double click waits for the booking of the first click, at most 5 s."""


@dataclass(frozen=True)
class Forms:
    """The entry points of the pages' forms (`booking.contracts` describes each), for one process."""

    deps: Deps
    records: Records

    async def hold(self, order: HoldOrder, client: Client, key: str | None) -> Held:
        data = convert_value(_checkout_value(order), CheckoutIn)
        origin = Origin(client.id, address_block(client.address))
        async with self.deps.sale.limiter.acquire():
            if key is None:
                booking = await self._begin(checkout_order(data, origin=origin))
            else:
                booking = await self._hold_once(data, origin, key)
        return Held(booking.id, booking_token(self.deps.token_keys, booking.id))

    async def confirm(self, order: ConfirmOrder) -> Booking | None:
        data = convert_value(_confirm_value(order), ConfirmIn)
        async with self.deps.sale.limiter.acquire(priority=True):
            confirmation = await confirm_as_given(self.deps, data)
        return confirmation.booking

    async def release(self, booking_id: str, booking_token: str) -> Booking:
        data = convert_value({"booking_id": booking_id, "booking_token": booking_token}, ReleaseIn)
        return await release_booking(self.deps, booking_id=data.booking_id, booking_token=data.booking_token)

    async def apply_promo_code(self, booking_id: str, booking_token: str, code: str | None, client: Client) -> Booking:
        value = {"booking_id": booking_id, "booking_token": booking_token, "promo_code": code}
        data = convert_value(value, PromoCodeIn)
        return await apply_promo_code(
            self.deps,
            booking_id=data.booking_id,
            booking_token=data.booking_token,
            code=data.promo_code,
            origin=Origin(client.id, address_block(client.address)),
        )

    async def join_waiting_list(self, order: ListOrder, client: Client) -> JoinedList:
        buyer = {"email": order.buyer_email, "name": order.buyer_name}
        value = {
            "buyer": buyer,
            "quantity": order.quantity,
            "price_level_id": order.price_level_id,
            "together": order.together,
        }
        checked = list_order(order.event_id, convert_value(value, JoinListIn))
        origin = Origin(client.id, address_block(client.address))
        return await join_waiting_list(self.deps, order=checked, origin=origin)

    async def _hold_once(self, data: CheckoutIn, origin: Origin, key: str) -> Booking:
        """Return the live hold of this client, key and order; make one if there is none.

        A cached page has the key of its first rendering. So the order is part of the key, and once a hold has ended,
        its booking's id makes the next key: a double click at that moment makes only one hold.
        """
        assert origin.client is not None, "a key belongs to a client"
        caller, body = origin.client.encode(), msgspec.json.encode(data)
        request_hash = hashlib.sha256(body).digest()
        key_of_hold = hashlib.sha256(key.encode() + request_hash).digest()
        for _ in range(HOLDS_A_KEY_MAX):
            digest = key_digest(caller, HOLD_FORM, key_of_hold)
            async with self._running(caller, key_of_hold, body) as attempt_id:
                known = await find_by_idempotency_key(
                    self.deps.sale.bookings_by_key.submit, key=digest, request_hash=request_hash
                )
                if known is None:
                    order = checkout_order(
                        data,
                        origin=origin,
                        idempotency_key=digest,
                        request_hash=request_hash,
                        attempt_id=attempt_id,
                    )
                    return await self._begin(order)
                if self._is_live(known):
                    return known
            key_of_hold = hashlib.sha256(key_of_hold + known.id.encode()).digest()
        raise IdempotencyKeyReused

    @asynccontextmanager
    async def _running(self, caller: bytes, key: bytes, body: bytes) -> AsyncIterator[str]:
        """Run as the only request under the key, across all processes. Yield the attempt id, which a retry of a dead
        request takes over.

        No answer is stored: PostgreSQL finds the booking by its key, and a refused form can be sent again.
        """
        opened = await self._open(caller, key, body)
        is_undecided = True
        try:
            yield opened.attempt_id
            is_undecided = False
        except Refusal as refusal:
            is_undecided = refusal.kind is Kind.BUSY
            raise
        finally:
            self.records.close(opened, None, comes_again=is_undecided)

    async def _open(self, caller: bytes, key: bytes, body: bytes) -> Opened:
        """Raises `RequestInProgress` if another request takes too long."""
        record = self.records.key(caller, HOLD_FORM, key)
        for _ in range(POLLS_MAX):
            try:
                opened = await self.records.open(record, body)
            except RequestInProgress:
                await asyncio.sleep(POLL_SECONDS)
            else:
                assert isinstance(opened, Opened), "no answer is stored under the key of a form"
                return opened
        raise RequestInProgress

    async def _begin(self, order: CheckoutOrder) -> Booking:
        with self.deps.sale.meter.measured():
            booking = await start_checkout(self.deps, order=order)
        await prepare_terms(self.deps, booking)
        return booking

    def _is_live(self, booking: Booking) -> bool:
        is_held = booking.status is BookingStatus.IN_PROGRESS and booking.expires_at > self.deps.now()
        return is_held or booking.status is BookingStatus.PAYING


def _checkout_value(order: HoldOrder) -> dict[str, object]:
    """Return the order as a body of `POST /booking/checkout`, whose schema checks it and names its faults."""
    best = None if order.best is None else structs.asdict(order.best)
    return {
        "event_id": order.event_id,
        "seats": list(order.seats),
        "best_available": best,
        "general_admission": [{"section_id": area, "quantity": quantity} for area, quantity in order.areas],
        "promo_code": order.promo_code,
        "pass": order.given_pass,
    }


def _confirm_value(order: ConfirmOrder) -> dict[str, object]:
    return {
        "booking_id": order.booking_id,
        "booking_token": order.booking_token,
        "buyer": {"email": order.buyer_email, "name": order.buyer_name},
        "payment": None if order.payment_method is None else {"payment_method": order.payment_method},
        "agreed_terms": order.agreed_terms,
    }
