"""Suggestions as the Discovery API gives them: events, attractions and venues that may be meant."""

from admitone.catalogue.contracts import EventDocument
from admitone.search.contracts import SearchQuery, Suggestion
from admitone.search.domain.discovery.parameters import EventsAsked, PageAsked
from admitone.search.domain.discovery.shapes import Shape, attraction_shape, link, venue_shape
from admitone.search.usecases.deps import Deps, Directory
from admitone.search.usecases.discover_events import discover_events
from admitone.search.usecases.find_events import suggest

RESOURCES = ("attractions", "events", "venues")
_SUGGESTIONS_MAX = 20
"""Asked of the engine, of all types together."""
_RESOURCE = {"performer": "attractions", "venue": "venues", "event": "events"}
_PAGE = {"performer": "performer", "venue": "venue", "event": "e"}


async def discover_suggestions(
    deps: Deps, directory: Directory, typed: str, size: int, resources: tuple[str, ...]
) -> dict[str, list[Shape]]:
    """Return at most `size` of every resource asked for; without a word, those with most to see."""
    wanted = [item for item in RESOURCES if not resources or item in resources]
    if not typed:
        return {item: await _popular(deps, directory, item, size) for item in wanted}
    suggestions = await suggest(deps, typed, _SUGGESTIONS_MAX)
    events = {item.id: item for item in await _documents(deps, suggestions)}
    found: dict[str, list[Shape]] = {item: [] for item in wanted}
    for kind in suggestions:
        resource = _RESOURCE.get(kind.type)
        if resource in found and len(found[resource]) < size and (kind.type != "event" or kind.id in events):
            found[resource].append(_shape(deps, kind, events.get(kind.id)))
    return found


async def _documents(deps: Deps, suggestions: list[Suggestion]) -> list[EventDocument]:
    ids = tuple(kind.id for kind in suggestions if kind.type == "event")
    return await deps.read_documents(ids) if ids else []


def _shape(deps: Deps, suggestion: Suggestion, document: EventDocument | None) -> Shape:
    resource = _RESOURCE[suggestion.type]
    shape: Shape = {
        "name": suggestion.name,
        "type": resource.removesuffix("s"),
        "id": suggestion.id,
        "test": False,
        "url": f"{deps.public_url}/{_PAGE[suggestion.type]}/{suggestion.id}",
        "locale": "en-us",
        "_links": {"self": link(resource, suggestion.id)},
    }
    if document is not None:
        shape["dates"] = {"start": {"localDate": document.local_date}, "timezone": document.timezone}
    if suggestion.type == "venue":
        shape["city"] = {"name": suggestion.detail.split(",")[0]}
    return shape


async def _popular(deps: Deps, directory: Directory, resource: str, size: int) -> list[Shape]:
    if resource == "events":
        asked = EventsAsked(query=SearchQuery(sort="popularity", size=size), page=PageAsked(0, size))
        return (await discover_events(deps, asked))[0]
    if resource == "venues":
        return [venue_shape(row, deps.public_url) for row in (await directory.list_venues("", 0, size))[0]]
    return [attraction_shape(row, deps.public_url) for row in (await directory.list_performers("", 0, size))[0]]
