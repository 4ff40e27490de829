"""The API refuses an unknown query parameter by its name; a page ignores it."""

import pytest

from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer
from tests.http.runtime.contract import REPORTS, WEBHOOK, read_operations
from tests.problems import problem_of, refusal

OF_OPERATORS = "/organizer/system"
"""No key has the permission: every request of one is refused before its parameters are read."""

pytestmark = pytest.mark.xdist_group("stack")


async def test_every_operation_names_unknown_parameters(ada: Buyer, organizer: Organizer) -> None:
    operations = [
        operation
        for operation in await read_operations(ada.http)
        if operation.path not in (WEBHOOK, *REPORTS) and not operation.path.startswith(OF_OPERATORS)
    ]
    answers = {
        (operation.method, operation.path): problem_of(
            await organizer.http.request(operation.method, operation.path, params={"email": "ada@example.org"})
        )
        for operation in operations
    }

    assert len(operations) > 60
    assert {
        at: problem
        for at, problem in answers.items()
        if (problem["code"], problem.get("parameter")) != ("invalid-parameter", "email")
    } == {}


async def test_a_parameter_is_given_once(organizer: Organizer) -> None:
    answer = await organizer.http.get("/organizer/events?size=1&size=2")

    assert refusal(answer) == (400, "invalid-parameter")
    assert problem_of(answer)["parameter"] == "size"


async def test_known_parameters_are_accepted(organizer: Organizer) -> None:
    answer = await organizer.http.get("/organizer/events", params={"q": "", "page": 0, "size": 1})

    assert answer.status_code == 200


@pytest.mark.parametrize("page", ["/", "/about", "/search?q=jazz", "/problems"])
async def test_links_from_mails_open_pages(ada: Buyer, page: str) -> None:
    joint = "&" if "?" in page else "?"
    answer = await ada.http.get(f"{page}{joint}utm_source=mail&utm_campaign=spring&fbclid=1")

    assert answer.status_code == 200


async def test_parameters_that_pages_add_to_a_tickets_address_are_accepted(ada: Buyer, organizer: Organizer) -> None:
    show = await organizer.show(standing=10)
    held = await ada.hold(show, general_admission=[{"section_id": show.floor, "quantity": 1}])
    ticket = (await ada.confirm(held)).json()["tickets"][0]

    answers = [await ada.http.get(f"{ticket['barcode_url']}&{more}") for more in ("at=1764441000000", "still=true")]

    assert [answer.status_code for answer in answers] == [200, 200]
