"""The pages role only reads: no route of it writes, and it works on read-only connections."""

import httpx
import pytest
from litestar.testing import AsyncTestClient

from admitone.pages.usecases.deps import Deps, FormDeps
from admitone.runtime.app import build_app, mount_roles
from admitone.runtime.settings import Settings
from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer
from tests.running import SECRET_KEY, Stack

pytestmark = pytest.mark.xdist_group("stack")

SAFE = {"GET", "HEAD", "OPTIONS"}
CANNOT_WRITE = "&options=-c%20default_transaction_read_only%3Don"
FORMS = (
    "/my",
    "/my/sign-in",
    "/e/x/hold",
    "/e/x/queue",
    "/checkout/b",
    "/checkout/b/release",
    "/checkout/b/promo-code",
    "/checkout/b/again",
    *("/my/b/transfer", "/my/b/transfer/t/undo", "/transfer"),
    *("/e/x/waiting-list", "/e/x/waiting-list/t/leave", "/my/b/returns", "/my/b/returns/withdrawals", "/my/b/names"),
    *("/my/b/new-codes", "/my/b/address", "/my/address/c", "/my/address/c/stop"),
)


def unsafe_routes(role: str) -> set[str]:
    """Return the paths of unsafe methods; a path without a route is 404 for every method."""
    routers = mount_roles([role], lambda: pytest.fail("routes are only listed"))
    return {
        route.path
        for router in routers
        for route in router.routes
        if "rest" not in route.path and set(getattr(route, "methods", ())) - SAFE
    }


def test_no_route_of_the_pages_role_writes() -> None:
    """A client token is a signed cookie: issuing it stores nothing."""
    assert unsafe_routes("pages") == {"/e/{event_id:str}/client"}
    assert {
        path for path in unsafe_routes("booking") if path.startswith(("/e/", "/checkout/", "/my", "/transfer"))
    } == {
        "/my/{holder_id:str}/transfer",
        "/my/{holder_id:str}/transfer/{transfer_id:str}/undo",
        "/my/{holder_id:str}/new-codes",
        "/transfer",
        "/my",
        "/my/address/{correction_id:str}",
        "/my/address/{correction_id:str}/stop",
        "/my/messages/{booking_id:str}",
        "/my/reminders/{booking_id:str}",
        "/my/sign-in",
        "/my/sign-out",
        "/e/{event_id:str}/hold",
        "/e/{event_id:str}/queue",
        "/e/{event_id:str}/waiting-list",
        "/e/{event_id:str}/waiting-list/{token:str}/leave",
        "/my/{booking_id:str}/address",
        "/my/{booking_id:str}/returns",
        "/my/{booking_id:str}/returns/withdrawals",
        "/my/{holder_id:str}/names",
        "/checkout/{booking_id:str}",
        "/checkout/{booking_id:str}/again",
        "/checkout/{booking_id:str}/promo-code",
        "/checkout/{booking_id:str}/release",
    }


def test_the_pages_have_no_dependency_that_writes() -> None:
    writers = set(FormDeps.__dataclass_fields__) - {"pages", "read_queue"}

    assert writers == {
        *("hold", "confirm", "release", "apply_promo_code", "join_queue", "take_turn", "mail"),
        *("offer_tickets", "undo_offer", "accept_offer", "name_tickets", "renew_tickets"),
        *("join_waiting_list", "leave_waiting_list", "return_tickets", "take_tickets_back"),
    }
    assert not writers & set(Deps.__dataclass_fields__)


@pytest.mark.parametrize("path", FORMS)
async def test_the_pages_role_accepts_no_form(stack: Stack, path: str) -> None:
    transport = httpx.AsyncHTTPTransport(uds=str(stack.sockets["pages"]))
    async with httpx.AsyncClient(transport=transport, base_url="http://role") as http:
        answer = await http.post(path, data={"seat": "A-1"})

    assert answer.status_code in (404, 405)


async def test_pages_open_on_read_only_connections(stack: Stack, organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=10)
    held = await ada.hold(show, general_admission=[{"section_id": show.floor, "quantity": 1}])
    settings = Settings(
        database_url=stack.database_url + CANNOT_WRITE,
        redis_url=stack.redis_url,
        secret_keys=(SECRET_KEY,),
        public_url=stack.address,
        data_folder=stack.folder,
        payments="simulated",
        testing=True,
    )
    async with AsyncTestClient(build_app(settings, ["pages"])) as browser:
        browser.follow_redirects = True
        pages = [
            await browser.get(path)
            for path in ("/", "/search", f"/e/{show.id}", f"/checkout/{held.booking_id}?t={held.token}")
        ]

    assert [page.status_code for page in pages] == [200] * 4
