"""Jobs of mail. Mails themselves are rows of the outbox, which a round of the worker sends."""

from procrastinate import App, RetryStrategy

from admitone.mail.usecases.deps import Deps
from admitone.mail.usecases.inform_buyers import INFORM_BUYERS_JOB, inform_buyers
from admitone.mail.usecases.write_to_buyers import SEND_MESSAGE_JOB, order_message

RETRY = RetryStrategy(max_attempts=12, exponential_wait=2)


def register(jobs: App, deps: Deps) -> None:
    """`mail.inform_buyers(event_id, revision)`, `.send_message(message_id, is_narrowed)`."""

    @jobs.task(name=INFORM_BUYERS_JOB, retry=RETRY)
    async def _inform_buyers(event_id: str, revision: int) -> None:
        await inform_buyers(deps, event_id=event_id, revision=revision)

    @jobs.task(name=SEND_MESSAGE_JOB, retry=RETRY)
    async def _send_message(message_id: str, *, is_narrowed: bool = False) -> None:
        await order_message(deps, message_id=message_id)
