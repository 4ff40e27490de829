"""`/organizer/promo-codes/batches`: codes that AdmitOne makes together, by one rule."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from admitone.booking.domain.promo_batch import PromoBatchDraft
from admitone.booking.routes.access import Caller, Given
from admitone.booking.routes.files import CSV, XLSX, attachment
from admitone.booking.schemas.promo_batches import (
    COLUMNS,
    PromoBatchList,
    PromoBatchView,
    batch_csv,
    batch_rows,
    batch_view,
)
from admitone.booking.usecases.mail_promo_codes import mail_promo_batch
from admitone.booking.usecases.promo_batches import (
    create_promo_batch,
    end_promo_batch,
    list_promo_batch_codes,
    list_promo_batches,
    read_promo_batch,
)
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.idempotency import IdempotencyKey
from admitone.kit.http.negotiation import chosen_type
from admitone.kit.http.paging import PageNumber, PageSize
from admitone.kit.http.strict_request import AnyRequest
from admitone.kit.paging import page_of
from admitone.kit.workbook import build_workbook


class OrganizerPromoBatches(Controller):
    path = "/organizer/promo-codes/batches"

    @get(operation_id="listPromoBatches", summary="List your batches of promo codes, newest first (role box office)")
    async def list_own(
        self, identity: Caller, organizer_deps: Given, page: PageNumber = 0, size: PageSize = 20
    ) -> Response[PromoBatchList]:
        found, total = await list_promo_batches(
            organizer_deps, organization_id=identity.organization_id, page=page, size=size
        )
        return Response(
            PromoBatchList([batch_view(batch) for batch in found], page_of(page, size, total)), headers=NO_STORE
        )

    @post(operation_id="createPromoBatch", summary="Make a batch of promo codes (role manager)", status_code=201)
    async def create(
        self,
        identity: Caller,
        organizer_deps: Given,
        data: JSONBody[PromoBatchDraft],
        idempotency_key: IdempotencyKey = None,
    ) -> Response[PromoBatchView]:
        made = await create_promo_batch(organizer_deps, organization_id=identity.organization_id, draft=data)
        headers = {**NO_STORE, "Location": f"/organizer/promo-codes/batches/{made.batch.id}"}
        return Response(batch_view(made), status_code=201, headers=headers)

    @get(
        "/{promo_batch_id:str}",
        operation_id="readPromoBatch",
        summary="Get a batch; its codes with their uses as CSV or XLSX by `Accept` (role box office)",
        responses={200: ResponseSpec(data_container=PromoBatchView, description="The batch.", generate_examples=False)},
    )
    async def read(
        self, request: AnyRequest, identity: Caller, organizer_deps: Given, promo_batch_id: FromPath[str]
    ) -> Response[Any]:
        organization_id, headers = identity.organization_id, {**NO_STORE, "Vary": "Accept"}
        media_type = chosen_type(request.headers.get("accept", ""), (CSV, XLSX))
        if media_type is None:
            found = await read_promo_batch(organizer_deps, organization_id=organization_id, batch_id=promo_batch_id)
            return Response(batch_view(found), headers=headers)
        codes = await list_promo_batch_codes(organizer_deps, organization_id=organization_id, batch_id=promo_batch_id)
        headers |= attachment(f"promo-codes-{promo_batch_id}", media_type)
        if media_type == CSV:
            return Response(batch_csv(codes), media_type=CSV, headers=headers)
        file = await build_workbook(title="Promo codes", columns=COLUMNS, rows=batch_rows(codes))
        return Response(file, media_type=XLSX, headers=headers)

    @post(
        "/{promo_batch_id:str}/mails",
        operation_id="mailPromoBatch",
        summary="Mail each code to the person whom it is for, once (role manager)",
        status_code=200,
    )
    async def mail(
        self, identity: Caller, organizer_deps: Given, promo_batch_id: FromPath[str]
    ) -> Response[PromoBatchView]:
        mailed = await mail_promo_batch(
            organizer_deps, organization_id=identity.organization_id, batch_id=promo_batch_id
        )
        return Response(batch_view(mailed), headers=NO_STORE)

    @post(
        "/{promo_batch_id:str}/end",
        operation_id="endPromoBatch",
        summary="End all codes of a batch now; bookings keep their price (role manager)",
        status_code=200,
    )
    async def end(
        self, identity: Caller, organizer_deps: Given, promo_batch_id: FromPath[str]
    ) -> Response[PromoBatchView]:
        ended = await end_promo_batch(organizer_deps, organization_id=identity.organization_id, batch_id=promo_batch_id)
        return Response(batch_view(ended), headers=NO_STORE)
