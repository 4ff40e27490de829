"""The words of notices to people: the waiting list, returned tickets, transfers, invitations of staff."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from admitone.booking.contracts.resale import PersonNotice
from admitone.catalogue.contracts import EventDocument
from admitone.mail.contracts import Notice
from admitone.mail.domain.words import money, new_when, plural
from admitone.organizers.contracts import Invitation, ReplyConfirmation, Role

_ROLES = {
    Role.OWNER: "owner",
    Role.MANAGER: "manager",
    Role.BOX_OFFICE: "box office",
    Role.SCANNER: "scanner",
    Role.FINANCE: "finance",
}


def waiting_list_notice(kind: PersonNotice, event: EventDocument, url: str, facts: Mapping[str, Any]) -> Notice:
    """`url`: the person's own page of the waiting list. `facts`: as `AnnounceToPerson` has them."""
    show = f"{event.name}, {new_when(event)}"
    if kind is PersonNotice.WAITING_LIST_OFFER:
        until = _local(str(facts["expires_at"]), event)
        return Notice(
            subject=f"Tickets for you: {event.name}, until {until}",
            heading=f"Your tickets are held until {until}",
            paragraphs=(show, "They are held for you alone. Buy them before this time, or they go to the next person."),
            link_label="Buy the tickets",
            link_url=url,
            notes=("You do not want them? Open the page and decline: the next person gets them at once.",),
        )
    if kind is PersonNotice.WAITING_LIST_OFFER_ENDED:
        return Notice(
            subject=f"Your offer has ended: {event.name}",
            heading="The tickets went to the next person",
            paragraphs=(show, "The time to buy them has passed. Nothing was charged."),
        )
    if kind is PersonNotice.WAITING_LIST_ENDED:
        return Notice(
            subject=f"The waiting list has ended: {event.name}",
            heading="No tickets became free for you",
            paragraphs=(show, "The waiting list of this show has ended. Nothing was charged."),
        )
    return Notice(
        subject=f"You are on the waiting list: {event.name}",
        heading="You are on the waiting list",
        paragraphs=(show, "If tickets become free, we hold them for you and send you a mail."),
        link_label="See your place",
        link_url=url,
        notes=("Keep this link: it is your place on the list. On the same page you can leave the list.",),
    )


def returned_notice(event: EventDocument, facts: Mapping[str, Any]) -> Notice:
    """`facts`: `ticket_ids`, `amount` and `currency` of the refund."""
    number = len(facts["ticket_ids"])
    amount = money(int(facts["amount"]), str(facts["currency"]), event)
    returned = "The returned ticket is" if number == 1 else "The returned tickets are"
    return Notice(
        subject=f"{'Ticket' if number == 1 else 'Tickets'} returned: {event.name}",
        heading=f"You returned {plural(number, 'ticket')}",
        paragraphs=(
            f"{event.name}, {new_when(event)}",
            f"{returned} no longer valid. We refund {amount} to the way you paid.",
        ),
    )


RESALE_NOTICES = frozenset(
    {
        PersonNotice.RESALE_OFFERED,
        PersonNotice.RESALE_SOLD,
        PersonNotice.RESALE_WITHDRAWN,
        PersonNotice.RESALE_ENDED,
    }
)


def resale_notice(kind: PersonNotice, event: EventDocument, facts: Mapping[str, Any]) -> Notice:
    """One of `RESALE_NOTICES`. `facts`: `ticket_ids`; of a sale also `amount` and `currency` of the refund."""
    is_one = len(facts["ticket_ids"]) == 1
    yours = "Your ticket is" if is_one else "Your tickets are"
    they, them = ("It", "it") if is_one else ("They", "them")
    are, work = ("is", "works") if is_one else ("are", "work")
    match kind:
        case PersonNotice.RESALE_SOLD:
            subject, heading = "Sold", f"{yours} sold"
            amount = money(int(facts["amount"]), str(facts["currency"]), event)
            text = (
                f"Another person has bought {them}. {they} no longer {work} at the entrance. We refund {amount} to the"
                " way you paid. Your bank may take up to ten days to show it."
            )
        case PersonNotice.RESALE_WITHDRAWN:
            subject, heading = "Taken back", f"{yours} not on offer any more"
            text = f"You took {them} back. {they} {work} at the entrance as before."
        case PersonNotice.RESALE_ENDED:
            subject, heading = "Not sold", f"{yours} not on offer any more"
            text = f"No one on the waiting list bought {them}. {they} {work} as before, unless used or transferred."
        case _:
            subject, heading = "On offer", f"{yours} on offer"
            text = (
                f"{they} {are} still yours, and {work} at the entrance, until another person buys {them}. Then we"
                f" refund you. Until then you can take {them} back on the page of your booking."
            )
    return Notice(
        subject=f"{subject}: {plural(len(facts['ticket_ids']), 'ticket')} for {event.name}",
        heading=heading,
        paragraphs=(f"{event.name}, {new_when(event)}", text),
    )


def offered_notice(event: EventDocument, tickets: int, expires_at: datetime, url: str) -> Notice:
    """To the friend. `url`: the link of the offer."""
    number = plural(tickets, "ticket")
    one, many = (
        "Accept it, and it is yours: the old code stops working.",
        "Accept them, and they are yours: the old codes stop working.",
    )
    return Notice(
        subject=f"{number} for you: {event.name}",
        heading=f"{number} for you",
        paragraphs=(f"{event.name}, {new_when(event)}", one if tickets == 1 else many),
        link_label="See and accept",
        link_url=url,
        notes=(
            f"The offer ends at {_local(expires_at.isoformat(), event)}.",
            "You do not know the sender? Then you need to do nothing.",
        ),
    )


def accepted_notice(event: EventDocument, tickets: int, url: str) -> Notice:
    """To the new holder. `url`: the page of their tickets."""
    noun = "ticket" if tickets == 1 else "tickets"
    return Notice(
        subject=f"Your {noun}: {event.name}",
        heading=f"{plural(tickets, 'ticket')}: yours now",
        paragraphs=(f"{event.name}, {new_when(event)}",),
        link_label=f"Open your {noun}",
        link_url=url,
        notes=(f"Anyone who has this link has your {noun}, so keep it safe.",),
    )


def invitation_notice(invitation: Invitation) -> Notice:
    return Notice(
        subject=f"{invitation.organization_name} invites you",
        heading=f"Join {invitation.organization_name}",
        paragraphs=(f"{invitation.invited_by} invites you to the console as {_ROLES[invitation.role]}.",),
        link_label="Accept the invitation",
        link_url=invitation.url,
        notes=("The link works once, and for seven days.", "You did not expect this? Then you need to do nothing."),
        sender_name=invitation.organization_name,
    )


def reply_address_notice(confirmation: ReplyConfirmation) -> Notice:
    name = confirmation.organization_name
    return Notice(
        subject=f"Confirm this address for replies to {name}",
        heading="Confirm this address",
        paragraphs=(
            f"{confirmation.asked_by or name} wants replies to the mails of {name} to arrive here.",
            "Open the link as an owner of the organization, or pass it on to one.",
        ),
        link_label="Confirm the address",
        link_url=confirmation.url,
        notes=("The link works once, and for seven days.", "You did not expect this? Then you need to do nothing."),
        sender_name=name,
    )


def _local(at: str, event: EventDocument) -> str:
    """An RFC 3339 time → `19:30, 3 October` at the venue."""
    local = datetime.fromisoformat(at).astimezone(ZoneInfo(event.timezone))
    return f"{local:%H:%M}, {local.day} {local:%B}"
