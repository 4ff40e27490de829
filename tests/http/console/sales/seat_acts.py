"""What tests of the show desk do by the API: change, undo and schedule, and read what became of it."""

from typing import Any

from admitone.kit.postgres import Pool
from admitone.testing.organizer import Organizer, Show, in_days

LEVELS = [
    {"name": name, "price": {"amount": amount, "currency": "EUR"}, "categories": categories}
    for name, amount, categories in (("Full", 5000, ["Stalls"]), ("Late", 2000, []))
]
DUE_DAYS = 2


async def small_show(organizer: Organizer, **fields: Any) -> Show:
    return await organizer.show(
        hall=await organizer.plain_hall(rows=2, seats=5), price_levels=LEVELS, allow_orphans=True, **fields
    )


async def patch(organizer: Organizer, show: Show, **body: Any) -> dict[str, Any]:
    answer = await organizer.http.patch(f"/organizer/events/{show.id}/seats", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def overview(organizer: Organizer, show: Show) -> dict[str, Any]:
    return dict((await organizer.http.get(f"/organizer/events/{show.id}/seats")).json())


async def undo(organizer: Organizer, show: Show, change: dict[str, Any]) -> Any:
    path = f"/organizer/events/{show.id}/seat-changes/{change['change_id']}/undo"
    return await organizer.http.post(path)


async def schedule(organizer: Organizer, show: Show, key: str | None = None, **body: Any) -> Any:
    path = f"/organizer/events/{show.id}/scheduled-seat-changes"
    headers = {"Idempotency-Key": key} if key else {}
    return await organizer.http.post(path, json={"due_at": in_days(DUE_DAYS), **body}, headers=headers)


async def scheduled(organizer: Organizer, show: Show) -> list[dict[str, Any]]:
    answer = await organizer.http.get(f"/organizer/events/{show.id}/scheduled-seat-changes")
    return list(answer.json()["scheduled_changes"])


async def list_changes(organizer: Organizer, show: Show) -> list[dict[str, Any]]:
    return list((await organizer.http.get(f"/organizer/events/{show.id}/seat-changes")).json()["changes"])


async def count_entries(pool: Pool, scheduled_id: str) -> int:
    """Count the entries of the audit trail that say that it was made."""
    return await _count(
        pool,
        "select count(*) as n from organizers.audit_entries "
        "where action = 'makeScheduledSeatChange' and subject like '%%' || %s",
        scheduled_id,
    )


async def count_jobs(pool: Pool, scheduled_id: str) -> int:
    return await _count(
        pool, "select count(*) as n from procrastinate_jobs where args ->> 'scheduled_id' = %s", scheduled_id
    )


async def _count(pool: Pool, statement: str, value: str) -> int:
    async with pool.connection() as conn:
        row = await (await conn.execute(statement, [value])).fetchone()
    assert row is not None
    return int(row["n"])
