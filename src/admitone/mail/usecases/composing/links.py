"""The addresses in mails: a sign-in, and links that unsubscribe. Their codes are signatures: no row holds a secret."""

from typing import TYPE_CHECKING
from urllib.parse import quote

from admitone.mail.contracts import MailList

if TYPE_CHECKING:
    from admitone.mail.usecases.deps import Deps

_SIGNATURE_CHARACTERS_MAX = 100


def sign_in_code(deps: "Deps", link_id: str) -> str:
    """Return `{link id}.{signature}`: only this installation can make it, and the database does not contain it."""
    return f"{link_id}.{deps.keys.sign(f'sign in {link_id}')}"


def read_sign_in_code(deps: "Deps", code: str) -> str | None:
    """Return the link's id; None for a code that is not one of ours. Any text may come in."""
    link_id, _, signature = code.partition(".")
    if len(signature) > _SIGNATURE_CHARACTERS_MAX or len(link_id) > _SIGNATURE_CHARACTERS_MAX:
        return None
    return link_id if deps.keys.is_signature(f"sign in {link_id}", signature) else None


def sign_in_url(deps: "Deps", link_id: str) -> str:
    return f"{deps.public_url}/my/sign-in?c={quote(sign_in_code(deps, link_id))}"


def unsubscribe_url(deps: "Deps", mail_list: MailList, subject_id: str) -> str:
    """`subject_id`: a booking, or a promo code for one person."""
    code = deps.keys.sign(f"no {mail_list.value} {subject_id}")
    return f"{deps.public_url}/my/{mail_list.value}/{quote(subject_id)}?c={code}"


def is_unsubscribe_code(deps: "Deps", mail_list: MailList, booking_id: str, code: str) -> bool:
    """Compare in constant time. Any text may come in."""
    return deps.keys.is_signature(f"no {mail_list.value} {booking_id}", code[:_SIGNATURE_CHARACTERS_MAX])
