"""Join a queue: one place for each nonce, from any tab, device or retry."""

from admitone.waiting_room.contracts import Joined, QueueState
from admitone.waiting_room.domain.draw import mark_of
from admitone.waiting_room.domain.proof import Proof, challenge_for, solved_work, work_for
from admitone.waiting_room.domain.queue import Queue, joins_from, state_of
from admitone.waiting_room.domain.refusals import (
    InvalidNonce,
    ProofRequired,
    QueueClosed,
    QueueFull,
    QueueNotNeeded,
)
from admitone.waiting_room.domain.tokens import QUEUE, Token, sign_token
from admitone.waiting_room.usecases.batches.joins import Join, WorkTooLittle
from admitone.waiting_room.usecases.deps import Deps
from admitone.waiting_room.usecases.public_queue import find_queue

ENTRIES_MAX = 100_000_000
NONCE_BYTES = 16


async def join_queue(
    deps: Deps, *, event_id: str, nonce: str | None = None, proof: str | None = None, block: str | None = None
) -> Joined:
    """Return the place. The same nonce always has the same one; without a nonce, make one and return it.
    `block`: the client's address block, None if it does not count.

    Raises `EventNotFound`, `QueueNotNeeded`, `QueueClosed`, `QueueFull`, `InvalidNonce`, `ProofRequired`.
    """
    queue = await find_queue(deps, event_id=event_id)
    if queue is None:
        raise QueueNotNeeded(event_id)
    now = deps.now()
    state = state_of(queue, now)
    if state is QueueState.CLOSED:
        begins = joins_from(queue)
        raise QueueClosed(event_id, begins if begins is not None and now < begins and queue.open else None)
    if queue.size >= ENTRIES_MAX:
        raise QueueFull(event_id)
    chosen = nonce if nonce is not None else deps.random_bytes(NONCE_BYTES).hex()
    mark = _mark(event_id, chosen)
    counted = None if block is None else deps.token_keys.sign(f"block\n{block}")
    work = await _solved_work(deps, queue, mark, chosen, proof, counted)
    try:
        entry = await deps.batches.joins.submit(Join(queue.id, mark, counted, work))
    except WorkTooLittle as error:
        raise await _challenge(deps, queue, mark, chosen, counted, Proof.TOO_LITTLE) from error
    token = sign_token(deps.token_keys, QUEUE, Token(event_id, entry, int(now.timestamp())))
    return Joined(
        queue_token=token,
        entry=entry,
        state=_joined_state(queue, state, entry),
        mark=mark.hex(),
        nonce=chosen if nonce is None else None,
    )


def _mark(event_id: str, nonce: str) -> bytes:
    try:
        return mark_of(event_id, nonce)
    except UnicodeEncodeError as error:  # half of a surrogate pair, which JSON can write and UTF-8 cannot
        raise InvalidNonce from error


async def _solved_work(
    deps: Deps, queue: Queue, mark: bytes, nonce: str, proof: str | None, block: str | None
) -> int | None:
    """Return the work that `proof` solves; None if the queue requires none. Raises `ProofRequired`.

    The challenge is bound to the mark: a second solution gives the same place, so we store no challenges.
    """
    above = queue.proof_above_per_minute
    if above is None or (above > 0 and queue.inflow_per_minute <= above):
        return None
    if proof is None:
        raise await _challenge(deps, queue, mark, nonce, block, Proof.MISSING)
    work = solved_work(deps.proof_key, queue.event_id, mark, proof)
    if work is None:
        raise await _challenge(deps, queue, mark, nonce, block, Proof.WRONG)
    return work


async def _challenge(
    deps: Deps, queue: Queue, mark: bytes, nonce: str, block: str | None, reason: Proof
) -> ProofRequired:
    joins = 0.0 if block is None else await deps.batches.block_reads.submit((queue.id, block))
    challenge = challenge_for(
        deps.proof_key,
        queue.event_id,
        mark,
        work=work_for(joins),
        salt=deps.random_bytes(12),
        number=deps.random_bytes(8),
        now=deps.now(),
    )
    return ProofRequired(challenge, nonce, reason.value)


def _joined_state(queue: Queue, state: QueueState, entry: int) -> str:
    if state is QueueState.PRE_QUEUE and (queue.draw_size is None or entry < queue.draw_size):
        return "pre_queue"
    return "open" if state is QueueState.OPEN else "queued"
