"""The addresses in mails: a sign-in, and links that unsubscribe. Their codes are signatures: no row holds a secret."""

from typing import TYPE_CHECKING
from urllib.parse import quote

from admitone.mail.contracts import MailList
from admitone.mail.store.unsubscribed import address_keys

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


def unsubscribe_url(deps: "Deps", mail_list: MailList, subject_id: str, *, address: str, organization_id: str) -> str:
    """`subject_id`: the booking, or the promo code, that the mail is about.

    The link says itself who objects (by what stands for the address in tables) and to whose mails: it works after the
    booking's address was erased or corrected, and after the promo code was deleted.
    """
    who = f"{address_keys(deps.keys, address)[0]}.{organization_id}"
    code = f"{who}.{deps.keys.sign(_objection(mail_list, subject_id, who))}"
    return f"{deps.public_url}/my/{mail_list.value}/{quote(subject_id)}?c={quote(code)}"


def read_unsubscribe_code(deps: "Deps", mail_list: MailList, subject_id: str, code: str) -> tuple[str, str] | None:
    """Return the key of the address and the organization; None for a code that is not one of these. Any text may come
    in."""
    who, _, signature = code.rpartition(".")
    address_key, _, organization_id = who.partition(".")
    if len(signature) > _SIGNATURE_CHARACTERS_MAX or len(who) > _SIGNATURE_CHARACTERS_MAX:
        return None
    if not who or not deps.keys.is_signature(_objection(mail_list, subject_id, who), signature):
        return None
    return address_key, organization_id


def is_unsubscribe_code(deps: "Deps", mail_list: MailList, booking_id: str, code: str) -> bool:
    """As `read_unsubscribe_code`, of a mail from before the links said who objects: the booking has the address."""
    return deps.keys.is_signature(f"no {mail_list.value} {booking_id}", code[:_SIGNATURE_CHARACTERS_MAX])


def _objection(mail_list: MailList, subject_id: str, who: str) -> str:
    return f"no {mail_list.value} {subject_id} {who}"
