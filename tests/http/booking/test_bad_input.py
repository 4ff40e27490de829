"""Any bad input gets a problem document that names the fault, never a 500."""

import json
from typing import Any

import pytest

from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer
from tests.problems import pointers, problem_of, refusal

pytestmark = pytest.mark.xdist_group("stack")

PATHS = ("/booking/checkout", "/booking/confirm", "/booking/release")
JSON = {"Content-Type": "application/json"}
DEEP = (b"[" * 10_000, b'{"a":' * 5_000)
SOME_EVENT = "evt_01jd3x9k7qf0c8v5t2m4n6p8r0"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"nul", b'{"event_id": "a"', b"\xff\xfe", b'{"a": NaN}', b"{'event_id': 1}", b'{"a":1}{"b":2}', *DEEP],
)
async def test_invalid_json_is_malformed(ada: Buyer, path: str, body: bytes) -> None:
    answer = await ada.http.post(path, content=body, headers=JSON)

    assert answer.status_code in (400, 422)
    assert problem_of(answer)["code"] in ("malformed-body", "invalid-body")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", [None, 1, "text", [], [[]], {}, {"no_such_field": 1}])
async def test_faults_in_the_shape_of_json_are_named(ada: Buyer, path: str, body: Any) -> None:
    answer = await ada.http.post(path, content=json.dumps(body), headers=JSON)

    assert pointers(answer)


async def test_every_fault_is_named_at_once(ada: Buyer) -> None:
    body = {
        "event_id": 7,
        "seats": ["A-1", None, 3],
        "best_available": {"quantity": -2, "together": "yes", "colour": "red"},
        "general_admission": [{"section_id": "floor", "quantity": 0}, {"quantity": 10**30}],
        "buyer": {"email": "no address"},
        "extra": True,
    }

    found = pointers(await ada.http.post("/booking/checkout", json=body))

    assert set(found) == {
        "/event_id",
        "/seats/1",
        "/seats/2",
        "/best_available/quantity",
        "/best_available/together",
        "/best_available/colour",
        "/general_admission/0/quantity",
        "/general_admission/1/section_id",
        "/general_admission/1/quantity",
        "/buyer/email",
        "/extra",
    }


@pytest.mark.parametrize("quantity", [0, -1, -(2**63), 2**63, 10**400, 1.5, "2", True, None, [1], 1001])
async def test_invalid_quantities_are_refused(ada: Buyer, quantity: Any) -> None:
    body = json.dumps({"event_id": SOME_EVENT, "best_available": {"quantity": quantity}})

    answer = await ada.http.post("/booking/checkout", content=body, headers=JSON)

    assert pointers(answer) == ["/best_available/quantity"]


# "\u202e" turns the direction of writing, "\u0301" is an accent without its letter.
ODD = [
    "\x00",
    "a\x00b",
    "🎭" * 32,
    "ﷺ",
    "\u202eabc",
    "' or 1=1 --",
    "../../etc/passwd",
    "%00",
    "{evt}",
    "\x7f",
    " ",
    "\u0301",
]


@pytest.mark.parametrize("text", ODD)
async def test_ids_of_any_characters_are_unknown_not_fatal(organizer: Organizer, ada: Buyer, text: str) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(), standing=5)

    answers = [
        await ada.checkout(text, best_available={"quantity": 1}),
        await ada.checkout(show, seats=[text]),
        await ada.checkout(show, general_admission=[{"section_id": text, "quantity": 1}]),
        await ada.checkout(show, best_available={"quantity": 1, "price_level_id": text}),
        await ada.checkout(show, best_available={"quantity": 1}, promo_code=text),
        await ada.http.post("/booking/confirm", json={"booking_id": text, "booking_token": text}),
        await ada.http.post("/booking/release", json={"booking_id": text, "booking_token": text}),
    ]

    for answer in answers:
        assert 400 <= answer.status_code < 500, answer.text
        assert problem_of(answer)


@pytest.mark.parametrize("lone", ["\\ud83d", "\\udc00", "a\\ud800b"])
async def test_a_lone_surrogate_is_refused(ada: Buyer, lone: str) -> None:
    body = f'{{"event_id": "{lone}", "best_available": {{"quantity": 1}}}}'

    answer = await ada.http.post("/booking/checkout", content=body, headers=JSON)

    assert answer.status_code in (400, 404, 422)
    assert problem_of(answer)


@pytest.mark.parametrize(
    "name", ["Łukasz Ż", "محمد", "李小龍", "𝕬𝖉𝖆 👩\u200d🚀", "x" * 200, "O'Hara; drop table", "\u200fעדה\u200e"]
)
async def test_names_in_any_script_are_kept(organizer: Organizer, ada: Buyer, name: str) -> None:
    show = await organizer.show(standing=5)
    buyer = Buyer(ada.http)
    buyer.buyer = {"email": "jürgen@exämple.org", "name": name}

    held = await buyer.hold(show, best_available={"quantity": 1})
    paid = (await buyer.confirm(held)).json()

    assert paid["buyer"] == buyer.buyer


@pytest.mark.parametrize(
    "buyer",
    [
        *({"email": "a\x00@b.c"}, {"email": "a@b", "name": "\x00"}, {"email": "a b@c"}, {"email": "@"}),
        *({"email": "a@" + "b" * 300}, {"email": "a@b.c", "name": "x" * 201}, {"email": "a@b.c", "name": ""}, {}),
    ],
)
async def test_invalid_buyers_are_refused(ada: Buyer, buyer: dict[str, str]) -> None:
    body = {"event_id": SOME_EVENT, "best_available": {"quantity": 1}, "buyer": buyer}

    found = pointers(await ada.http.post("/booking/checkout", json=body))

    assert all(pointer.startswith("/buyer/") for pointer in found)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("size", [300_000, 10_000_000])
async def test_large_bodies_are_refused(ada: Buyer, path: str, size: int) -> None:
    body = b'{"event_id": "' + b"x" * size + b'"}'

    answer = await ada.http.post(path, content=body, headers=JSON)

    assert answer.status_code in (413, 422)
    assert problem_of(answer)


async def test_many_seats_are_counted_before_they_are_looked_up(ada: Buyer) -> None:
    body = {"event_id": SOME_EVENT, "seats": [str(number) for number in range(1001)]}

    assert pointers(await ada.http.post("/booking/checkout", json=body)) == ["/seats"]


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
async def test_other_methods_are_not_allowed(ada: Buyer, method: str) -> None:
    answer = await ada.http.request(method, "/booking/checkout")

    # GET /booking/checkout reads a booking of that name.
    assert refusal(answer) in [(405, "method-not-allowed"), (404, "booking-not-found")]
    if answer.status_code == 405:
        assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "multipart/form-data", "application/json; x"]
)
async def test_another_content_type_causes_no_server_error(ada: Buyer, content_type: str) -> None:
    for path in PATHS:
        answer = await ada.http.post(path, content=b"<a/>", headers={"Content-Type": content_type})

        assert answer.status_code in (400, 415, 422)
        assert problem_of(answer)
