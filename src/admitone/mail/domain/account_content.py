"""Mails that no booking stands behind: a sign-in link, and what other slices compose as a `Notice`."""

from admitone.mail.contracts import Notice
from admitone.mail.domain.content import Link, MailContent

SIGN_IN_MINUTES = 30


def sign_in_content(link: str, count: int) -> MailContent:
    """`count`: bookings of the address."""
    return MailContent(
        subject="Your sign-in link for your tickets",
        heading="Show my tickets",
        paragraphs=(f"This link opens {'your booking' if count == 1 else f'your {count} bookings'} on this device.",),
        button=Link("Sign in", link),
        notes=(
            f"The link works once, and for {SIGN_IN_MINUTES} minutes.",
            "You did not ask for it? Then you need to do nothing: without this mail nobody can sign in.",
        ),
    )


def notice_content(notice: Notice) -> MailContent:
    has_link = notice.link_label is not None and notice.link_url is not None
    return MailContent(
        subject=notice.subject,
        heading=notice.heading,
        paragraphs=notice.paragraphs,
        button=Link(notice.link_label or "", notice.link_url or "") if has_link else None,
        notes=notice.notes,
        sender_name=notice.sender_name,
    )
