"""A promo code for tickets that are held."""

from admitone.kit.refusal import Refusal
from admitone.pages.contracts import Client
from admitone.pages.domain.problem_words import wait_text
from admitone.pages.domain.promo_words import promo_refusal_text
from admitone.pages.usecases.deps import Deps

CODE_MAX = 100


async def give_promo_code(deps: Deps, *, booking_id: str, token: str, code: str | None, client: Client) -> str | None:
    """Return what is wrong with the code, in words for its buyer; None where the booking has it now.

    `code` None: the booking shall have none.

    Raises every other refusal of `POST /booking/promo-code` (the hold is over, there is no such booking).
    """
    code = None if code is None else code.strip()[:CODE_MAX]
    if code == "":
        return promo_refusal_text("missing")
    try:
        body = {"booking_id": booking_id, "booking_token": token, "promo_code": code}
        await deps.give_promo_code(body, client)
    except Refusal as refusal:
        # Slices know each other's refusals by their stable code alone.
        if refusal.code == "too-many-attempts":
            waits = wait_text(refusal.retry_after_seconds)
            return f"Too many codes did not work. Try again in {waits}, or pay without a code."
        if refusal.code != "invalid-promo-code":
            raise
        return promo_refusal_text(str(refusal.members.get("reason")))
    return None
