"""What an organization tells buyers about itself: logo, imprint, words on privacy; and the currencies it sells in."""

from collections.abc import Callable

from admitone.kit.postgres import Connection, ReadPool
from admitone.kit.refusal import InvalidBody
from admitone.organizers.contracts.settings import OrganizationNotFound, Presentation, PublicTexts
from admitone.organizers.domain.settings import Settings, check_currencies
from admitone.organizers.store import settings as store
from admitone.organizers.store import terms as terms_store
from admitone.organizers.store.people import lock_organization
from admitone.organizers.usecases.deps import Deps


async def read_settings(deps: Deps, organization_id: str) -> tuple[str, Settings]:
    """Return the organization's name and its settings."""
    async with deps.pool.connection() as conn:
        found = await store.read_settings(conn, organization_id)
    assert found is not None, "an identity belongs to an organization that exists"
    return found


async def change_settings(
    deps: Deps, organization_id: str, edit: Callable[[Settings], Settings]
) -> tuple[str, Settings]:
    """Store the settings that `edit` returns for the current ones. Raises `InvalidBody`."""
    async with deps.pool.connection() as conn, conn.transaction():
        await lock_organization(conn, organization_id=organization_id)
        found = await store.read_settings(conn, organization_id)
        assert found is not None, "an identity belongs to an organization that exists"
        settings = edit(found[1])
        faults = check_currencies(settings.currencies)
        if settings.logo_url and not await deps.hold_picture(conn, organization_id, settings.logo_url):
            faults.append(("/logo_url", "There is no such picture. Upload it first."))
        if faults:
            raise InvalidBody(faults)
        await store.write_settings(conn, organization_id, settings)
    return found[0], settings


async def read_currencies(deps: Deps, organization_id: str) -> tuple[str, ...]:
    """Bound to its `deps` it is a `contracts.ReadCurrencies`."""
    async with deps.pool.connection() as conn:
        found = await store.read_settings(conn, organization_id)
    return found[1].currencies if found else ()


async def find_logos(conn: Connection, picture_ids: list[str]) -> set[str]:
    """Return those of the pictures that are logos, which the catalogue must keep."""
    return await store.find_logos(conn, picture_ids)


async def read_presentation(
    deps: Deps, organization_id: str, *, read_pool: ReadPool | None = None
) -> Presentation | None:
    """Bound to its `deps` it is a `contracts.ReadPresentation`. `read_pool`: where it is only shown."""
    return await (read_pool or ReadPool(deps.pool)).find(
        lambda conn: terms_store.read_presentation(conn, organization_id)
    )


async def read_public_texts(deps: Deps, organization_id: str, number: int | None) -> PublicTexts:
    """Return what the organization's page shows; `number`: of a version of its terms. Raises `OrganizationNotFound`."""
    async with deps.pool.connection() as conn:
        presentation = await terms_store.read_presentation(conn, organization_id)
        found = await store.read_settings(conn, organization_id)
        if presentation is None or found is None:
            raise OrganizationNotFound
        shown = presentation.terms_number if number is None else number
        terms = None if shown is None else await terms_store.read_terms(conn, organization_id, number=shown)
    if number is not None and (terms is None or (terms.url is None and terms.body is None)):
        raise OrganizationNotFound
    is_current = shown == presentation.terms_number
    return PublicTexts(presentation, found[1].imprint, found[1].privacy, terms, is_current)
