"""Explain every refusal to buyers: the fact and the next step. Keys are the stable problem codes of the API."""

from typing import Any

from msgspec import Struct

from admitone.pages.domain.console_problem_words import CONSOLE_WORDS
from admitone.pages.domain.correction_problem_words import CORRECTION_WORDS
from admitone.pages.domain.organizer_problem_words import ORGANIZER_WORDS


class Explanation(Struct, frozen=True):
    """`title` and `text` appear on the page; `meaning` is for developers on /problems."""

    title: str
    text: str
    meaning: str


_WORDS: dict[str, tuple[str, str, str]] = {
    "event-not-found": (
        "There is no such event",
        "The link may be old or mistyped. Search for the show by its name instead.",
        "No published event has this id.",
    ),
    "organization-not-found": (
        "There is no such page of an organizer",
        "The link may be old or mistyped. The page of a show names its organizer.",
        "No organization has this id, or its terms have no such version.",
    ),
    "performer-not-found": (
        "There is no such performer",
        "The link may be old or mistyped. Search by name instead.",
        "No performer has this id.",
    ),
    "venue-not-found": (
        "There is no such venue",
        "The link may be old or mistyped. Search by name instead.",
        "No venue has this id.",
    ),
    "booking-not-found": (
        "This booking link does not work",
        "Open the full link: it is long, and some programs cut it off.",
        "No booking has this id, or the booking token does not belong to it.",
    ),
    "booking-link-required": (
        "Open your booking link in this browser",
        (
            "This address works only in a browser that opened the full booking link before. If you just opened that "
            "link, or just chose your tickets, your browser blocked the cookie that this site needs to show them. "
            "Allow cookies for this site, then open the link or choose your tickets again."
        ),
        "The request has neither the booking's link nor its cookie.",
    ),
    "sign-in-link-invalid": (
        "This sign-in link does not work any more",
        "It works once, and for 30 minutes. Open My tickets and ask for a new one.",
        "The code of a sign-in link is unknown, was used, or has expired.",
    ),
    "too-many-sign-in-links": (
        "Too many sign-in links",
        "Too many links were requested from your network. Try again in an hour, or open the link in a booking mail.",
        "Sign-in links are limited for each client address in an hour.",
    ),
    "cookies-required": (
        "Allow cookies for this site",
        "Your browser blocked the cookie that holds tickets for you. Allow cookies for this site, then choose again.",
        "A form that holds tickets came without the client token that its browser had just been given.",
    ),
    "seats-taken": (
        "Someone else was faster",
        "One or more of these seats were taken a moment ago. Nothing was booked and nothing was charged.",
        "A requested seat is not available; `conflicts` lists which, `alternatives` the nearest free choice.",
    ),
    "not-enough-tickets": (
        "Not enough tickets left",
        "There are fewer tickets left than you asked for. Try a smaller number or another section.",
        "Fewer places are available than were asked for.",
    ),
    "orphan-seat": (
        "That would leave a single seat",
        "Move your choice by one seat, so that no single seat is left.",
        "The choice leaves a single free seat while another choice would not; `seats` lists it.",
    ),
    "companion-seat": (
        "A companion seat goes with its wheelchair place",
        "Choose the wheelchair place beside it too, or other seats.",
        "`seats`: companion seats without their wheelchair place; `wheelchair_places`: those of them that are free.",
    ),
    "ticket-limit-exceeded": (
        "That is more than one person may buy",
        "The organizer limits how many tickets one person can buy. Tickets that you hold on another page count too.",
        "More tickets than the event's `ticket_limit`, over all bookings and live holds of a buyer or client.",
    ),
    "unknown-seat": (
        "A seat was not found",
        "The seat map may have changed. Open the event again and choose your seats.",
        "A seat id is not on the event's seat map.",
    ),
    "invalid-promo-code": (
        "This code does not work",
        "Check the spelling, or continue without it.",
        "`reason`: unknown, not-started, ended, used-up, other-address (it is for one person), or not-now (paid).",
    ),
    "sale-not-open": (
        "Tickets are not on sale yet",
        "The sale has not begun. The event's page says when it opens.",
        "The sale opens at `opens_at`, or ended at `closed_at`.",
    ),
    "event-cancelled": (
        "This event was cancelled",
        "No more tickets are sold. If you hold tickets, the organizer will refund them.",
        "The event was cancelled by its organizer.",
    ),
    "waiting-room-pass-required": (
        "There is a queue for this event",
        "Join it from the event's page. Everyone gets one place, in a fair order.",
        "Checkout needs a pass of the waiting room; `join_url` says where to join.",
    ),
    "pass-in-use": (
        "You already hold tickets",
        "Your turn covers one purchase. Pay for the tickets you hold, or give them back and choose again.",
        "A waiting-room pass opens one purchase, with one live hold at a time.",
    ),
    "too-many-holds": (
        "Many tickets are held from your network",
        "Other people on your network hold many tickets at the moment. Try again in a moment.",
        "The client's address block holds very many unpaid tickets; `Retry-After` says when it may hold more.",
    ),
    "too-many-attempts": (
        "Too many attempts",
        "Wait a moment, then try again. We keep the tickets you hold until your time is up.",
        "Payments were declined, or promo codes were wrong, too often: see `Retry-After`. The hold lives on.",
    ),
    "queue-closed": (
        "The waiting room is closed",
        "It opens before the sale: the event's page says when.",
        "Nobody can join now; `opens_at` says when the waiting room opens, null when the sale is over.",
    ),
    "queue-not-needed": (
        "There is no queue for this event",
        "Go straight to its page and choose your tickets.",
        "The event has no waiting room: check out without a pass.",
    ),
    "queue-full": (
        "The waiting room is full",
        "Nobody else can join at the moment. Try again in half a minute.",
        "The waiting room has reached its maximum number of entries.",
    ),
    "proof-required": (
        "Your browser has to complete a quick bot check",
        "Turn on JavaScript, then go back to the waiting room and take your place.",
        "Solve `challenge` (ALTCHA, SHA-256) and join again with the same `nonce` and the solution as `proof`.",
    ),
    "nothing-chosen": (
        "No tickets were chosen",
        "Go back to the event and choose at least one.",
        "None of `seats`, `best_available` and `general_admission` asks for a ticket.",
    ),
    "unknown-section": (
        "A section was not found",
        "The event may have changed. Open it again and choose your tickets.",
        "The event has no such section.",
    ),
    "unknown-price-level": (
        "A price was not found",
        "The event may have changed. Open it again and choose your tickets.",
        "The event has no such price level.",
    ),
    "booking-not-releasable": (
        "These seats can no longer be given back",
        "The payment has begun, or the tickets are yours already. Open your booking to see.",
        "Release came too late; `booking_status` says why.",
    ),
    "payment-method-missing": (
        "Say how to pay",
        "Go back and choose a card.",
        "`payment.payment_method` is needed by this payment provider.",
    ),
    "total-below-minimum": (
        "This is too little to be paid by card",
        "Go back and take more tickets.",
        "The total is above 0 and below what the payment processor charges: `minimum` says how much that is.",
    ),
    "sale-lost": (
        "The seats could not be kept",
        "The payment was cancelled and nothing was charged.",
        "The payment arrived after the hold ended, and the seats were gone. The authorization is voided.",
    ),
    "ticket-not-found": (
        "There is no such ticket",
        "Open the link of your booking: your tickets are there.",
        "No ticket has this id, or the link does not belong to it.",
    ),
    "ticket-transferred": (
        "This ticket has a new holder",
        "It was transferred, and the old code is no longer valid.",
        "The link or token was valid before the ticket was transferred.",
    ),
    "waiting-draw-not-found": (
        "There is no draw",
        "The waiting list of this show is served in the order of arrival.",
        "The organizer has not chosen a draw for this event's waiting list.",
    ),
    "names-closed": (
        "The names cannot be changed",
        "The show has started, or its organizer does not ask for names.",
        "The event's organizer does not ask for names, the event has started, or it is cancelled; `reason` says which.",
    ),
    "transfers-closed": (
        "These tickets cannot be transferred",
        "The organizer has closed transfers of this event, or their time has passed.",
        "The event's organizer does not allow transfers (any more), or the event is cancelled; `reason` says which.",
    ),
    "transfer-not-found": (
        "This link does not work",
        "It may be cut off at its end. Ask the person who sent it to send it again.",
        "No transfer has this id or code, or it belongs to another holder.",
    ),
    "transfer-over": (
        "This offer has ended",
        "The tickets were accepted already, the offer was taken back, or its time has passed.",
        "The transfer is not open any more; `state` says why: accepted, undone or lapsed.",
    ),
    "ticket-offered": (
        "A ticket is offered already",
        "Take the first offer back, then offer the ticket again.",
        "One of the tickets is in an open offer of a transfer.",
    ),
    "ticket-refunded": (
        "A ticket was refunded",
        "The money went back to the person who bought it, and the ticket is no longer valid.",
        "One of the tickets was refunded, or its money is in dispute.",
    ),
    "ticket-used": (
        "A ticket was used already",
        "Someone has entered with it, so it cannot be transferred.",
        "The ticket has already been used for entry.",
    ),
    "hold-expired": (
        "Your hold has expired",
        "The seats were held for a limited time, which has passed. Nothing was charged.",
        "The booking's `expires_at` has passed and its tickets were given back.",
    ),
    "booking-released": (
        "These seats were given back",
        "You released the seats. Nothing was charged.",
        "The booking was released by its buyer.",
    ),
    "payment-declined": (
        "Your card was declined",
        "Your seats stay yours until the hold ends: try another card.",
        "The processor declined the payment; `decline_code` says why. The hold lives on until `expires_at`.",
    ),
    "authentication-required": (
        "Your bank wants to check that it is you",
        "Follow the step your bank shows, then the payment goes on.",
        "The processor needs a step from the buyer: see `next_action`.",
    ),
    "invalid-parameter": (
        "This address does not work",
        "Part of the address is not valid. Start again from the search.",
        "A path or query parameter is unknown or malformed; `parameter` names it.",
    ),
    "malformed-body": ("We could not read that", "Send the form again.", "The body is not valid JSON."),
    "invalid-body": (
        "Something in the form is not right",
        "Go back and check what you entered.",
        "The body breaks rules: `errors` lists each fault with its JSON pointer.",
    ),
    "body-too-large": ("That is too much data", "Send less.", "The body is larger than the endpoint takes."),
    "idempotency-key-reused": (
        "This was sent before with different content",
        "Start again from the event's page.",
        "The same `Idempotency-Key` was sent before with another body.",
    ),
    "request-in-progress": (
        "We are still working on it",
        "The same request is being handled. Wait a moment.",
        "A request with the same `Idempotency-Key` is still running; retry after `Retry-After` seconds.",
    ),
    "too-deep": (
        "The list does not go that far",
        "Narrow the search by city, date or genre to see what you are looking for.",
        "`page * size` must be below 10,000.",
    ),
    "busy": (
        "Very many people are here at the moment",
        "Nothing was lost. This page tries again by itself in a moment.",
        "The server sheds load, or one behind it does not answer. Nothing was decided. Retry after `Retry-After` s.",
    ),
    "cross-site-request": (
        "This did not come from our page",
        "Another site sent this form. Nothing was booked. Open the show here and choose your tickets again.",
        "A page of another site sent an unsafe request (`Sec-Fetch-Site`, `Origin`); only this site's pages may.",
    ),
    "tickets-available": (
        "Tickets are for sale now",
        "There is nothing to wait for: go back to the show and choose your tickets.",
        "Tickets like those that the entry would wait for are for sale.",
    ),
    "already-waiting": (
        "You are on the waiting list already",
        "This email address has a place on the list. Open your waiting list link to see it.",
        "The address has a live entry on the waiting list of the event; its own token shows it.",
    ),
    "too-many-entries": (
        "Very many people of your network are waiting",
        "Try again later, or from another network.",
        "Very many live entries of the waiting list came from one address block.",
    ),
    "waiting-list-closed": (
        "There is no waiting list",
        "The organizer offers none for this show. A held ticket may still become free: look again later.",
        "The organizer turned the waiting list of the event off.",
    ),
    "waiting-entry-not-found": (
        "This waiting list link does not work",
        "Open the full link: it is long, and some programs cut it off.",
        "No entry of the waiting list has this id, or the token does not belong to it.",
    ),
    "return-not-possible": (
        "These tickets cannot be returned here",
        "The organizer takes them back at other times, in another way, or not at all. They are still valid.",
        "The event's terms do not allow the return; `reason` says why.",
    ),
    "tickets-not-returnable": (
        "A ticket that was used cannot be returned",
        "Nothing was returned. Choose only tickets that were not used at the door and not passed on.",
        "A ticket admitted a person, or another person has it; `ticket_ids` lists which.",
    ),
    "too-many-offers": (
        "This ticket was offered very often today",
        "It is still valid, and yours. You can offer it again tomorrow.",
        "A ticket was offered and taken back very often within a day; `ticket_ids` lists which.",
    ),
    "tickets-not-on-offer": (
        "This ticket is not on offer",
        "It was taken back before, or another person has bought it. Your booking shows how it stands.",
        "A ticket is not on offer, or not any more; `ticket_ids` lists which.",
    ),
    "not-found": (
        "There is nothing here",
        "The link may be old or mistyped. Search for the show by its name instead.",
        "No such path.",
    ),
    "method-not-allowed": (
        "There is nothing here",
        "Start again from the search.",
        "The path exists, this method does not.",
    ),
    "defect": (
        "This page broke, and it is our fault",
        "We recorded it. If you were paying: you are never charged without a ticket. See your booking page.",
        "An unexpected error. The server logs its trace and counts it.",
    ),
}

