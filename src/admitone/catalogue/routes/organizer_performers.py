"""`/organizer/performers`."""

from litestar import Controller, Response, delete, get, patch, post, put
from litestar.params import FromPath, JSONBody

from admitone.catalogue.domain.drafts import PerformerDraft
from admitone.catalogue.domain.records import Performer
from admitone.catalogue.routes.access import Caller, Given
from admitone.catalogue.routes.parameters import Words
from admitone.catalogue.schemas.organizer import PerformerList, PerformerView, performer_view
from admitone.catalogue.schemas.patches import PerformerPatch, apply_patch
from admitone.catalogue.usecases.performers import (
    change_performer,
    create_performer,
    delete_performer,
    list_performers,
    read_performer,
)
from admitone.kit.http.caching import Expected, versioned
from admitone.kit.http.changes import keep_before, keep_changed
from admitone.kit.http.paging import PageNumber, PageSize
from admitone.kit.http.problem_schema import refusals
from admitone.kit.http.strict_request import AnyRequest
from admitone.kit.paging import page_of


class OrganizerPerformers(Controller):
    path = "/performers"

    @get(operation_id="listOwnPerformers", summary="List your performers by name", responses=refusals(400, 401, 403))
    async def list_own(
        self, deps: Given, identity: Caller, q: Words = "", page: PageNumber = 0, size: PageSize = 20
    ) -> PerformerList:
        found, total = await list_performers(deps, organization_id=identity.organization_id, q=q, page=page, size=size)
        return PerformerList([performer_view(performer) for performer in found], page_of(page, size, total))

    @post(operation_id="createPerformer", summary="Create a performer", responses=refusals(400, 401, 403, 422))
    async def create(self, deps: Given, identity: Caller, data: JSONBody[PerformerDraft]) -> Response[PerformerView]:
        performer = await create_performer(deps, organization_id=identity.organization_id, draft=data)
        return versioned(
            performer_view(performer), performer.revision, location=f"/organizer/performers/{performer.id}"
        )

    @get(
        "/{performer_id:str}",
        operation_id="readOwnPerformer",
        summary="Get a performer",
        responses=refusals(401, 403, 404),
    )
    async def read(self, deps: Given, identity: Caller, performer_id: FromPath[str]) -> Response[PerformerView]:
        return _answer(await read_performer(deps, organization_id=identity.organization_id, performer_id=performer_id))

    @put(
        "/{performer_id:str}",
        operation_id="replacePerformer",
        summary="Replace a performer",
        responses=refusals(400, 401, 403, 404, 412, 422),
    )
    async def replace(
        self,
        request: AnyRequest,
        deps: Given,
        identity: Caller,
        performer_id: FromPath[str],
        data: JSONBody[PerformerDraft],
        expected: Expected,
    ) -> Response[PerformerView]:
        performer = await change_performer(
            deps,
            organization_id=identity.organization_id,
            performer_id=performer_id,
            edit=keep_changed(request.state, lambda _: data),
            expected=expected,
        )
        return _answer(performer)

    @patch(
        "/{performer_id:str}",
        operation_id="changePerformer",
        summary="Change members of a performer",
        responses=refusals(400, 401, 403, 404, 412, 422),
    )
    async def change(
        self,
        request: AnyRequest,
        deps: Given,
        identity: Caller,
        performer_id: FromPath[str],
        data: JSONBody[PerformerPatch],
        expected: Expected,
    ) -> Response[PerformerView]:
        performer = await change_performer(
            deps,
            organization_id=identity.organization_id,
            performer_id=performer_id,
            edit=keep_changed(request.state, lambda draft: apply_patch(draft, data)),
            expected=expected,
        )
        return _answer(performer)

    @delete(
        "/{performer_id:str}",
        operation_id="deletePerformer",
        summary="Delete a performer without events",
        responses=refusals(401, 403, 404, 409, 412),
    )
    async def remove(
        self, request: AnyRequest, deps: Given, identity: Caller, performer_id: FromPath[str], expected: Expected
    ) -> None:
        performer = await delete_performer(
            deps, organization_id=identity.organization_id, performer_id=performer_id, expected=expected
        )
        keep_before(request.state, performer_view(performer))


def _answer(performer: Performer) -> Response[PerformerView]:
    return versioned(performer_view(performer), performer.revision)
