"""Performers and venues as search suggests them, by id."""

from admitone.catalogue.contracts import NamedDocuments
from admitone.catalogue.domain.documents import performer_document, venue_document
from admitone.catalogue.store.performers import read_performers
from admitone.catalogue.store.venues import read_venues
from admitone.catalogue.usecases.deps import Deps


async def read_named(deps: Deps, ids: tuple[str, ...]) -> NamedDocuments:
    """Return those that there are, whoever owns them. Bound to its `deps` it is a `contracts.ReadNamedDocuments`."""
    async with deps.pool.connection() as conn:
        performers = await read_performers(conn, list(ids))
        venues = await read_venues(conn, list(ids))
    return NamedDocuments(
        tuple(performer_document(performer) for performer in performers.values()),
        tuple(venue_document(venue) for venue in venues.values()),
    )
