from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient

from admitone.catalogue.routes import router
from admitone.kit.http.declared_request import check_declared
from admitone.kit.http.problem import EXCEPTION_HANDLERS
from admitone.kit.http.strict_request import StrictRequest
from admitone.kit.postgres import Pool
from tests.catalogue_fixtures import Env


@pytest.fixture
def env(pool: Pool) -> Env:
    return Env(pool)


@pytest_asyncio.fixture
async def client(env: Env) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """A client that speaks for an organization of its own."""
    app = Litestar(
        [router(lambda: env.deps, env.authenticate)],
        exception_handlers=EXCEPTION_HANDLERS,
        request_class=StrictRequest,
        before_request=check_declared,
    )
    async with AsyncTestClient(app) as client:
        client.headers["authorization"] = f"Bearer {await env.key(await env.organization())}"
        yield client
