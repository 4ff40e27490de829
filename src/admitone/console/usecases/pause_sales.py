"""Pause and resume the sales of an event by the organizer API."""

from typing import Any

from admitone.console.usecases.api import Answer, Api, Problem

Document = dict[str, Any]


async def pause_sales(api: Api, event_id: str) -> Answer | Problem:
    return await api.post(f"/organizer/events/{event_id}/pause")


async def resume_sales(api: Api, event: Document, etag: str | None) -> Answer | Problem:
    """Resume sales that were paused, until their planned end; open those that ended by plan until the event is over."""
    path = f"/organizer/events/{event['id']}"
    if event["paused_at"]:
        return await api.delete(f"{path}/pause", etag=etag)
    return await api.patch(path, {"off_sale_at": None}, etag=etag)
