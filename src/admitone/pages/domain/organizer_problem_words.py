"""Explain the refusals of refunds, keys and webhooks, as `problem_words` does for buyers: (title, text, meaning)."""

ORGANIZER_WORDS: dict[str, tuple[str, str, str]] = {
    "booking-not-refundable": (
        "There is nothing to give back",
        "This booking was never paid for, or its tickets were already refunded.",
        "For organizers: `booking_status` gives the booking's state. Another refund may have come first.",
    ),
    "refund-not-found": (
        "The booking has no such refund",
        "Check the refund's id.",
        "For organizers: `GET /organizer/bookings/{id}/refunds` lists the refunds of a booking.",
    ),
    "refund-not-retryable": (
        "This refund cannot be tried again",
        "It did not fail, or it was made at the payment provider.",
        "For organizers: `refund_status` gives its state. Only a refund that is `refused` or `failed` is tried again.",
    ),
    "event-not-cancelled": (
        "The event is not cancelled",
        "Refund tickets of an event that takes place one booking at a time.",
        "For organizers: cancel the event first, then refund all bookings.",
    ),
    "series-not-found": (
        "There is no such series",
        "Perhaps none of its dates is published any more.",
        "No date of a series with this id is published; for organizers, your organization has none with this id.",
    ),
    "event-in-series": (
        "The event is a date of a series",
        "Add dates to that series instead.",
        "For organizers: `series_id` names the series; `POST /organizer/series/{id}/dates` adds dates to it.",
    ),
    "event-not-in-series": (
        "The event is no date of this series",
        "It may have been detached before.",
        "For organizers: `series_id` of the event names the series that it is a date of.",
    ),
    "unknown-tickets": (
        "The booking has no such tickets",
        "They were refunded, or belong to another booking.",
        "For organizers; `ticket_ids` lists those that cannot be refunded.",
    ),
    "refund-needs-tickets": (
        "A full refund takes the tickets back too",
        "Ask the organizer to refund the tickets.",
        "For organizers: leave `amount` out, or name `ticket_ids`; an amount alone must leave something paid.",
    ),
    "refund-exceeds-payment": (
        "That is more than was paid",
        "Less than this amount is left to refund.",
        "For organizers: earlier refunds count, also those that are pending.",
    ),
    "payment-disputed": (
        "The buyer's bank has this money",
        "Answer the dispute at the payment processor: the bank decides where the money goes.",
        "For organizers: while a payment is disputed, and after a dispute was lost, nothing can be refunded.",
    ),
    "payment-not-captured": (
        "The payment is being captured",
        "Try again in a moment.",
        "For organizers: a capture follows its sale within seconds; `Retry-After` says when to ask again.",
    ),
    "person-not-erasable": (
        "Bookings need their buyer for now",
        "Nothing was erased. Repeat it when the bookings are settled.",
        "For organizers: `bookings` names each with its `reason`. Only `event_ahead` can be ignored (`also_upcoming`).",
    ),
    "invalid-signature": (
        "This request is not from the payment processor",
        "Nothing was done.",
        "For the payment processor: `Stripe-Signature` is missing, not ours, or more than five minutes off.",
    ),
    "webhooks-off": (
        "No events are expected here",
        "Nothing was done.",
        "This installation takes no payments by that processor: `ADMITONE_STRIPE_WEBHOOK_SECRET` is not set.",
    ),
    "not-authenticated": (
        "You are not signed in",
        "This needs a key that was not given.",
        "No valid API key was given.",
    ),
    "role-missing": (
        "You are not allowed to do this",
        "Your key does not allow it.",
        "The role of the key or the person does not cover this; `needed` names a role that does.",
    ),
    "version-mismatch": (
        "It has changed since you loaded it",
        "Load it again, then repeat your change.",
        "`If-Match` does not name the current version.",
    ),
}
