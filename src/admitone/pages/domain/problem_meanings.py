"""Codes that only programs meet: what each means, for /problems. No page ever shows one to a buyer."""

MEANINGS = {
    "api-key-not-found": "The organization has no such API key.",
    "draw-fixed": "A beacon is named before anybody can join, its value entered after the pre-queue, each once.",
    "entrants-not-published": "The list of entrants is fixed, and public, when the pre-queue has ended.",
    "event-not-published": "The event is a draft: publish it first.",
    "has-sales": "Buyers hold tickets for it, so it cannot be removed or changed in this way.",
    "in-use": "Events refer to it, so it cannot be removed.",
    "invalid-nonce": "The nonce is no text that UTF-8 can write.",
    "line-too-long": "A line of an import is longer than a line may be.",
    "not-yet": "The place's turn has not come: `position` (1 is next) and `eta_seconds` say how long it may take.",
    "organization-not-found": "No organization has this id.",
    "price-level-not-found": "The event has no such price level.",
    "queue-not-found": "No event of the organization has this id, or it has no waiting room.",
    "queue-token-invalid": "The queue token is not one of this event's waiting room.",
    "refund-exceeds-payment": "More was asked back than is left of what was captured.",
    "seat-map-never-changes": "Seat maps are immutable: make a new one and give it to the event.",
    "seat-map-not-found": "No seat map has this id.",
    "ticket-used": "The ticket has admitted somebody already.",
    "turn-missed": "The place was called and not taken in time, or its pass is over. Join again, at the end.",
    "unstorable-value": "A value cannot be stored: a NUL character, or a number out of range.",
    "unsupported-media-type": "The body is of a media type that the endpoint does not take.",
}
