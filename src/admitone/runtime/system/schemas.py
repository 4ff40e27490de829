"""What operators read of the installation."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from admitone.embedded.gateway import HTTP_ROLES
from admitone.payments.contracts import CaptureClock
from admitone.runtime.doctor import Finding
from admitone.runtime.job_metrics import JobCounts
from admitone.runtime.system.figures import Point
from admitone.runtime.system.jobs import FailedJob
from admitone.runtime.system.presence import Presence
from admitone.runtime.system.shown_settings import ShownSetting

WORKER = "worker"


class ProcessOut(Struct):
    """`is_silent`: it has not said for 20 seconds that it runs. `is_other_version`: than this process."""

    name: str
    roles: list[str]
    version: str
    started_at: datetime
    seen_at: datetime
    is_silent: bool
    is_other_version: bool


class ProcessesOut(Struct):
    """`missing_roles`: no process of the list plays them. `unreadable`: names of processes of another version, whose
    announcement this version cannot read: their roles are not known."""

    processes: list[ProcessOut]
    missing_roles: list[str]
    unreadable: list[str]

    @classmethod
    def of(
        cls, found: Sequence[Presence], unreadable: Sequence[str], *, own_version: str, now: datetime
    ) -> "ProcessesOut":
        running = {role for presence in found if not presence.is_silent(now) for role in presence.roles}
        return cls(
            [
                ProcessOut(
                    name=presence.name,
                    roles=presence.roles,
                    version=presence.version,
                    started_at=presence.started_at,
                    seen_at=presence.seen_at,
                    is_silent=presence.is_silent(now),
                    is_other_version=presence.version != own_version,
                )
                for presence in found
            ],
            [role for role in (*HTTP_ROLES, WORKER) if role not in running],
            list(unreadable),
        )


class CapturesOut(Struct):
    """`waiting`: payments that were authorized and not captured at `measured_at`; the oldest of them began at
    `oldest_at`, and must be captured before `capture_before`. `is_late`: that should have been done long ago.
    `is_stale`: the next measurement is long due, because no worker runs."""

    measured_at: datetime
    waiting: int
    oldest_at: datetime | None
    capture_before: datetime | None
    is_late: bool
    is_stale: bool

    @classmethod
    def of(cls, clock: CaptureClock) -> "CapturesOut":
        return cls(
            clock.measured_at, clock.waiting, clock.oldest_at, clock.capture_before, clock.is_late, clock.is_stale
        )


class OnSaleOut(Struct):
    """`points`: the last 15 minutes in slots of `seconds`, the oldest first; None while Redis does not answer. Numbers
    are rates a second, except `waiting`, milliseconds, `batch_items` and the share of a core. `captures`: None until a
    worker has measured them."""

    seconds: int
    points: list[Point] | None
    captures: CapturesOut | None


class FailedMailOut(Struct):
    """`is_repeatable`: its recipient is still known."""

    id: str
    kind: str
    about: str
    attempts: int
    created_at: datetime
    ended_at: datetime | None
    error: str | None
    is_repeatable: bool


class SystemOut(Struct):
    """`processes`: null while Redis, which knows them, does not answer. The lists of failures have at most 50 entries,
    the newest first. Secrets are never in `settings`."""

    version: str
    processes: ProcessesOut | None
    jobs: list[JobCounts]
    failed_jobs: list[FailedJob]
    failed_mails: list[FailedMailOut]
    settings: list[ShownSetting]


class FindingOut(Struct):
    """`is_unknown`: the check could not be made on this host, so it is neither good nor a fault."""

    name: str
    is_good: bool
    is_unknown: bool
    detail: str


class ChecksOut(Struct):
    """`is_complete`: false where a check did not end within 20 seconds; `findings` are those before it."""

    findings: list[FindingOut]
    is_complete: bool

    @classmethod
    def of(cls, findings: Sequence[Finding], *, is_complete: bool) -> "ChecksOut":
        return cls([FindingOut(found.name, found.good, found.unknown, found.detail) for found in findings], is_complete)


class CreatedMailOut(Struct):
    id: str
