"""The provider tells us of something: kept once, synced by a job, answered at once."""

from typing import ClassVar

from admitone.kit.crash_points import crash_point
from admitone.kit.refusal import Kind, Refusal
from admitone.payments.domain.webhook import check_signature, read_event
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.keep_event import keep_event


class WebhooksOff(Refusal):
    """This installation takes no payments by that provider."""

    code: ClassVar[str] = "webhooks-off"
    kind: ClassVar[Kind] = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("No webhook secret is set: this installation expects no events.")


async def receive_event(deps: Deps, *, body: bytes, signature: str | None) -> bool:
    """Whether it was new. Raises `InvalidSignature`, `MalformedBody`, `WebhooksOff`.

    What it says is a hint, and is not kept: the job looks at the provider's object itself.
    """
    if not deps.webhook_secrets:
        raise WebhooksOff
    check_signature(body, signature, secrets=deps.webhook_secrets, now=deps.now())
    event = read_event(body)
    async with deps.pool.connection() as conn, conn.transaction():
        is_new = await keep_event(deps, conn, event)
    crash_point("payments.event_stored")
    return is_new
