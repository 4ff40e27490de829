"""Create events and bookings in every state that the pages show, over HTTP like organizers and buyers."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from playwright.async_api import Browser, StorageState
from scripts.pictures.console_states import make_console_states
from scripts.pictures.looks import LOOKS

from admitone.testing.buyer import Buyer, Held
from admitone.testing.organizer import Hall, Organizer, Show, in_days

WAIT_SECONDS_MAX = 120.0
SHORT_HOLD_SECONDS, LONG_HOLD_SECONDS = 5, 3_600
BOX_OFFICE_TICKETS_MAX = 1_000
PEOPLE_IN_THE_QUEUE = 40
SOLD_SHARE = 0.4

Level = tuple[str, int, str, list[str]]
"""(name, price in cents, color, categories of the seating plan)"""

VENUES = {
    "hall": ("Paraninfo de la Universidad", "La Laguna", "ES", "Atlantic/Canary", 28.4824, -16.3160),
    "arena": ("Harbour Arena", "Antwerp", "BE", "Europe/Brussels", 51.2308, 4.4420),
    "stadium": ("Metalist Stadium", "Kharkiv", "UA", "Europe/Kyiv", 49.9808, 36.2617),
}
PLANS = {"hall": "ull_paraninfo", "arena": "canvas_arena", "stadium": "metalist_kharkiv"}
LEVELS: dict[str, list[Level]] = {
    "hall": [
        ("Stalls", 6800, "#4C78A8", ["Patio de Butacas"]),
        ("Lower boxes", 5400, "#54A24B", ["Palco Bajo"]),
        ("Upper boxes", 4200, "#E45756", ["Palco Alto"]),
        ("Amphitheatre", 2800, "#F58518", ["Anfiteatro"]),
    ],
    "arena": [
        ("Category 1", 7900, "#4C78A8", ["Category I"]),
        ("Category 2", 6100, "#F58518", ["Category II"]),
        ("Category 3", 4500, "#54A24B", ["Category IV"]),
        ("Category 4", 3200, "#E45756", ["Category V"]),
        ("Standing", 5200, "#9D755D", []),
    ],
    "stadium": [
        ("Skybox", 19000, "#54A24B", ["Skybox"]),
        ("VIP", 12000, "#F58518", ["VIP"]),
        ("Main stands", 5500, "#4C78A8", ["West stand", "East stand"]),
        ("Behind the goals", 2500, "#E45756", ["North stand", "South stand"]),
    ],
}
NAMES = {"hall": "Strings After Dark", "arena": "Northern Lights Tour", "stadium": "Metalist Kharkiv v Dynamo Kyiv"}
KINDS: dict[str, dict[str, Any]] = {
    "hall": {"genre": "classical"},
    "arena": {"genre": "rock"},
    "stadium": {"segment": "sports", "genre": "football"},
}
DESCRIPTION = "One night, one programme, no interval.\nThe bar in the foyer opens with the doors."


@dataclass(frozen=True)
class States:
    """Addresses of pages, by the name of the state that each shows."""

    address: str
    paths: dict[str, str]
    session: StorageState | None = None
    """The cookies of a member of the console."""

    def path(self, name: str, size: str, scheme: str) -> str:
        """Return the address of a state; any other name is an address itself."""
        return self.paths.get(_of_look(name, size, scheme)) or self.paths.get(name, name)


class Stage:
    """`async with open_stage(address, api_key) as stage`: an organizer and the buyers of one installation."""

    def __init__(self, address: str, organizer: Organizer, buyers: httpx.AsyncClient) -> None:
        self.address, self.organizer, self._buyers = address, organizer, buyers
        self._buyer_count = 0
        self._random = random.Random(1)  # noqa: S311 - the same seats are sold in every run

    async def make_states(self) -> States:
        venues = {kind: await self._venue(*fields) for kind, fields in VENUES.items()}
        performer = (await self.organizer.post("/organizer/performers", {"name": "The Lantern Quartet"}))["id"]
        paths = {"venue": f"/venue/{venues['hall']}", "performer": f"/performer/{performer}"}
        seated = {kind: await self._seated(kind, venues[kind], performer) for kind in PLANS}
        paths |= {f"event-{kind}": f"/e/{show.id}" for kind, show in seated.items()}
        paths |= {"console-event": f"/console/events/{seated['hall'].id}"}
        paths |= {"console-desk": f"/console/events/{seated['hall'].id}/desk"}
        paths |= await self._general_admission(venues["arena"])
        paths |= await self._bookings(seated["hall"], venues["hall"])
        paths |= await self._waiting_rooms(venues["stadium"])
        paths |= await make_console_states(self.organizer, self._buy, venues["hall"])
        await self._wait_until_counted(paths["sold-out-price"])
        await self._wait_until_found(seated["stadium"])
        return States(self.address, paths)

    async def _venue(self, name: str, city: str, country: str, zone: str, lat: float, lon: float) -> str:
        place = {"city": city, "country_code": country, "timezone": zone, "location": {"lat": lat, "lon": lon}}
        return str((await self.organizer.post("/organizer/venues", {"name": name, **place}))["id"])

    async def _seated(self, kind: str, venue_id: str, performer_id: str) -> Show:
        hall = await self.organizer.sample_hall(PLANS[kind])
        show = await self.organizer.show(
            name=NAMES[kind],
            hall=hall,
            standing=400 if kind == "arena" else 0,
            venue_id=venue_id,
            performer_ids=[] if kind == "stadium" else [performer_id],
            description=DESCRIPTION,
            starts_at=_evening(30),
            doors_at=_evening(30, hour=17),
            hold_seconds=LONG_HOLD_SECONDS,
            price_levels=[_level(*level) for level in LEVELS[kind]],
            **KINDS[kind],
        )
        await self._sell_parts(show, hall)
        await self._buyer().hold(show, best_available={"quantity": 4})
        return show

    async def _sell_parts(self, show: Show, hall: Hall) -> None:
        """Sell groups of neighbours at the box office, which has no ticket limit."""
        seats: list[str] = []
        at = 0
        while at < len(hall.seats):
            size = self._random.randint(2, 9)
            if self._random.random() < SOLD_SHARE:
                seats += hall.seats[at : at + size]
            at += size
        for start in range(0, len(seats), BOX_OFFICE_TICKETS_MAX):
            await self._box_office(show, seats=seats[start : start + BOX_OFFICE_TICKETS_MAX])

    async def _box_office(self, show: Show, **choice: Any) -> None:
        """Sell; on a machine too busy to answer, again with the same key."""
        key = {"Idempotency-Key": f"pictures-{self._random.getrandbits(64)}"}
        path, body = f"/organizer/events/{show.id}/bookings", {"payment": "cash", **choice}
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while True:
            answer = await self.organizer.http.post(path, json=body, headers=key)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or time.monotonic() > deadline:
                break
            await asyncio.sleep(float(answer.headers.get("Retry-After", 1)))
        assert answer.status_code == 201, f"{answer.status_code} {answer.text[:500]}"

    async def _general_admission(self, venue_id: str) -> dict[str, str]:
        """Create events without a seat map in every event state."""

        async def show(name: str, **fields: Any) -> Show:
            return await self.organizer.show(
                name=name,
                venue_id=venue_id,
                **{"standing": 250, "genre": "rock", "price": 3200, "starts_at": _evening(21), **fields},
            )

        open_show = await show("Basement Sessions")
        sold_out = await show("The Last Waltz", standing=12)
        await self._box_office(sold_out, general_admission=[{"section_id": sold_out.floor, "quantity": 12}])
        balcony = await self._sold_out_balcony(venue_id)
        last = [await show("Closing Night", standing=2) for _ in LOOKS]
        held = await show("Two Tickets Left", standing=2, hold_seconds=LONG_HOLD_SECONDS)
        await self._buyer().hold(held, best_available={"quantity": 2})
        cancelled = await show("Midsummer in the Park")
        await self.organizer.cancel(cancelled)
        postponed, moved = await show("Autumn Ball"), await show("Winter Ball")
        await self.organizer.post(f"/organizer/events/{postponed.id}/postponement")
        await self.organizer.post(f"/organizer/events/{moved.id}/postponement", {"starts_at": _evening(90)})
        later = await show("Opening Next Week", on_sale_at=_evening(6, hour=9))
        shows = {
            "general-admission": open_show,
            "sold-out": sold_out,
            "sold-out-price": balcony,
            "sold-out-held": held,
            "cancelled": cancelled,
            "postponed": postponed,
            "rescheduled": moved,
            "on-sale-later": later,
        }
        shows |= {_of_look("last-tickets", *look): event for look, event in zip(LOOKS, last, strict=True)}
        paths = {name: f"/e/{show.id}" for name, show in shows.items()}
        return paths | {"waiting-list-join": f"{paths['sold-out-price']}/waiting-list"}

    async def _sold_out_balcony(self, venue_id: str) -> Show:
        """Create an event of two prices, one of them sold out."""
        show = await self.organizer.show(
            name="Upstairs, Downstairs",
            venue_id=venue_id,
            starts_at=_evening(22),
            price_levels=[_level("Floor", 3200, "#9D755D", []), _level("Balcony", 4800, "#4C78A8", [])],
            general_admission=[
                {"name": "Floor", "capacity": 250, "price_level": "Floor"},
                {"name": "Balcony", "capacity": 12, "price_level": "Balcony"},
            ],
        )
        sections = {section["name"]: section["id"] for section in show.details["general_admission"]}
        await self._box_office(show, general_admission=[{"section_id": sections["Balcony"], "quantity": 12}])
        return show

    async def _bookings(self, seated: Show, venue_id: str) -> dict[str, str]:
        held = await self._buyer().hold(seated, best_available={"quantity": 2})
        # A hold allows three payment attempts without a wait: each look gets one of its own.
        declined = [await self._buyer().hold(seated, best_available={"quantity": 2}) for _ in LOOKS]
        confirmed, refunded = await self._buy(seated), await self._buy(seated)
        named = await self._ask_for_names(venue_id)
        await self._refund(refunded)
        short = await self.organizer.show(
            name="A Short Hold", standing=40, venue_id=venue_id, hold_seconds=SHORT_HOLD_SECONDS, starts_at=_evening(33)
        )
        expired = await self._buyer().hold(short, best_available={"quantity": 2})
        called_off = await self.organizer.show(
            name="Rain Check", standing=40, venue_id=venue_id, starts_at=_evening(34)
        )
        of_cancelled = await self._buy(called_off)
        await self.organizer.cancel(called_off)
        await self._wait_for_status(expired, "expired")
        return {
            **{
                _of_look("checkout-declined", *look): f"/checkout/{hold.booking_id}?t={hold.token}"
                for look, hold in zip(LOOKS, declined, strict=True)
            },
            "checkout": f"/checkout/{held.booking_id}?t={held.token}",
            "hold-expired": f"/checkout/{expired.booking_id}?t={expired.token}",
            "booking-confirmed": f"/my/{confirmed.booking_id}?t={confirmed.token}",
            "booking-names": f"/my/{named.booking_id}?t={named.token}",
            "booking-refunded": f"/my/{refunded.booking_id}?t={refunded.token}",
            "booking-of-cancelled": f"/my/{of_cancelled.booking_id}?t={of_cancelled.token}",
        }

    async def _ask_for_names(self, venue_id: str) -> Held:
        """Buy tickets of an event whose organizer asks for the names of guests."""
        show = await self.organizer.show(name="Guests by Name", standing=40, venue_id=venue_id, starts_at=_evening(35))
        held = await self._buy(show)
        asked = await self.organizer.http.put(f"/organizer/events/{show.id}/transfers", json={"asks_names": True})
        assert asked.status_code == 200, asked.text
        return held

    async def _waiting_rooms(self, venue_id: str) -> dict[str, str]:
        before, opened = [
            await self.organizer.show(
                name=name,
                standing=500,
                venue_id=venue_id,
                starts_at=_evening(40),
                on_sale_at=in_days(0.02),
                waiting_room={"mode": "always", "pre_queue_opens_at": _ago(minutes=5), "max_active": 1},
            )
            for name in ("The Long Awaited", "The Even Longer Awaited")
        ]
        pace = {"turn_seconds": 3_600, "pass_seconds": 7_200, "proof_above_per_minute": None}
        places = {}
        for show in (before, opened):
            changed = await self.organizer.http.patch(f"/organizer/events/{show.id}/queue", json=pace)
            assert changed.status_code == 200, changed.text
            places[show.id] = [await self._join(show) for _ in range(PEOPLE_IN_THE_QUEUE)]
        moved = await self.organizer.http.patch(
            f"/organizer/events/{opened.id}", json={"on_sale_at": datetime.now(UTC).isoformat()}
        )
        assert moved.status_code == 200, moved.text
        called, waiting = await self._wait_for_turn(opened, places[opened.id])
        return {
            "waiting-room-join": f"/e/{before.id}/queue",
            "waiting-room-pre-queue": f"/e/{before.id}/queue?t={places[before.id][0]}",
            "waiting-room-queue": f"/e/{opened.id}/queue?t={waiting}",
            "waiting-room-turn": f"/e/{opened.id}/queue?t={called}",
        }

    async def _join(self, show: Show) -> str:
        return str((await self._post_as_buyer(f"/events/{show.id}/queue", {}, 201)).json()["queue_token"])

    async def _wait_for_turn(self, show: Show, places: list[str]) -> tuple[str, str]:
        """Return the queue tokens of a buyer whose turn has come and of the last one who waits."""
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while True:
            positions = {token: await self._position(show, token) for token in places}
            called = [token for token, position in positions.items() if position == 0]
            waiting = {token: position for token, position in positions.items() if position}
            if called and waiting:
                return called[0], max(waiting, key=waiting.__getitem__)
            assert time.monotonic() < deadline, positions
            await asyncio.sleep(0.5)

    async def _position(self, show: Show, token: str) -> int | None:
        """Return how many are called before and with this place; 0: it is called; None: before the draw."""
        path = f"/events/{show.id}/queue/admission"
        answer = await self._post_as_buyer(path, {"queue_token": token}, 200, 425)
        return 0 if answer.status_code == 200 else answer.json()["position"]

    async def _post_as_buyer(self, path: str, body: dict[str, Any], *expected: int) -> httpx.Response:
        answer = await self._buyers.post(path, json=body)
        assert answer.status_code in expected, f"{path}: {answer.status_code} {answer.text[:500]}"
        return answer

    def _buyer(self) -> Buyer:
        self._buyer_count += 1
        return Buyer(self._buyers, f"buyer{self._buyer_count}")

    async def _buy(self, show: Show) -> Held:
        buyer = self._buyer()
        held = await buyer.hold(show, best_available={"quantity": 2})
        answer = await buyer.confirm(held)
        assert answer.status_code == 200, f"{answer.status_code} {answer.text[:500]}"
        return held

    async def _refund(self, held: Held) -> None:
        """Refund a whole booking after its payment is captured."""
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while True:
            answer = await self.organizer.http.post(f"/organizer/bookings/{held.booking_id}/refunds", json={})
            if answer.status_code != 409:
                break
            assert time.monotonic() < deadline, answer.text
            await asyncio.sleep(0.5)
        assert answer.status_code in (200, 201), f"{answer.status_code} {answer.text[:500]}"

    async def _wait_for_status(self, held: Held, status: str) -> None:
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while (found := (await Buyer(self._buyers).read(held)).json()["status"]) != status:
            assert time.monotonic() < deadline, f"the booking is {found}, not {status}"
            await asyncio.sleep(0.2)

    async def _wait_until_counted(self, path: str) -> None:
        """A worker counts the places of each price some seconds after the sale."""
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while "Join the waiting list" not in (await self._buyers.get(path, follow_redirects=True)).text:
            assert time.monotonic() < deadline, f"no price of {path} is sold out"
            await asyncio.sleep(0.3)

    async def _wait_until_found(self, show: Show) -> None:
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while True:
            answer = await self._buyers.get("/events/search", params={"q": show.name, "size": 5})
            if answer.status_code == 200 and show.id in [event["id"] for event in answer.json()["events"]]:
                return
            assert time.monotonic() < deadline, f"search does not find {show.name}"
            await asyncio.sleep(0.3)


@asynccontextmanager
async def open_stage(address: str, api_key: str) -> AsyncIterator[Stage]:
    async with (
        Organizer(address, api_key) as organizer,
        httpx.AsyncClient(base_url=address, timeout=WAIT_SECONDS_MAX) as buyers,
    ):
        yield Stage(address, organizer, buyers)


async def sign_in(browser: Browser, states: States, link: str) -> States:
    """Return the states with a session of the console, which the one-time link opens."""
    context = await browser.new_context(base_url=states.address)
    page = await context.new_page()
    await page.goto(link)
    await page.wait_for_url("**/console")
    session = await context.storage_state()
    await context.close()
    return replace(states, session=session)


def _of_look(name: str, size: str, scheme: str) -> str:
    return f"{name}/{size}/{scheme}"


def _level(name: str, amount: int, color: str, categories: list[str]) -> dict[str, Any]:
    money = {"price": {"amount": amount, "currency": "EUR"}, "fees": {"amount": amount // 10, "currency": "EUR"}}
    return {"name": name, **money, "color": color, "categories": categories}


def _evening(days: int, *, hour: int = 18) -> str:
    """Return half past `hour` (UTC) of a future day."""
    day = datetime.now(UTC) + timedelta(days=days)
    return day.replace(hour=hour, minute=30, second=0, microsecond=0).isoformat()


def _ago(*, minutes: float) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()
