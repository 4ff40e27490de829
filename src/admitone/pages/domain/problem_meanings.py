"""Codes that only programs meet: what each means, for /problems. No page ever shows one to a buyer."""

MEANINGS = {
    "api-key-not-found": "The organization has no such API key.",
    "event-not-published": "The event is a draft: publish it first.",
    "has-sales": "Buyers hold tickets for it, so it cannot be removed or changed in this way.",
    "in-use": "Events refer to it, so it cannot be removed.",
    "line-too-long": "A line of an import is longer than a line may be.",
    "organization-not-found": "No organization has this id.",
    "price-level-not-found": "The event has no such price level.",
    "refund-exceeds-payment": "More was asked back than is left of what was captured.",
    "seat-map-never-changes": "Seat maps are immutable: make a new one and give it to the event.",
    "seat-map-not-found": "No seat map has this id.",
    "ticket-used": "The ticket has admitted somebody already.",
    "unstorable-value": "A value cannot be stored: a NUL character, or a number out of range.",
    "unsupported-media-type": "The body is of a media type that the endpoint does not take.",
}
