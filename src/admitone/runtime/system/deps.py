"""What the routes of operators need."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from redis.asyncio import Redis

from admitone.kit.postgres import Pool
from admitone.mail.usecases.deps import Deps as MailDeps
from admitone.runtime.settings import Settings
from admitone.runtime.system.checks import Checks


@dataclass(frozen=True)
class Deps:
    settings: Settings
    pool: Pool
    redis: Redis
    mail: MailDeps
    checks: Checks
    now: Callable[[], datetime]
