"""Pictures of events: store uploads, fetch those on other hosts once, serve both from here.

Until a picture is ready, and if it is not available, an event shows its drawn poster.
"""

from collections.abc import Sequence

import structlog

from admitone.catalogue.domain.encode_picture import encode_picture
from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.pictures import (
    PICTURES_MAX,
    BadPicture,
    EncodedPicture,
    PictureNotFound,
    PictureRefused,
    PictureUnreachable,
    Source,
    TooManyPictures,
    is_external,
    picture_address,
    picture_id_of,
)
from admitone.catalogue.store import pictures as store
from admitone.catalogue.store.references import find_pictures
from admitone.catalogue.usecases.deps import Deps
from admitone.kit.off_loop import off_loop
from admitone.kit.postgres import Connection
from admitone.kit.refusal import Busy

log = structlog.get_logger(__name__)
FETCH = "catalogue.fetch_picture"
"""The job's name."""
TRIES_MAX = 5
WAIT_SECONDS = (30.0, 300.0, 1_800.0, 7_200.0)
"""Before the second try and those after it."""
UNREQUESTED_MAX = 200


async def store_picture(deps: Deps, *, organization_id: str, body: bytes) -> tuple[str, EncodedPicture]:
    """Return the id of a picture and its files. The same bytes give the same id.

    Raises `BadPicture`, `TooManyPictures`, and `Busy` where several are being encoded.
    """
    picture = await off_loop(encode_picture, body)
    picture_id = picture_id_of(organization_id, body)
    async with deps.pool.connection() as conn, conn.transaction():
        if await store.count_pictures(conn, organization_id=organization_id) >= PICTURES_MAX:
            raise TooManyPictures(f"An organization has at most {PICTURES_MAX} pictures.")
        await store.insert_picture(
            conn, picture_id=picture_id, organization_id=organization_id, picture=picture, now=deps.now()
        )
    return picture_id, picture


async def read_picture_file(deps: Deps, *, picture_id: str, name: str) -> tuple[str, bytes]:
    """Return media type and body of one size. Raises `PictureNotFound`."""
    async with deps.pool.connection() as conn:
        found = await store.read_picture_file(conn, picture_id=picture_id, name=name)
    if found is None:
        raise PictureNotFound
    return found


async def request_pictures(deps: Deps, conn: Connection, events: Sequence[Event]) -> None:
    """Write a job for each picture on another host that is not known yet, in the caller's transaction."""
    wanted = [(event.organization_id, event.image_url) for event in events if event.image_url]
    await _request(deps, conn, [(organization_id, url) for organization_id, url in wanted if is_external(url)])


async def request_missing_pictures(deps: Deps) -> None:
    """Request the pictures of events that a release wrote which did not know how."""
    async with deps.pool.connection() as conn, conn.transaction():
        await _request(deps, conn, await store.find_unrequested(conn, limit=UNREQUESTED_MAX))


async def _request(deps: Deps, conn: Connection, addresses: Sequence[store.Address]) -> None:
    if not addresses:
        return
    for organization_id, url in await store.request_sources(conn, addresses, now=deps.now()):
        await deps.defer(conn, FETCH, organization_id=organization_id, url=url, attempt=1)


async def fetch_picture(deps: Deps, *, organization_id: str, url: str, attempt: int) -> None:
    """Fetch a picture, store it, and show it with the events that name it; or record why that is impossible.

    Repeating it changes nothing. A host that does not answer is tried again, `TRIES_MAX` times in all.
    """
    address = (organization_id, url)
    try:
        picture_id, _ = await store_picture(deps, organization_id=organization_id, body=await deps.fetch(url))
    except (PictureUnreachable, Busy) as refusal:
        await _try_again(deps, address, attempt=attempt, fault=refusal.detail)
    except (BadPicture, PictureRefused, TooManyPictures) as refusal:
        await _fail(deps, address, refusal.detail)
    else:
        async with deps.pool.connection() as conn, conn.transaction():
            await store.finish_source(conn, address, state="ready", picture_id=picture_id, fault=None, now=deps.now())
            await deps.reindex(conn, await store.find_events_of_image(conn, address))


async def _try_again(deps: Deps, address: store.Address, *, attempt: int, fault: str) -> None:
    if attempt >= TRIES_MAX:
        await _fail(deps, address, fault)
        return
    organization_id, url = address
    async with deps.pool.connection() as conn, conn.transaction():
        await store.finish_source(conn, address, state="pending", picture_id=None, fault=fault, now=deps.now())
        await deps.defer(
            conn,
            FETCH,
            wait_seconds=WAIT_SECONDS[attempt - 1],
            organization_id=organization_id,
            url=url,
            attempt=attempt + 1,
        )


async def _fail(deps: Deps, address: store.Address, fault: str) -> None:
    log.info("picture failed", organization_id=address[0], fault=fault)
    async with deps.pool.connection() as conn:
        await store.finish_source(conn, address, state="failed", picture_id=None, fault=fault, now=deps.now())


async def read_sources(deps: Deps, events: Sequence[Event]) -> dict[str, Source]:
    """Return what became of the pictures on other hosts, by event id."""
    named = {event.id: (event.organization_id, event.image_url or "") for event in events}
    async with deps.pool.connection() as conn:
        known = await store.read_sources(conn, [address for address in named.values() if is_external(address[1])])
    return {event_id: known[address] for event_id, address in named.items() if address in known}


async def shown_images(conn: Connection, events: Sequence[Event]) -> dict[str, str]:
    """Return the addresses of the events' pictures, of those that have one to show, by event id."""
    own = {event.id: event.image_url for event in events if event.image_url and not is_external(event.image_url)}
    named = {event.id: (event.organization_id, event.image_url or "") for event in events}
    addresses = sorted({address for address in named.values() if is_external(address[1])})
    known = await store.read_sources(conn, addresses)
    fetched = {
        event_id: picture_address(source.picture_id)
        for event_id, address in named.items()
        if (source := known.get(address)) and source.picture_id
    }
    return own | fetched


async def hold_picture(conn: Connection, organization_id: str, image_url: str) -> bool:
    """Return whether it is a picture of the organization; it then stays until the transaction ends
    (`organizers.contracts.HoldPicture`)."""
    return bool(await find_pictures(conn, organization_id=organization_id, image_urls=[image_url]))
