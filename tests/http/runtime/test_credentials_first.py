"""Check credentials before the body: a role answers a stranger without reading a byte of it."""

import asyncio
from pathlib import Path

import pytest

from admitone.testing.buyer import Buyer
from tests.http.runtime.contract import read_operations
from tests.running import Stack

pytestmark = pytest.mark.xdist_group("stack")

SECONDS_MAX = 30.0


async def status_without_body(socket: Path, method: str, path: str, *headers: str, length: int = 900) -> int:
    """Announce a body, send none of it, and return the status of the answer."""
    reader, writer = await asyncio.open_unix_connection(str(socket))
    head = [f"{method} {path} HTTP/1.1", "Host: here", "Content-Type: application/json", f"Content-Length: {length}"]
    writer.write("\r\n".join([*head, *headers, "", ""]).encode())
    line = await asyncio.wait_for(reader.readline(), SECONDS_MAX)
    writer.close()
    return int(line.split()[1])


OF_BOOKING = (
    *("/queue", "/seats", "/sales", "/bookings", "/refunds"),
    *("/resale-terms", "/waiting-list", "/transfers", "/messages"),
)


def role_of(path: str) -> str:
    """Return the role of a path: the roles of one process share its routes; here each is alone."""
    own_sale = path.endswith(OF_BOOKING) or "seat-changes" in path
    booking = own_sale or path.startswith(
        (
            *("/check-in", "/organizer/promo-codes", "/organizer/bookings", "/organizer/sales"),
            *("/organizer/mail-previews", "/organizer/payment-tests", "/organizer/people"),
        )
    )
    return "booking" if booking else "catalogue"


async def test_no_route_with_a_key_waits_for_a_strangers_body(stack: Stack, ada: Buyer) -> None:
    keyed = [
        operation for operation in await read_operations(ada.http) if operation.needs_key and operation.method != "GET"
    ]
    statuses = {
        (operation.method, operation.path, headers): await status_without_body(
            stack.sockets[role_of(operation.path)], operation.method, operation.path, *headers
        )
        for operation in keyed
        for headers in ((), ("Authorization: Bearer ak_unknown",), ("Idempotency-Key: first-come",))
    }

    assert len(keyed) > 30
    assert {request: status for request, status in statuses.items() if status != 401} == {}


@pytest.mark.parametrize("path", ["/booking/checkout", "/booking/confirm", "/booking/release", "/events/evt_1/queue"])
async def test_a_body_announced_as_too_large_is_refused_unread(stack: Stack, path: str) -> None:
    status = await status_without_body(stack.sockets["booking"], "POST", path, length=64 * 1024 + 1)

    assert status == 413
