"""`/organizer/series`: many dates of one show."""

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from admitone.catalogue.domain.series import DatesDraft, SeriesDraft, SeriesPatch
from admitone.catalogue.routes.access import Caller, Given
from admitone.catalogue.routes.parameters import Words
from admitone.catalogue.schemas.series import (
    DatesView,
    SeriesList,
    SeriesView,
    SeriesWithDates,
    dates_view,
    series_view,
)
from admitone.catalogue.usecases.series import (
    add_dates,
    create_series,
    detach_date,
    list_series,
    preview_dates,
    read_series,
    rename_series,
)
from admitone.kit.http.changes import RECORDED, keep_before
from admitone.kit.http.paging import PageNumber, PageSize
from admitone.kit.http.problem_schema import refusals
from admitone.kit.http.strict_request import AnyRequest
from admitone.kit.paging import page_of


class OrganizerSeries(Controller):
    path = "/series"

    @get(operation_id="listOwnSeries", summary="List your series, the newest first", responses=refusals(400, 401, 403))
    async def list_own(
        self, deps: Given, identity: Caller, q: Words = "", page: PageNumber = 0, size: PageSize = 20
    ) -> SeriesList:
        found, total = await list_series(deps, organization_id=identity.organization_id, q=q, page=page, size=size)
        return SeriesList([series_view(series) for series in found], page_of(page, size, total))

    @post(
        operation_id="createSeries",
        summary="Repeat an event on many dates; the new dates are drafts",
        responses=refusals(400, 401, 403, 404, 409, 422),
    )
    async def create(self, deps: Given, identity: Caller, data: JSONBody[SeriesDraft]) -> Response[SeriesWithDates]:
        series, planned = await create_series(deps, organization_id=identity.organization_id, draft=data)
        location = f"/organizer/series/{series.id}"
        return Response(SeriesWithDates(series_view(series), dates_view(planned)), headers={"Location": location})

    @post(
        "/preview",
        operation_id="previewSeries",
        summary="Show the dates of a pattern without storing them",
        opt={RECORDED: False},
        status_code=200,
        responses=refusals(400, 401, 403, 404, 422),
    )
    async def preview(self, deps: Given, identity: Caller, data: JSONBody[DatesDraft]) -> DatesView:
        return dates_view(await preview_dates(deps, organization_id=identity.organization_id, draft=data))

    @get("/{series_id:str}", operation_id="readOwnSeries", summary="Get a series", responses=refusals(401, 403, 404))
    async def read(self, deps: Given, identity: Caller, series_id: FromPath[str]) -> SeriesView:
        return series_view(await read_series(deps, organization_id=identity.organization_id, series_id=series_id))

    @patch(
        "/{series_id:str}",
        operation_id="renameSeries",
        summary="Rename a series; its dates keep their names",
        responses=refusals(400, 401, 403, 404, 422),
    )
    async def rename(
        self,
        request: AnyRequest,
        deps: Given,
        identity: Caller,
        series_id: FromPath[str],
        data: JSONBody[SeriesPatch],
    ) -> SeriesView:
        before, series = await rename_series(
            deps, organization_id=identity.organization_id, series_id=series_id, patch=data
        )
        keep_before(request.state, {"name": before.name})
        return series_view(series)

    @post(
        "/{series_id:str}/dates",
        operation_id="addSeriesDates",
        summary="Add dates to a series; they are drafts of one event",
        status_code=200,
        responses=refusals(400, 401, 403, 404, 409, 422),
    )
    async def add(
        self, deps: Given, identity: Caller, series_id: FromPath[str], data: JSONBody[DatesDraft]
    ) -> SeriesWithDates:
        series, planned = await add_dates(
            deps, organization_id=identity.organization_id, series_id=series_id, draft=data
        )
        return SeriesWithDates(series_view(series), dates_view(planned))

    @delete(
        "/{series_id:str}/dates/{event_id:str}",
        operation_id="detachSeriesDate",
        summary="Detach a date from its series; the event stays",
        responses=refusals(401, 403, 404),
    )
    async def detach(
        self,
        request: AnyRequest,
        deps: Given,
        identity: Caller,
        series_id: FromPath[str],
        event_id: FromPath[str],
    ) -> None:
        event = await detach_date(
            deps, organization_id=identity.organization_id, series_id=series_id, event_id=event_id
        )
        keep_before(request.state, {"name": event.name, "starts_at": event.starts_at, "series_id": series_id})
