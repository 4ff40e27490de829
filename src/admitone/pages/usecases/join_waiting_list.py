"""Join the waiting list by the form: the token of the place, or the form with its errors."""

from admitone.booking.contracts import Client
from admitone.booking.contracts.resale import ListOrder
from admitone.kit.refusal import Refusal
from admitone.pages.domain.waiting_list_form import WaitingListForm
from admitone.pages.usecases.deps import FormDeps

_FIELD_OF = {"already-waiting": "email", "ticket-limit-exceeded": "quantity"}
"""Refusals that the buyer mends in the form → the field."""


async def join_waiting_list(
    deps: FormDeps, *, event_id: str, form: WaitingListForm, client: Client
) -> str | WaitingListForm:
    """Return the entry's token, or the form with errors. Raises every refusal that the form cannot mend."""
    if form.errors:
        return form
    order = ListOrder(
        event_id,
        form.email,
        form.name or None,
        form.quantity,
        form.level_id or None,
        together=not form.is_apart_ok,
    )
    try:
        joined = await deps.join_waiting_list(order, client)
    except Refusal as refusal:
        if refusal.code not in _FIELD_OF:
            raise
        errors = {_FIELD_OF[refusal.code]: refusal.detail}
        return WaitingListForm(form.email, form.name, form.quantity, form.level_id, form.is_apart_ok, errors)
    return joined.token
