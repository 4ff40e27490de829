"""The System screen: only operators open it, and it shows, checks and repairs the installation."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import msgspec
from redis.asyncio import Redis

from admitone.booking.sale.claiming import HELD
from admitone.kit.postgres import Pool
from admitone.kit.redis import open_redis
from admitone.organizers.contracts import Role
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.operators import grant_operator, revoke_operator
from admitone.runtime.app import build_app
from admitone.runtime.settings import Settings
from admitone.runtime.system.figures import SLOT_SECONDS, Sample, record_figures, store_sample
from admitone.runtime.system.presence import KEY, Presence
from admitone.runtime.wiring import utc_now
from tests.http.console.browsing import Browser, running, text_of
from tests.http.console.conftest import ApiOf, SignIn

SYSTEM = "/console/system"
CONSOLE_ROLES = ["console", "catalogue"]
_FAILED_JOB = """
    insert into procrastinate_jobs (queue_name, task_name, args, status, attempts, queueing_lock)
    values ('default', 'payments.refund', '{"refund_id": "ref_1", "email": "ada@example.org"}', 'failed', 7, %s)
    returning id
"""
_FAILED_MAIL = """
    insert into mail.outbox (id, kind, subject_id, booking_id, state, attempts, send_before, ended_at, error)
    values (%s, 'booking_confirmed', 'bkg_lost', 'bkg_lost', 'failed', 5, now(), now(), '550 no such user')
