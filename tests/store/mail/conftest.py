"""One mail environment a test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from admitone.kit.postgres import Pool
from tests.store.mail.mail_env import MailEnv, run_mail


@pytest_asyncio.fixture
async def mail_env(pool: Pool) -> AsyncIterator[MailEnv]:
    async with run_mail(pool) as env:
        yield env
