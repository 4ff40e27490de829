"""The form of what buyers may do after the sale: transfers, names, returns and the waiting list."""

from typing import Any

from admitone.console.domain.forms import Form
from admitone.console.domain.local_moments import read_moment, show_moment

Document = dict[str, Any]

MOMENTS = ("transfers_until", "returns_until", "draw_at")
RETURNS = (
    ("off", "Buyers cannot return tickets"),
    ("at_once", "Buyers return tickets and get the money at once"),
    ("when_sold", "Buyers return tickets and get the money when sold"),
)
WAITING_LISTS = (
    ("in_order", "In the order of arrival"),
    ("draw", "In an order that is drawn"),
    ("off", "To nobody: no waiting list"),
)
TRANSFER_FIELDS = {"/ends_at": "transfers_until"}
RESALE_FIELDS = {"/offer_seconds": "offer_minutes"}
_SECONDS = 60


def after_sale_form(transfers: Document, resale: Document, timezone: str) -> Form:
    """`transfers`, `resale`: the terms as the API has them."""
    fields: dict[str, Any] = {
        "allowed": _flag(transfers["allowed"]),
        "shows_names": _flag(transfers["shows_names"]),
        "asks_names": _flag(transfers["asks_names"]),
        "returns": resale["returns"],
        "refund_fees": _flag(resale["refund_fees"]),
        "waiting_list": resale["waiting_list"],
        "offer_minutes": f"{resale['offer_seconds'] / _SECONDS:g}",
    }
    fields |= show_moment("transfers_until", transfers["ends_at"], timezone)
    fields |= show_moment("returns_until", resale["returns_until"], timezone)
    fields |= show_moment("draw_at", resale["draw_at"], timezone)
    return Form.of(fields)


def transfers_document(form: Form, timezone: str) -> Document:
    return {
        "allowed": form.flag("allowed"),
        "ends_at": read_moment(form, "transfers_until", timezone),
        "shows_names": form.flag("shows_names"),
        "asks_names": form.flag("asks_names"),
    }


def resale_document(form: Form, timezone: str) -> Document:
    """Return the terms; a fault is recorded."""
    minutes = form.whole("offer_minutes")
    if minutes is None and "offer_minutes" not in form.faults:
        form.faults["offer_minutes"] = "Enter a number of minutes, 1 to 60."
    return {
        "returns": form.text("returns") or "off",
        "returns_until": read_moment(form, "returns_until", timezone),
        "refund_fees": form.flag("refund_fees"),
        "waiting_list": form.text("waiting_list") or "off",
        "offer_seconds": (minutes or 0) * _SECONDS,
        "draw_at": read_moment(form, "draw_at", timezone),
    }


def _flag(is_ticked: bool) -> str | None:
    return "on" if is_ticked else None
