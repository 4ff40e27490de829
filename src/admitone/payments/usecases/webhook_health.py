"""Whether the provider's webhooks arrive: without them, changes on its side are noticed by reconciliation alone."""

from datetime import datetime

from admitone.kit.postgres import Pool
from admitone.payments.contracts import WebhookHealth
from admitone.payments.store.webhooks import read_webhooks
from admitone.payments.usecases.deps import Deps


async def webhook_health(deps: Deps) -> WebhookHealth | None:
    """Return when a webhook last arrived; None where none is expected (`contracts.ReadWebhookHealth`)."""
    if not deps.webhook_secrets:
        return None
    return await read_webhook_health(deps.pool, provider=deps.provider.name, now=deps.now())


async def read_webhook_health(pool: Pool, *, provider: str, now: datetime) -> WebhookHealth:
    async with pool.connection() as conn:
        return await read_webhooks(conn, provider=provider, now=now)
