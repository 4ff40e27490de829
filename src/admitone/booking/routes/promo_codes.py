"""`/organizer/promo-codes`."""

from typing import Annotated

from litestar import Controller, Response, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from admitone.booking.answers import NO_STORE
from admitone.booking.domain.promo import PromoCode
from admitone.booking.domain.promo_draft import PromoDraft
from admitone.booking.routes.headers import Caller, IdempotencyKey, IfMatch, PageNumber, PageSize
from admitone.booking.schemas.pages import page_of
from admitone.booking.schemas.promo_codes import PromoCodeList, PromoCodeView, PromoPatch, apply_patch, promo_view
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.promo_codes import (
    change_promo_code,
    create_promo_code,
    delete_promo_code,
    list_promo_codes,
    read_promo_code,
)

Given = NamedDependency[OrganizerDeps]
EventId = Annotated[str | None, QueryParameter(max_length=128, description="Only codes that are valid for this event.")]


class OrganizerPromoCodes(Controller):
    path = "/organizer/promo-codes"

    @get(operation_id="listPromoCodes", summary="List your promo codes, newest first (role box office)")
    async def list_own(
        self,
        identity: Caller,
        organizer_deps: Given,
        event_id: EventId = None,
        page: PageNumber = 0,
        size: PageSize = 20,
    ) -> Response[PromoCodeList]:
        found, total = await list_promo_codes(
            organizer_deps,
            organization_id=identity.organization_id,
            event_id=event_id,
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
        headers = _version(promo) | {"Location": f"/organizer/promo-codes/{promo.id}"}
        return Response(promo_view(promo, 0), status_code=201, headers=headers)

    @get("/{promo_code_id:str}", operation_id="readPromoCode", summary="Get a promo code (role box office)")
    async def read(
        self, identity: Caller, organizer_deps: Given, promo_code_id: FromPath[str]
    ) -> Response[PromoCodeView]:
        promo, uses = await read_promo_code(
            organizer_deps, organization_id=identity.organization_id, promo_id=promo_code_id
        )
        return Response(promo_view(promo, uses), headers=_version(promo))

    @put("/{promo_code_id:str}", operation_id="replacePromoCode", summary="Replace a promo code (role manager)")
    async def replace(
        self,
        identity: Caller,
        organizer_deps: Given,
        promo_code_id: FromPath[str],
        data: JSONBody[PromoDraft],
        if_match: IfMatch = None,
    ) -> Response[PromoCodeView]:
        promo, uses = await change_promo_code(
            organizer_deps,
            organization_id=identity.organization_id,
            promo_id=promo_code_id,
            edit=lambda _: data,
            if_match=if_match,
        )
        return Response(promo_view(promo, uses), headers=_version(promo))

    @patch("/{promo_code_id:str}", operation_id="changePromoCode", summary="Change a promo code (role manager)")
    async def change(
        self,
        identity: Caller,
        organizer_deps: Given,
        promo_code_id: FromPath[str],
        data: JSONBody[PromoPatch],
        if_match: IfMatch = None,
    ) -> Response[PromoCodeView]:
        promo, uses = await change_promo_code(
            organizer_deps,
            organization_id=identity.organization_id,
            promo_id=promo_code_id,
            edit=lambda draft: apply_patch(draft, data),
            if_match=if_match,
        )
        return Response(promo_view(promo, uses), headers=_version(promo))

    @delete("/{promo_code_id:str}", operation_id="deletePromoCode", summary="Delete an unused code (role manager)")
    async def remove(
        self,
        identity: Caller,
        organizer_deps: Given,
        promo_code_id: FromPath[str],
        if_match: IfMatch = None,
    ) -> None:
        await delete_promo_code(
            organizer_deps,
            organization_id=identity.organization_id,
            promo_id=promo_code_id,
            if_match=if_match,
        )


def _version(promo: PromoCode) -> dict[str, str]:
    return {"ETag": f'"{promo.revision}"', **NO_STORE}
