"""Trigger events at a processor that no request of ours causes, for tests and drills."""

from admitone.kit.ids import new_id
from admitone.kit.postgres import Pool
from admitone.testing.processor.books import run


async def expire_authorization(pool: Pool, intent_id: str) -> None:
    """Let an authorization expire (after about seven days): the intent is cancelled and cannot be captured."""
    await run(pool, "cancel_intent", id=intent_id, key="expired")


async def refund_outside(pool: Pool, intent_id: str, amount: int) -> str:
    """Refund in the processor's own dashboard; return the refund's id."""
    refund_id = new_id("re")
    await run(pool, "refund_intent", id=intent_id, key=refund_id, refund_id=refund_id, amount=amount, reference=None)
    return refund_id


async def fail_refund(pool: Pool, refund_id: str) -> None:
    """Fail a refund after it succeeded, for example because the buyer's account was closed: the money returns."""
    await run(pool, "fail_refund", id=refund_id)


async def open_dispute(pool: Pool, intent_id: str) -> str:
    """Let the buyer's bank take the money back; return the dispute's id."""
    dispute_id = new_id("dp")
    await run(pool, "open_dispute", id=dispute_id, intent_id=intent_id)
    return dispute_id


async def close_dispute(pool: Pool, dispute_id: str, *, is_won: bool) -> None:
    """Decide a dispute. `is_won`: by us, the money returns."""
    await run(pool, "close_dispute", id=dispute_id, status="won" if is_won else "lost")