EXPLANATIONS = {
    code: Explanation(*words) for code, words in (_WORDS | ORGANIZER_WORDS | CORRECTION_WORDS | CONSOLE_WORDS).items()
}

_ENDED = Explanation("The sale has ended", "Tickets for this event are no longer sold here.", "")

_TIMED = frozenset({"too-many-attempts", "too-many-holds"})


def explain(code: str, detail: str, members: dict[str, Any]) -> Explanation:
    """Return the texts for a code; a code without texts shows its own detail, which every refusal has."""
    if code == "booking-link-replaced":  # the detail says where the new one went
        return Explanation(EXPLANATIONS[code].title, detail, EXPLANATIONS[code].meaning)
    if code == "sale-not-open" and members.get("closed_at"):
        return _ENDED
    if code in _TIMED:  # the detail says when a retry is possible
        return Explanation(EXPLANATIONS[code].title, detail, EXPLANATIONS[code].meaning)
    return EXPLANATIONS.get(code) or Explanation("That did not work", detail, detail)


def wait_text(seconds: int | None) -> str:
    """`20 seconds`, `2 minutes`."""
    if seconds is None or seconds <= 1:
        return "a moment"
    return f"{seconds} seconds" if seconds < 100 else f"{-(-seconds // 60)} minutes"
