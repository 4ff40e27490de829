"""The words of mails about a buyer's correction of the address of a booking."""

from collections.abc import Mapping
from typing import Any

from admitone.booking.contracts.resale import PersonNotice
from admitone.catalogue.contracts import EventDocument
from admitone.mail.contracts import Notice
from admitone.mail.domain.words import new_when

_MISTAKE = "You did not buy these tickets? Then someone mistyped their address. Ignore this mail."


def correction_notice(kind: PersonNotice, event: EventDocument, url: str | None, facts: Mapping[str, Any]) -> Notice:
    """`url`: what the button opens. `facts`: `new`, the new address, masked."""
    show = f"{event.name}, {new_when(event)}"
    new = str(facts["new"])
    match kind:
        case PersonNotice.ADDRESS_ASKED:
            return Notice(
                subject=f"Confirm your address: {event.name}",
                heading="Is this your address?",
                paragraphs=(show, "The buyer of these tickets wants to get all mail about them at this address."),
                link_label="Use this address",
                link_url=url,
                notes=("The link works for 24 hours. Nothing changes unless you open it and confirm.", _MISTAKE),
            )
        case PersonNotice.ADDRESS_TOLD:
            return Notice(
                subject=f"New address for your booking? {event.name}",
                heading="Your booking is about to get another address",
                paragraphs=(
                    show,
                    f"A person with the link of your booking asked us to use {new} instead of this address.",
                    "It changes when the reader of that address confirms, within 24 hours. Until then you can stop it.",
                ),
                link_label="Stop the change",
                link_url=url,
                notes=("It was you? Then do nothing here: confirm with the mail that we sent to the new address.",),
            )
        case PersonNotice.ADDRESS_CORRECTED:
            return Notice(
                subject=f"Your tickets: {event.name}",
                heading="This address has your tickets now",
                paragraphs=(
                    show,
                    "From now on all mail about this booking comes here. The old links do not work any more.",
                ),
                link_label="Open your tickets",
                link_url=url,
                notes=("Keep this link: anyone who has it has your tickets.",),
            )
        case _:
            return Notice(
                subject=f"Address changed: {event.name}",
                heading="Your booking has another address now",
                paragraphs=(
                    show,
                    f"All mail about this booking goes to {new} from now on.",
                    "The links in our earlier mails to this address do not work any more.",
                ),
                notes=("You did not want this? Write to the organizer of the show.",),
            )
