"""Publish the shows of the journeys: one of each kind, found by search."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import httpx

from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer, Show, in_days

INDEX_SECONDS_MAX = 120.0


@dataclass(frozen=True)
class Programme:
    seated: Show
    mixed: Show
    standing: Show
    soon: Show
    cancelled: Show
    sold_out: Show
    performer_id: str
    venue_id: str


async def put_on(organizer: Organizer) -> Programme:
    """Publish all shows and wait until search finds them."""
    paraninfo, round_stage = await organizer.sample_hall("ull_paraninfo"), await organizer.sample_hall()
    performer = await organizer.post("/organizer/performers", {"name": "Björk Guðmundsdóttir", "genres": ["art pop"]})
    with_her: dict[str, Any] = {"performer_ids": [performer["id"]]}
    programme = Programme(
        seated=await organizer.show(
            name="Björk in the Paraninfo", hall=paraninfo, description="An evening of strings.", **with_her
        ),
        mixed=await organizer.show(name="Round Stage Revue", hall=round_stage, standing=80, genre="musical"),
        standing=await organizer.show(name="Standing Only Night", standing=120, **with_her),
        soon=await organizer.show(name="Opening Next Week", standing=50, on_sale_at=in_days(6)),
        cancelled=await organizer.show(name="Called Off Concert", standing=50),
        sold_out=await organizer.show(name="Nothing Left Lounge", standing=2),
        performer_id=performer["id"],
        venue_id=await organizer.venue(),
    )
    await organizer.cancel(programme.cancelled)
    buyer = Buyer(organizer.http)
    await buyer.confirm(await buyer.hold(programme.sold_out, best_available={"quantity": 2}))
    await _wait_until_found(organizer.http, "Björk in the Paraninfo", programme.seated)
    await _wait_until_found(organizer.http, "Nothing Left Lounge", programme.sold_out)
    return programme


async def _wait_until_found(http: httpx.AsyncClient, words: str, show: Show) -> None:
    deadline = time.monotonic() + INDEX_SECONDS_MAX
    while True:
        answer = await http.get("/events/search", params={"q": words, "size": 5})
        if answer.status_code == 200 and show.id in [event["id"] for event in answer.json()["events"]]:
            return
        assert time.monotonic() < deadline, f"search does not find {words}: {answer.text[:300]}"
        await asyncio.sleep(0.3)
