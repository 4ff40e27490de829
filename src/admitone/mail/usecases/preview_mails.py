"""Show an organization each kind of mail as its buyers get it, about a made-up booking, and send one as a test."""

from msgspec import Struct

from admitone.mail.contracts import MailKind, MailOrder
from admitone.mail.domain.content import MailContent
from admitone.mail.domain.refusals import MailIsOff, NoAddressForTests, NoSuchPreview, TooManyTests
from admitone.mail.domain.sample import SAMPLES
from admitone.mail.store import outbox as store
from admitone.mail.usecases.composing.sample_mail import compose_sample, sample_prefix, sample_subject
from admitone.mail.usecases.deps import Deps
from admitone.organizers.contracts import Identity

TESTS_A_DAY_MAX = 20


class MailPreview(Struct, frozen=True):
    """`sender`: the address that mails come from; None: no mail server is configured."""

    content: MailContent
    sender: str | None


async def preview_mail(deps: Deps, *, identity: Identity, kind: str) -> MailPreview:
    """Raises `NoSuchPreview`."""
    content = await compose_sample(deps, _kind(kind), identity.organization_id)
    return MailPreview(content, deps.from_address if deps.is_on else None)


async def send_test_mail(deps: Deps, *, identity: Identity, kind: str) -> str:
    """Mail a preview to the person who asks, and return their address.

    Raises `NoSuchPreview`, `MailIsOff`, `NoAddressForTests`, `TooManyTests`.
    """
    wanted = _kind(kind)
    if not deps.is_on:
        raise MailIsOff
    address = await deps.read_address(identity)
    if address is None:
        raise NoAddressForTests
    subject = sample_subject(wanted, identity.organization_id)
    order = MailOrder(MailKind.TEST, f"{subject}:{deps.new_id('tst')}", recipient=address)
    async with deps.pool.connection() as conn, conn.transaction():
        if await store.count_tests(conn, sample_prefix(identity.organization_id)) >= TESTS_A_DAY_MAX:
            raise TooManyTests
        await store.put_mails(conn, [(deps.new_id("mai"), order)])
    return address


def _kind(text: str) -> MailKind:
    kind = next((kind for kind in SAMPLES if kind.value == text), None)
    if kind is None:
        raise NoSuchPreview([kind.value for kind in SAMPLES])
    return kind
