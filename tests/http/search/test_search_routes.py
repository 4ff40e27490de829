"""Search over HTTP, in process: parameters, refusals, headers, and the availability added to each answer."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from admitone.catalogue.contracts import Availability, EventDocument
from admitone.kit.http.declared_request import check_declared
from admitone.kit.http.hot_path import HotPath, RawRequest
from admitone.kit.http.problem import EXCEPTION_HANDLERS
from admitone.kit.http.strict_request import StrictRequest
from admitone.search.adapters.tantivy_index import TantivyIndex
from admitone.search.routes import hot_reads, router
from admitone.search.usecases.deps import Deps
from admitone.search.usecases.indexing import index_events, rebuild_index
from tests.ports.search_documents import NOW, document, performer

Client = AsyncTestClient[Litestar]


class Catalogue:
    """The catalogue behind the index, with a record of the calls."""

    def __init__(self) -> None:
        boss = performer("boss", "Bruce Springsteen")
        self.documents = {
            each.id: each for each in (document("a", "Gala"), document("b", "Bruce Springsteen", performers=(boss,)))
        }
        self.rebuilds_requested = 0

    async def read(self, ids: tuple[str, ...]) -> list[EventDocument]:
        return [self.documents[identifier] for identifier in ids if identifier in self.documents]

    async def scan(self, after: str, limit: int, _position: str | None) -> list[EventDocument]:
        return [self.documents[document_id] for document_id in sorted(self.documents) if document_id > after][:limit]

    async def availability(self, ids: tuple[str, ...]) -> dict[str, Availability]:
        return {
            identifier: Availability(identifier, "limited", 3, 100, {}) for identifier in ids if identifier == "evt_a"
        }

    async def request_rebuild(self) -> None:
        self.rebuilds_requested += 1


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue()


@pytest.fixture
def deps(catalogue: Catalogue, tmp_path: Path) -> Deps:
    return Deps(
        index=TantivyIndex(tmp_path / "search"),
        read_documents=catalogue.read,
        scan_documents=catalogue.scan,
        read_availability=catalogue.availability,
        now=lambda: NOW,
        request_rebuild=catalogue.request_rebuild,
    )


SUMMARY = {
    "id",
    "external_id",
    "name",
    "status",
    "starts_at",
    "timezone",
    "local_date",
    "local_time",
    "segment",
    "genre",
    "image_url",
    "venue",
    "performers",
    "price_range",
    "availability",
    "on_sale_at",
    "distance_km",
    "url",
}
"""The members of an event in a list."""


@pytest.fixture
async def client(deps: Deps) -> AsyncIterator[Client]:
    app = Litestar(
        [router(lambda: deps)],
        exception_handlers=EXCEPTION_HANDLERS,
        request_class=StrictRequest,
        before_request=check_declared,
    )
    async with AsyncTestClient(app) as client:
        yield client


async def test_answers_in_the_shape_of_the_contract(client: Client, deps: Deps) -> None:
    await rebuild_index(deps)

    answer = await client.get("/events/search", params={"facets": "genre", "near": "40.7,-74.0"})

    body = answer.json()
    assert (
        answer.status_code,
        answer.headers["cache-control"],
    ) == (200, "public, max-age=1, s-maxage=60, stale-while-revalidate=30, stale-if-error=60")
    assert body["page"] == {"number": 0, "size": 20, "total": 2, "total_pages": 1}
    assert body["facets"] == {"genre": [{"value": "classical", "count": 2}]}
    assert {"events", "page", "facets", "took_ms"} == set(body)
    assert {event["id"]: event["availability"] for event in body["events"]} == {"evt_a": "limited", "evt_b": "off_sale"}
    assert all(event["distance_km"] < 5 for event in body["events"])


async def test_a_typo_is_answered_with_the_corrected_query(client: Client, deps: Deps) -> None:
    await rebuild_index(deps)

    body = (await client.get("/events/search?q=bruse+sprinsteen")).json()

    assert ([event["id"] for event in body["events"]], body["did_you_mean"]) == (["evt_b"], "bruce springsteen")


async def test_marks_matches_on_request(client: Client, deps: Deps) -> None:
    await rebuild_index(deps)

    plain = (await client.get("/events/search?q=sprinsteen")).json()["events"][0]
    marked = (await client.get("/events/search?q=sprinsteen&highlight=true")).json()["events"][0]

    parts = [{"text": "Bruce ", "hit": False}, {"text": "Springsteen", "hit": True}]
    assert marked.pop("highlights") == [
        {"field": "name", "parts": parts},
        {"field": "performers", "id": "prf_boss", "parts": parts},
    ]
    assert marked == plain


async def test_without_extensions_an_event_has_the_members_of_the_contract(client: Client, deps: Deps) -> None:
    await rebuild_index(deps)
    question = "/events/search?q=sprinsteen&near=40.7,-74.0"

    plain = (await client.get(question)).json()["events"]

    assert all(set(event) <= SUMMARY for event in plain)
    assert (await client.get(f"{question}&highlight=false")).json()["events"] == plain
    assert (await client.get(f"{question}&highlight=true&q=")).json()["code"] == "invalid-parameter"


async def test_suggests(client: Client, deps: Deps) -> None:
    await rebuild_index(deps)

    body = (await client.get("/events/suggest", params={"q": "spri"})).json()

    assert body["suggestions"][0] == {"type": "performer", "id": "prf_boss", "name": "Bruce Springsteen", "detail": ""}


@pytest.mark.parametrize(
    ("query", "code", "named"),
    [
        ("colour=red", "invalid-parameter", "colour"),
        ("size=0", "invalid-parameter", "size"),
        ("q=%ff", "invalid-parameter", "q"),
        ("%ff=1", "invalid-parameter", "\ufffd"),
        ("q=a&q=b", "invalid-parameter", "q"),
        ("highlight=yes", "invalid-parameter", "highlight"),
        ("radius_km=5", "invalid-parameter", "radius_km"),
        ("page=500", "too-deep", "page"),
        ("&".join(["city=a"] * 201), "invalid-parameter", ""),
    ],
)
async def test_refuses_invalid_parameters_by_name(client: Client, query: str, code: str, named: str) -> None:
    answer = await client.get(f"/events/search?{query}")

    body = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert (code, named) == (body["code"], body["parameter"])
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("query", ["", "&&", "q=", "q=%00", "q=%F0%9F%8E%89", "q=%zz", "facets=month,price&size=1"])
async def test_unusual_but_valid_queries_are_answered(client: Client, deps: Deps, query: str) -> None:
    await rebuild_index(deps)

    assert (await client.get(f"/events/search?{query}")).status_code == 200


@pytest.mark.parametrize("path", ["/events/search?q=a", "/events/suggest?q=a"])
async def test_a_missing_index_is_requested_and_answered_with_retry_after(
    client: Client, catalogue: Catalogue, path: str
) -> None:
    answer = await client.get(path)

    assert (answer.status_code, answer.headers["retry-after"], catalogue.rebuilds_requested) == (503, "2", 1)


async def test_the_first_change_builds_a_missing_index(deps: Deps, client: Client) -> None:
    await index_events(deps, event_ids=["evt_b"])

    body: dict[str, Any] = (await client.get("/events/search")).json()
    assert body["page"]["total"] == 2


async def test_a_change_in_the_catalogue_is_found(deps: Deps, client: Client, catalogue: Catalogue) -> None:
    await rebuild_index(deps)
    catalogue.documents = {"evt_c": document("c", "Matinee")}

    await index_events(deps, event_ids=["evt_a", "evt_b", "evt_c", "evt_c"])

    body = (await client.get("/events/search")).json()
    assert [event["id"] for event in body["events"]] == ["evt_c"]


async def test_an_existing_index_is_rebuilt_only_on_request(deps: Deps, catalogue: Catalogue) -> None:
    await rebuild_index(deps)
    catalogue.documents = {}

    assert [await rebuild_index(deps, only_if_absent=True), await rebuild_index(deps)] == [2, 0]


async def _ids_and_reading(client: Client, query: str) -> tuple[list[str], Any]:
    body = (await client.get(f"/events/search?{query}")).json()
    return [event["id"] for event in body["events"]], body.get("understood")


async def test_a_date_in_words_is_a_filter_and_the_answer_says_so(
    client: Client, deps: Deps, catalogue: Catalogue
) -> None:
    for made in (
        document("soon", "Mahler", days=5),
        document("late", "Mahler", days=40),
        document("named", "Next Week Alive", days=60),
    ):
        catalogue.documents[made.id] = made
    await rebuild_index(deps)
    weekend = {"text": "this weekend", "starts_from": "2026-06-19", "starts_to": "2026-06-21"}

    assert await _ids_and_reading(client, "q=mahler+this+weekend") == (["evt_soon"], None)
    assert await _ids_and_reading(client, "q=mahler+this+weekend&understand=true") == (["evt_soon"], weekend)
    assert await _ids_and_reading(client, "q=this+weekend+new+york&understand=true") == (["evt_soon"], weekend)
    assert await _ids_and_reading(client, "q=im+Juli+mahler") == (["evt_late"], None)
    # Words that find nothing as a date may be a name, and explicit dates win.
    assert await _ids_and_reading(client, "q=next+week+alive&understand=true") == (["evt_named"], None)
    explicit = "q=mahler+24+dec&starts_from=2026-06-15&understand=true"
    assert (await _ids_and_reading(client, explicit))[1] is None
    assert (await _ids_and_reading(client, "q=mahler+this+weekend&understand=false"))[1] is None


async def test_other_orders_leave_out_beginnings_of_words_and_say_how_many(
    client: Client, deps: Deps, catalogue: Catalogue
) -> None:
    for made in (document("queens", "Queens of Stone", days=1), document("queen", "Queen", days=2)):
        catalogue.documents[made.id] = made
    await rebuild_index(deps)

    by_date = (await client.get("/events/search?q=queen&sort=date&understand=true")).json()
    assert ([event["id"] for event in by_date["events"]], by_date["left_out"]) == (["evt_queen"], 1)
    for query in ("q=queen&understand=true", "q=queen&sort=date", "q=quee&sort=date&understand=true"):
        body = (await client.get(f"/events/search?{query}")).json()
        assert (body["page"]["total"], "left_out" in body) == (2, False), query


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=gala",
        "q=bruse+sprinsteen",
        "q=springsteen&highlight=true",
        "q=gala&near=40.7,-74.0&facets=genre&facets=price",
        "q=nothing+like+it",
        "q=gala+tomorrow&understand=true&sort=date",
        "collapse=true&size=1&page=1",
    ],
)
async def test_without_the_framework_an_answer_is_the_same(client: Client, deps: Deps, query: str) -> None:
    await rebuild_index(deps)
    read = hot_reads(lambda: deps)["/events/search"]

    answer, response = (
        await read(RawRequest("/events/search", {}, b"", query=query.encode())),
        await client.get(f"/events/search?{query}"),
    )

    timeless = [re.sub(rb'"took_ms":[0-9.e-]+', b"", body) for body in (answer.body, response.content)]
    assert timeless[0] == timeless[1]
    assert answer.headers["Cache-Control"] == response.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    [
        "/events/search?size=0",
        "/events/search?unknown=1",
        "/events/search?q=%FF",
        "/events/search?q=a&q=b",
        "/events/suggest?q=a&q=b",
        "/events/suggest?unknown=1",
        "/events/search/generation?unknown=1",
    ],
)
async def test_without_the_framework_a_refusal_is_the_same(client: Client, deps: Deps, path: str) -> None:
    name, _, query = path.partition("?")
    answered: list[Any] = []

    async def no_app(*_: Any) -> Any:
        raise AssertionError("the hot path answers")

    async def send(message: Any) -> None:
        answered.append(message)

    scope = {"type": "http", "method": "GET", "path": name, "query_string": query.encode(), "headers": []}
    await HotPath(no_app, {}, reads=hot_reads(lambda: deps))(scope, no_app, send)
    response = await client.get(path)

    head, body = answered
    assert (head["status"], body["body"]) == (response.status_code, response.content)
    assert {name.decode(): value.decode() for name, value in head["headers"]} == dict(response.headers)


async def test_without_the_framework_a_suggestion_is_the_same(client: Client, deps: Deps) -> None:
    await rebuild_index(deps)
    read = hot_reads(lambda: deps)["/events/suggest"]

    answer = await read(RawRequest("/events/suggest", {}, b"", query=b"q=spri&size=3"))

    assert answer.body == (await client.get("/events/suggest?q=spri&size=3")).content
