"""Explain to buyers what is refused of corrections of an address, and of links from before one."""

CORRECTION_WORDS: dict[str, tuple[str, str, str]] = {
    "booking-link-replaced": (
        "This link was replaced",
        "The address of the booking was changed. Its new link is in our mail to the new address.",
        "The link or token is from before the booking's address was corrected. `sent_to`: the new address, masked.",
    ),
    "correction-not-found": (
        "This link is not complete",
        "Open it from the mail again. If it is broken over two lines, copy all of it.",
        "The code of the link that confirms or stops a correction of an address is not one of ours.",
    ),
    "correction-not-possible": (
        "The address cannot be changed now",
        "It has no valid tickets, its payment is in dispute, or the show ended long ago. The organizer can help.",
        "The tickets were refunded, the payment is in dispute, or buyers were erased by age: `reason` says which.",
    ),
    "correction-over": (
        "This link does not work any more",
        "It works once, and for 24 hours. Ask for a new one on the page of the booking.",
        "The correction of an address was made, stopped, replaced or lapsed: `state` says which.",
    ),
    "too-many-corrections": (
        "Too many changes of the address",
        "The address of a booking can be changed three times a day. Try again tomorrow.",
        "The booking or the network asked for several corrections of an address today.",
    ),
}
