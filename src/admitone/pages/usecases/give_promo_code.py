"""Apply a promo code to held tickets."""

from admitone.booking.contracts import Client
from admitone.kit.refusal import Refusal
from admitone.pages.domain.problem_words import wait_text
from admitone.pages.domain.promo_words import promo_refusal_text
from admitone.pages.usecases.deps import FormDeps

CODE_MAX = 100


async def give_promo_code(
    deps: FormDeps, *, booking_id: str, token: str, code: str | None, client: Client
) -> str | None:
    """Return what is wrong with the code, in words for the buyer; None once the booking has it.

    `code` None removes the code.

    Raises every other refusal of `POST /booking/promo-code` (the hold is over, there is no such booking).
    """
    code = None if code is None else code.strip()[:CODE_MAX]
    if code == "":
        return promo_refusal_text("missing")
    try:
        await deps.apply_promo_code(booking_id, token, code, client)
    except Refusal as refusal:
        # Slices identify each other's refusals by their stable code only.
        if refusal.code == "too-many-attempts":
            waits = wait_text(refusal.retry_after_seconds)
            return f"Too many codes did not work. Try again in {waits}, or pay without a code."
        if refusal.code != "invalid-promo-code":
            raise
        return promo_refusal_text(str(refusal.members.get("reason")))
    return None