"""


async def operator(sign_in: SignIn, organizers: Deps) -> Browser:
    browser = await sign_in(Role.SCANNER)
    await grant_operator(organizers, email=browser.email, user="root")
    return browser


async def failed_job(pool: Pool, lock: str | None = None) -> int:
    async with pool.connection() as conn:
        row = await (await conn.execute(_FAILED_JOB, [lock])).fetchone()
    assert row is not None
    return int(row["id"])


async def test_only_the_command_makes_an_operator(sign_in: SignIn, organizers: Deps, api_of: ApiOf) -> None:
    """No role suffices, not even that of an owner; a grant and its end work at the next click."""
    owner = await sign_in(Role.OWNER)

    before = await owner.get(SYSTEM)
    granted = await grant_operator(organizers, email=owner.email.upper(), user="root")
    during = await owner.get(SYSTEM)
    me = (await api_of(owner.token).get("/organizer/me")).json()
    home = await owner.get("/console")
    revoked = await revoke_operator(organizers, email=owner.email, user="root")
    after = await owner.get(SYSTEM)
    trail = text_of(await owner.get("/console/audit?actor=command"))

    assert [before.status_code, during.status_code, after.status_code] == [403, 200, 403]
    assert (granted.is_new, revoked.is_new) == (True, True)
    assert 'href="/console/system"' in home.text
    assert 'href="/console/system"' not in (await owner.get("/console")).text
    assert "operate" in me["permissions"]
    assert "Grant operator" in trail
    assert "Revoke operator" in trail


async def test_the_screen_names_processes_that_run_that_died_and_that_are_missing(
    sign_in: SignIn, organizers: Deps, console_settings: Settings
) -> None:
    browser, now = await operator(sign_in, organizers), utc_now()
    silent = Presence("host-1-live", ["live"], "0.0.1", now - timedelta(hours=3), now - timedelta(hours=2))
    forgotten = Presence("host-2-live", ["live"], "0.0.1", now - timedelta(days=3), now - timedelta(days=2))
    async with open_redis(console_settings.redis_url) as redis:
        for presence in (silent, forgotten):
            await redis.hset(KEY, presence.name, msgspec.json.encode(presence))

    text = text_of(await browser.get(SYSTEM))

    assert "console, catalogue, booking runs" in text
    assert "live silent since" in text
    assert "0.0.1 (another one)" in text
    assert "No process plays: search, live, pages, worker" in text
    assert "host-2-live" not in text


async def test_a_process_whose_announcement_cannot_be_read_is_listed_by_its_name(
    sign_in: SignIn, organizers: Deps, console_settings: Settings
) -> None:
    """Another version announces itself in another form during an update: the screen must not fail then."""
    browser = await operator(sign_in, organizers)
    async with open_redis(console_settings.redis_url) as redis:
        await redis.hset(KEY, "host-3-live", b'{"id": "host-3-live", "roles": {"live": true}}')
        await redis.hset(KEY, "host-4-live", b"\xff\x00")
        page = await browser.get(SYSTEM)
        kept = await redis.hkeys(KEY)
    text = text_of(page)

    assert page.status_code == 200
    for name in ("host-3-live", "host-4-live"):
        assert f"unknown announced itself in a form that this version cannot read another one – {name}" in text
        assert name.encode() not in kept  # one that runs announces itself again
    assert "A process of another version may play it" in text


async def test_a_failed_job_is_tried_again_once(sign_in: SignIn, organizers: Deps, console_pool: Pool) -> None:
    browser, job_id = await operator(sign_in, organizers), await failed_job(console_pool)

    shown = await browser.get(SYSTEM)
    first = await browser.send(f"{SYSTEM}/jobs/{job_id}/retry")
    listed = text_of(await browser.get(SYSTEM))
    await browser.send(f"{SYSTEM}/jobs/{job_id}/retry")
    again = text_of(await browser.get(SYSTEM))
    async with console_pool.connection() as conn:
        cursor = await conn.execute("delete from procrastinate_jobs where id = %s returning status, attempts", [job_id])
        row = await cursor.fetchone()

    assert "ref_1" in text_of(shown)
    assert "ada@example.org" not in shown.text
    assert (303, "A worker tries the job again." in listed) == (first.status_code, True)
    assert "There is no such job that failed" in again
    assert row is not None
    assert (row["status"], row["attempts"]) == ("todo", 8)


async def test_a_job_that_waits_already_is_not_doubled(
    sign_in: SignIn, organizers: Deps, console_pool: Pool, api_of: ApiOf
) -> None:
    browser = await operator(sign_in, organizers)
    ids = [await failed_job(console_pool, "refunds of evt_1") for _ in range(2)]

    async with api_of(browser.token) as api:
        answers = [await api.post(f"/organizer/system/jobs/{job_id}/retry") for job_id in (*ids, "9" * 30)]
    async with console_pool.connection() as conn:
        await conn.execute("delete from procrastinate_jobs where id = any(%s)", [ids])

    assert [answer.status_code for answer in answers] == [204, 409, 409]
    assert answers[1].json()["detail"] == "The same job waits already for a worker."


async def test_a_failed_mail_is_sent_again(sign_in: SignIn, organizers: Deps, console_pool: Pool, house: str) -> None:
    browser, mail_id = await operator(sign_in, organizers), f"mai_{house}"
    async with console_pool.connection() as conn:
        await conn.execute(_FAILED_MAIL, [mail_id])

    shown = text_of(await browser.get(SYSTEM))
    await browser.send(f"{SYSTEM}/mails/{mail_id}/resend")
    sent = text_of(await browser.get(SYSTEM))
    async with console_pool.connection() as conn:
        cursor = await conn.execute("delete from mail.outbox where subject_id = 'bkg_lost' returning state")
        states = sorted(row["state"] for row in await cursor.fetchall())

    assert "550 no such user" in shown
    assert "The mail is sent again as a new one." in sent
    assert states == ["failed", "queued"]


async def test_the_last_minutes_of_an_on_sale_are_plotted(
    sign_in: SignIn, organizers: Deps, console_settings: Settings
) -> None:
    browser = await operator(sign_in, organizers)
    ended = datetime.fromtimestamp(utc_now().timestamp() // SLOT_SECONDS * SLOT_SECONDS, UTC) - timedelta(minutes=1)
    booking = Sample({"holds": 30.0, "sales": 15.0, "cpu_seconds": 12.0}, {"0.05": 9.0, "+Inf": 9.0})
    slot = f"figures:{int(ended.timestamp()) // SLOT_SECONDS - 1}"
    async with open_redis(console_settings.redis_url) as redis:
        await redis.delete(slot)  # this process wrote into it what other tests did
        await store_sample(redis, "host-1", booking, at=ended)
        await store_sample(redis, "host-2", booking, at=ended)
        await store_sample(redis, "host-3", Sample({"cpu_seconds": 1.5}, waiting=1200), at=ended)
        await redis.hset(slot, "host-4", b"of another version")

    page = await browser.get(f"{SYSTEM}/on-sale")
    text = text_of(page)

    began = ended - timedelta(seconds=SLOT_SECONDS)
    assert f"{began:%H:%M:%S} 1,200 0.0 4.0 2.0 25.0 ms 49.5 ms 0.0 0.0 s – 80 %" in text
    assert "(most 1,200)" in text
    assert page.text.count("<polyline") >= 8
    assert (await (await sign_in(Role.OWNER)).get(f"{SYSTEM}/on-sale")).status_code == 403


async def test_without_redis_the_plots_say_so_where_the_screen_refreshes_itself(
    sign_in: SignIn, organizers: Deps, console_settings: Settings
) -> None:
    """The module of the screen replaces these parts: with the plots again when Redis answers again."""
    token = (await operator(sign_in, organizers)).token
    alone = build_app(msgspec.structs.replace(console_settings, redis_url="unix:///nowhere/redis.sock"), CONSOLE_ROLES)
    async with running(alone):
        browser = Browser(alone)
        browser.http.cookies.set("admitone-console", token)
        page = await browser.get(f"{SYSTEM}/on-sale")

    assert "Redis does not answer. The processes write these figures into it." in text_of(page)
    assert re.findall(r'id="(\w+)" data-refresh', page.text) == ["captures", "plots", "numbers"]


async def test_the_screen_says_until_when_the_oldest_payment_must_be_captured(
    sign_in: SignIn, organizers: Deps, console_pool: Pool
) -> None:
    browser = await operator(sign_in, organizers)
    oldest = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    async with console_pool.connection() as conn:
        await conn.execute("delete from payments.capture_clock")
        unknown = text_of(await browser.get(f"{SYSTEM}/on-sale"))
        await conn.execute(
            "insert into payments.capture_clock (measured_at, took_seconds, waiting, oldest_at)"
            " values (now(), 0, 1234, %s)",
            [oldest],
        )
        late = await browser.get(f"{SYSTEM}/on-sale")
        await conn.execute("update payments.capture_clock set waiting = 0, oldest_at = null")
        none = text_of(await browser.get(f"{SYSTEM}/on-sale"))
        await conn.execute("update payments.capture_clock set measured_at = now() - interval '1 day'")
        stale = text_of(await browser.get(f"{SYSTEM}/on-sale"))
        await conn.execute("delete from payments.capture_clock")

    assert "Captures: not measured yet." in unknown
    assert "Captures: 1,234 payments are authorized and not captured" in text_of(late)
    assert 'datetime="2026-07-06T06:00:00Z"' in late.text
    assert "This is late:" in text_of(late)
    assert "No worker runs" in stale
    assert "Captures: none is owed." in none


async def test_a_process_that_wakes_twice_at_the_end_of_a_slot_records_it_once(redis: Redis) -> None:
    """A host's clock that is corrected goes slower than the timer: the process wakes a moment before the end, too."""
    end = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    moments = [end + timedelta(milliseconds=by) for by in (-3, -1, -0.5, 0.5)]
    asked = 0

    def now() -> datetime:
        nonlocal asked
        asked += 1
        return moments[min(asked, len(moments)) - 1]

    recording = asyncio.create_task(record_figures(redis, knows_queues=False, now=now))
    await asyncio.sleep(0)  # it has read where its metrics stand
    HELD.inc(3)
    while asked <= len(moments):
        await asyncio.sleep(0.005)
    recording.cancel()

    (sample,) = await redis.hvals(f"figures:{int(end.timestamp()) // SLOT_SECONDS - 1}")
    assert msgspec.json.decode(sample, type=Sample).sums["holds"] == 3


async def test_the_checks_of_doctor_run_from_the_screen(sign_in: SignIn, organizers: Deps) -> None:
    text = text_of(await (await operator(sign_in, organizers)).send(f"{SYSTEM}/checks"))

    assert "payments fault tickets are sold for test cards" in text
    assert "schema ok up to date" in text
    assert "mail fault" in text
