"""Count an attempt and refuse one too many."""

from collections.abc import Sequence
from datetime import datetime

from admitone.kit.postgres import Connection
from admitone.kit.refusal import Kind, Refusal
from admitone.organizers.domain.sign_in_limits import Bucket
from admitone.organizers.store import sign_in_attempts as attempts


class TooManySignIns(Refusal):
    code = "too-many-sign-ins"
    kind = Kind.TOO_MANY


async def check_limit(conn: Connection, buckets: Sequence[Bucket], now: datetime) -> None:
    """Count the attempt in each bucket, before anything is checked: attempts that run at the same moment cannot exceed
    the limit. Raises `TooManySignIns`."""
    counted = [(bucket, *await attempts.count_attempt(conn, bucket=bucket.name, now=now)) for bucket in buckets]
    used_up = [ends_at for bucket, count, ends_at in counted if count > bucket.attempts_max]
    if used_up:
        seconds = max(1, int((max(used_up) - now).total_seconds()))
        raise TooManySignIns(
            "Too many attempts to sign in. Wait a little, or ask for a new link.", retry_after_seconds=seconds
        )
