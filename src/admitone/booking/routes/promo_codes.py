"""`/organizer/promo-codes`."""

from typing import Annotated

import msgspec
from litestar import Controller, Response, delete, get, patch, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from admitone.booking.domain.promo_draft import PromoDraft, promo_draft_of
from admitone.booking.routes.access import Caller, Given
from admitone.booking.schemas.promo_codes import PromoCodeList, PromoCodeView, PromoPatch, apply_patch, promo_view
from admitone.booking.usecases.promo_codes import (
    change_promo_code,
    create_promo_code,
    delete_promo_code,
    list_promo_codes,
    read_promo_code,
)
from admitone.kit.http.caching import NO_STORE, Expected, versioned
from admitone.kit.http.changes import keep_before, keep_changed
from admitone.kit.http.idempotency import IdempotencyKey
from admitone.kit.http.paging import PageNumber, PageSize
from admitone.kit.http.strict_request import AnyRequest
from admitone.kit.paging import page_of

EventId = Annotated[str | None, QueryParameter(max_length=128, description="Only codes that are valid for this event.")]

BatchId = Annotated[
    str | None, QueryParameter(max_length=128, description="Only codes of this batch; `none`: only codes made alone.")
]


class OrganizerPromoCodes(Controller):
    path = "/organizer/promo-codes"

    @get(operation_id="listPromoCodes", summary="List your promo codes, newest first (role box office)")
    async def list_own(
        self,
        identity: Caller,
        organizer_deps: Given,
        event_id: EventId = None,
        batch_id: BatchId = None,
        page: PageNumber = 0,
        size: PageSize = 20,
    ) -> Response[PromoCodeList]:
        found, total = await list_promo_codes(
            organizer_deps,
            organization_id=identity.organization_id,
            event_id=event_id,
            batch_id=batch_id,
            page=page,
            size=size,
        )
        views = [promo_view(promo, uses) for promo, uses in found]
        return Response(PromoCodeList(views, page_of(page, size, total)), headers=NO_STORE)

    @post(operation_id="createPromoCode", summary="Create a promo code (role manager)", status_code=201)
    async def create(
        self,
        identity: Caller,
        organizer_deps: Given,
        data: JSONBody[PromoDraft],
        idempotency_key: IdempotencyKey = None,
    ) -> Response[PromoCodeView]:
        promo = await create_promo_code(organizer_deps, organization_id=identity.organization_id, draft=data)
        return versioned(promo_view(promo, 0), promo.revision, location=f"/organizer/promo-codes/{promo.id}")

    @get("/{promo_code_id:str}", operation_id="readPromoCode", summary="Get a promo code (role box office)")
    async def read(
        self, identity: Caller, organizer_deps: Given, promo_code_id: FromPath[str]
    ) -> Response[PromoCodeView]:
        promo, uses = await read_promo_code(
            organizer_deps, organization_id=identity.organization_id, promo_id=promo_code_id
        )
        return versioned(promo_view(promo, uses), promo.revision)

    @put("/{promo_code_id:str}", operation_id="replacePromoCode", summary="Replace a promo code (role manager)")
    async def replace(
        self,
        request: AnyRequest,
        identity: Caller,
        organizer_deps: Given,
        promo_code_id: FromPath[str],
        data: JSONBody[PromoDraft],
        expected: Expected,
    ) -> Response[PromoCodeView]:
        promo, uses = await change_promo_code(
            organizer_deps,
            organization_id=identity.organization_id,
            promo_id=promo_code_id,
            edit=keep_changed(request.state, lambda _: data),
            expected=expected,
        )
        return versioned(promo_view(promo, uses), promo.revision)

    @patch("/{promo_code_id:str}", operation_id="changePromoCode", summary="Change a promo code (role manager)")
    async def change(
        self,
        request: AnyRequest,
        identity: Caller,
        organizer_deps: Given,
        promo_code_id: FromPath[str],
        data: JSONBody[PromoPatch],
        expected: Expected,
    ) -> Response[PromoCodeView]:
        promo, uses = await change_promo_code(
            organizer_deps,
            organization_id=identity.organization_id,
            promo_id=promo_code_id,
            edit=keep_changed(request.state, lambda draft: apply_patch(draft, data)),
            expected=expected,
        )
        return versioned(promo_view(promo, uses), promo.revision)

    @delete("/{promo_code_id:str}", operation_id="deletePromoCode", summary="Delete an unused code (role manager)")
    async def remove(
        self,
        request: AnyRequest,
        identity: Caller,
        organizer_deps: Given,
        promo_code_id: FromPath[str],
        expected: Expected,
    ) -> None:
        promo = await delete_promo_code(
            organizer_deps, organization_id=identity.organization_id, promo_id=promo_code_id, expected=expected
        )
        # The name of the member `code` is that of secrets elsewhere: the record leaves it out.
        keep_before(request.state, {"promo_code": promo.code, **msgspec.to_builtins(promo_draft_of(promo))})
