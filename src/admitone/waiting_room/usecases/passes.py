"""Passes: exchange a called place for one, admit its checkout with it, spend it with the sale."""

from collections.abc import Sequence

from admitone.kit.moments import utc_text
from admitone.kit.postgres import Connection
from admitone.waiting_room.contracts import Pass, SpentPass, WaitingRoomPassRequired
from admitone.waiting_room.domain.draw import rank
from admitone.waiting_room.domain.queue import Queue, eta_seconds, position_of
from admitone.waiting_room.domain.refusals import EventNotFound, NotYet, QueueTokenInvalid, TurnMissed
from admitone.waiting_room.domain.tokens import PASS, QUEUE, Token, read_token, sign_token
from admitone.waiting_room.store import passes as store
from admitone.waiting_room.usecases.batches.passes import Asked, Entering
from admitone.waiting_room.usecases.deps import Deps

RETRY_SECONDS_MIN, RETRY_SECONDS_MAX = 2, 30


async def take_turn(deps: Deps, *, event_id: str, queue_token: str) -> Pass:
    """Exchange a called place for its pass, once; a second call returns the same pass.

    Raises `QueueTokenInvalid`, `NotYet`, `TurnMissed`, `EventNotFound`.
    """
    token = read_token(deps.token_keys, QUEUE, queue_token)
    if token is None or token.event_id != event_id:
        raise QueueTokenInvalid
    queue = await deps.queues.read(event_id)
    if queue is None:
        raise EventNotFound(event_id)
    _check_called(queue, token.entry)  # a called place stays called: the cached queue refuses the others cheaply
    answered = await deps.batches.turns.submit(Asked(event_id, token.entry))
    _check_called(answered.queue, token.entry)
    if answered.found is None:
        raise TurnMissed(
            event_id, "This place was called, and its turn has passed. Take a new place at the end of the queue."
        )
    if answered.found.is_over:
        raise TurnMissed(event_id, "This place's time to buy is over. Take a new place at the end of the queue.")
    ends = answered.found.expires_at.replace(microsecond=0)
    signed = sign_token(deps.token_keys, PASS, Token(event_id, token.entry, int(ends.timestamp())))
    return Pass(signed, utc_text(ends) or "")


async def enter_sale(deps: Deps, event_id: str, given: str | None, booking_id: str) -> str | None:
    """Admit a checkout and return the reference of its pass. With its `deps` it is a `contracts.EnterSale`.

    Check the pass's signature, event and time without a look-up, then record the booking with the pass, if the pass is
    still live. A queue of mode `auto` that is off requires no pass; a pass sent all the same is recorded.

    Raises `WaitingRoomPassRequired`.
    """
    token = _read_pass(deps, event_id, given)
    if token is None:
        queue = await deps.queues.read(event_id)
        if queue is None or not queue.required:
            return None
        if given is None:
            raise WaitingRoomPassRequired(event_id)
        raise WaitingRoomPassRequired(event_id, "This pass is not for this event, or its time is over.")
    if not await deps.batches.entering.submit(Entering(event_id, token.entry, booking_id)):
        raise WaitingRoomPassRequired(event_id, "This pass has been used, or its time is over.")
    return str(token.entry)


async def spend_passes(conn: Connection, passes: Sequence[SpentPass]) -> set[str]:
    """In the transaction of the sales: spend their passes. Return the booking ids that may be sold.

    It is a `contracts.SpendPasses`. A pass is spent with its sale, not by a later round.
    """
    return await store.spend_passes(conn, [(spent.event_id, int(spent.pass_ref), spent.booking_id) for spent in passes])


async def restore_passes(conn: Connection, passes: Sequence[SpentPass]) -> None:
    """In the same transaction: undo `spend_passes` for bookings that were not sold. A `contracts.RestorePasses`."""
    await store.restore_passes(conn, [spent.booking_id for spent in passes])


def _check_called(queue: Queue, entry: int) -> None:
    if queue.draw_key is None or queue.draw_size is None:
        raise NotYet(position=None, eta_seconds=None, retry_after_seconds=RETRY_SECONDS_MIN)
    place = rank(queue.draw_key, queue.draw_size, entry)
    if place < queue.serving:
        return
    position = position_of(queue, place)
    eta = eta_seconds(queue, position)
    wait = RETRY_SECONDS_MAX if eta is None else max(RETRY_SECONDS_MIN, min(RETRY_SECONDS_MAX, eta // 10))
    raise NotYet(position=position, eta_seconds=eta, retry_after_seconds=wait)


def _read_pass(deps: Deps, event_id: str, given: str | None) -> Token | None:
    """Return the token of a pass that we signed for this event and that is not over; else None."""
    token = None if given is None else read_token(deps.token_keys, PASS, given)
    if token is None or token.event_id != event_id or token.moment <= deps.now().timestamp():
        return None
    return token
