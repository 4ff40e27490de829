from litestar import Litestar

from admitone.search.domain.parameters import parse_search
from admitone.search.routes import router
from admitone.search.usecases.deps import Deps


def _never() -> Deps:
    raise AssertionError


def test_every_parameter_is_described() -> None:
    paths = Litestar([router(_never)]).openapi_schema.to_schema()["paths"]

    described = [parameter["name"] for parameter in paths["/events/search"]["get"]["parameters"]]
    sound = {"near": "1,2", "radius_km": "5", "facets": "month", "on_sale": "now", "sort": "date", "size": "1"}
    words = {
        "starts_from": "2026-01-01",
        "starts_to": "2026-01-01",
        "country_code": "DE",
        "currency": "EUR",
        "highlight": "true",
        "collapse": "true",
        "understand": "true",
    }
    parse_search([(name, {**sound, **words}.get(name, "1")) for name in described])
    assert len(described) == 21
    assert [parameter["name"] for parameter in paths["/events/suggest"]["get"]["parameters"]] == ["q", "size", "city"]
