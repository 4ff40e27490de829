"""Draw tickets one page at a time, each once, and none for a client that left."""

import asyncio
import threading
from collections.abc import Sequence

import msgspec
import pytest

from admitone.kit.http.disconnects import ClientLeft, unless_client_leaves
from admitone.kit.refusal import Busy
from admitone.tickets.drawing import printer as module
from admitone.tickets.drawing.facts import TicketFacts
from admitone.tickets.drawing.printer import WAITING_MAX, WAITING_OF_BOOKING_MAX, TicketPrinter
from tests.unit.tickets.test_ticket_page import FACTS


class Drawing:
    """Replaces the slow drawing: a page is its ticket's id, and is done once the test allows it."""

    def __init__(self) -> None:
        self.drawn: list[str] = []
        self.go_on = threading.Event()

    def __call__(self, tickets: Sequence[TicketFacts]) -> bytes:
        (facts,) = tickets
        assert self.go_on.wait(60)
        self.drawn.append(facts.ticket)
        if facts.event == "broken":
            raise ValueError(facts.ticket)
        return facts.ticket.encode()


def facts(ticket: str, booking: str | None = None, event: str = "Mahler 9") -> TicketFacts:
    return msgspec.structs.replace(FACTS, ticket=ticket, booking=booking or f"of {ticket}", event=event)


async def started(printer: TicketPrinter, *tickets: TicketFacts) -> list[asyncio.Task[bytes]]:
    tasks = [asyncio.create_task(printer.print(ticket)) for ticket in tickets]
    await asyncio.sleep(0)  # each runs to the point where the page waits
    return tasks


async def refused(printer: TicketPrinter, ticket: TicketFacts) -> Busy:
    """Return the refusal, which comes at once: an accepted page waits for the drawing."""
    (task,) = await started(printer, ticket)
    assert task.done(), "the page waits"
    refusal = task.exception()
    assert isinstance(refusal, Busy)
    return refusal


async def test_one_page_is_drawn_once_and_cached() -> None:
    drawing = Drawing()
    printer = TicketPrinter(drawing)
    tasks = await started(printer, *[facts("a")] * 50)
    drawing.go_on.set()

    assert set(await asyncio.gather(*tasks)) == {b"a"}
    assert await printer.print(facts("a")) == b"a"
    assert drawing.drawn == ["a"]


async def test_another_holder_is_another_page() -> None:
    drawing = Drawing()
    drawing.go_on.set()
    printer = TicketPrinter(drawing)
    await printer.print(facts("a"))
    await printer.print(msgspec.structs.replace(facts("a"), holder="Ben Okafor"))

    assert drawing.drawn == ["a", "a"]


async def test_nothing_is_drawn_for_clients_that_left() -> None:
    drawing = Drawing()
    printer = TicketPrinter(drawing)
    first, *left = await started(printer, *(facts(str(number)) for number in range(20)))
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    (last,) = await started(printer, facts("last"))
    drawing.go_on.set()

    assert (await first, await last) == (b"0", b"last")
    assert drawing.drawn == ["0", "last"]


async def test_a_full_queue_says_when_to_retry() -> None:
    drawing = Drawing()
    printer = TicketPrinter(drawing)
    tasks = await started(printer, *(facts(str(number)) for number in range(WAITING_MAX)))

    refusal = await refused(printer, facts("late"))

    assert (refusal.retry_after_seconds or 0) >= 1
    drawing.go_on.set()
    await asyncio.gather(*tasks)
    assert await printer.print(facts("late")) == b"late"


async def test_one_booking_does_not_fill_the_queue_for_others() -> None:
    drawing = Drawing()
    printer = TicketPrinter(drawing)
    tasks = await started(printer, *(facts(str(number), "group") for number in range(WAITING_OF_BOOKING_MAX)))

    await refused(printer, facts("one more", "group"))
    (other,) = await started(printer, facts("other"))
    drawing.go_on.set()
    assert await other == b"other"
    await asyncio.gather(*tasks)


async def test_a_defect_of_one_page_is_raised_and_the_next_is_drawn() -> None:
    drawing = Drawing()
    printer = TicketPrinter(drawing)
    broken, whole = await started(printer, facts("a", event="broken"), facts("b"))
    drawing.go_on.set()

    with pytest.raises(ValueError, match="a"):
        await broken
    assert await whole == b"b"


async def test_old_pages_are_evicted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CACHED_BYTES_MAX", 2)
    drawing = Drawing()
    drawing.go_on.set()
    printer = TicketPrinter(drawing)
    for ticket in ("a", "b", "c", "c", "a"):
        await printer.print(facts(ticket))

    assert drawing.drawn == ["a", "b", "c", "a"]


async def test_work_ends_with_its_client() -> None:
    """Receive as from an ASGI server: the request, then the disconnect."""
    messages = iter([{"type": "http.request", "body": b"", "more_body": False}, {"type": "http.disconnect"}])
    drawing = Drawing()
    printer = TicketPrinter(drawing)
    (drawn,) = await started(printer, facts("in hand"))

    async def receive() -> object:
        return next(messages)

    with pytest.raises(ClientLeft):
        await unless_client_leaves(receive, printer.print(facts("left")))  # type: ignore[arg-type]

    drawing.go_on.set()
    await drawn
    await printer.print(facts("next"))
    assert drawing.drawn == ["in hand", "next"]


async def test_a_response_is_sent_to_a_client_that_waits() -> None:
    drawing = Drawing()
    drawing.go_on.set()

    async def receive() -> object:
        await asyncio.Event().wait()
        raise AssertionError

    page = await unless_client_leaves(receive, TicketPrinter(drawing).print(facts("a")))  # type: ignore[arg-type]

    assert page == b"a"
