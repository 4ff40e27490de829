"""Exchange a place whose turn it is for a pass, once; asking again returns the same pass."""

from admitone.catalogue.contracts import utc_text
from admitone.waiting_room.contracts import Pass
from admitone.waiting_room.domain.draw import rank
from admitone.waiting_room.domain.queue import Queue, eta_seconds, position_of
from admitone.waiting_room.domain.refusals import EventNotFound, NotYet, QueueTokenInvalid, TurnMissed
from admitone.waiting_room.domain.tokens import PASS, QUEUE, Token, read_token, sign_token
from admitone.waiting_room.usecases.deps import Asked, Deps
from admitone.waiting_room.usecases.read_status import read_queue

RETRY_SECONDS_MIN, RETRY_SECONDS_MAX = 2, 30


async def take_turn(deps: Deps, *, event_id: str, queue_token: str) -> Pass:
    """Return the pass. Raises `QueueTokenInvalid`, `NotYet`, `TurnMissed`, `EventNotFound`."""
    token = read_token(deps.token_keys, QUEUE, queue_token)
    if token is None or token.event_id != event_id:
        raise QueueTokenInvalid
    queue = await read_queue(deps, event_id=event_id)
    if queue is None:
        raise EventNotFound(event_id)
    _check_called(queue, token.entry)  # ranks are only ever called: whoever is not, by a fresh look, costs no more
    answered = await deps.turns.submit(Asked(event_id, token.entry))
    _check_called(answered.queue, token.entry)
    if answered.found is None:
        raise TurnMissed(
            event_id, "This place was called and nobody came in time. Take a new place, at the end of the queue."
        )
    if answered.found.is_over:
        raise TurnMissed(event_id, "This place's time to buy is over. Take a new place, at the end of the queue.")
    ends = answered.found.expires_at.replace(microsecond=0)
    signed = sign_token(deps.token_keys, PASS, Token(event_id, token.entry, int(ends.timestamp())))
    return Pass(signed, utc_text(ends) or "")


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
