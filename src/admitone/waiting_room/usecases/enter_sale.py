"""Checkout with a pass: what it says is checked offline, that it still lives is noted with the booking to be made."""

from admitone.waiting_room.contracts import WaitingRoomPassRequired
from admitone.waiting_room.domain.tokens import PASS, Token, read_token
from admitone.waiting_room.usecases.deps import Deps, Entering
from admitone.waiting_room.usecases.read_status import read_queue


async def enter_sale(deps: Deps, event_id: str, given: str | None, booking_id: str) -> str | None:
    """Admit a checkout and return the reference of its pass. Bound to its `deps` it is a `contracts.EnterSale`.

    Raises `WaitingRoomPassRequired`.

    A queue of mode `auto` that is off asks for nothing; a pass that is shown all the same is noted.
    """
    token = check_pass(deps, event_id, given)
    if token is None:
        queue = await read_queue(deps, event_id=event_id)
        if queue is None or not queue.required:
            return None
        if given is None:
            raise WaitingRoomPassRequired(event_id)
        raise WaitingRoomPassRequired(event_id, "This pass is not one of this event, or its time is over.")
    if not await deps.entering.submit(Entering(event_id, token.entry, booking_id)):
        raise WaitingRoomPassRequired(event_id, "This pass has been used, or its time is over.")
    return str(token.entry)


def check_pass(deps: Deps, event_id: str, given: str | None) -> Token | None:
    """Return what the pass says where it is ours, of this event and not over; nothing is looked up."""
    token = None if given is None else read_token(deps.token_keys, PASS, given)
    if token is None or token.event_id != event_id or token.moment <= deps.now().timestamp():
        return None
    return token
