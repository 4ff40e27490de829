"""Compose a preview or a test mail: a kind of mail about a made-up booking, with the organization's own identity."""

from msgspec.structs import replace

from admitone.mail.contracts import MailKind
from admitone.mail.domain.content import MailContent, NotNeeded
from admitone.mail.domain.sample import SAMPLES, sample_content
from admitone.mail.usecases.composing.introduce import introduce
from admitone.mail.usecases.deps import Deps

_SAMPLE = "sample"


def sample_subject(kind: MailKind, organization_id: str) -> str:
    """Return the beginning of the subject of a test mail, from which the sender of mails composes it."""
    return f"{sample_prefix(organization_id)}{kind.value}"


def sample_prefix(organization_id: str) -> str:
    """Return how the subjects of all test mails of an organization begin."""
    return f"{_SAMPLE}:{organization_id}:"


async def compose_sample(deps: Deps, kind: MailKind, organization_id: str) -> MailContent:
    identity = await deps.read_mail_identity(organization_id)
    if identity is None:
        raise NotNeeded("there is no such organization")
    content = sample_content(kind, organizer=identity.shown_name, link=f"{deps.public_url}/my", now=deps.now())
    return introduce(content, identity, public_url=deps.public_url)


async def compose_test(deps: Deps, subject_id: str) -> MailContent:
    """Raises `NotNeeded` for a subject that is no sample."""
    name, _, rest = subject_id.partition(":")
    organization_id, _, rest = rest.partition(":")
    kind = next((kind for kind in SAMPLES if kind.value == rest.partition(":")[0]), None)
    if name != _SAMPLE or kind is None:
        raise NotNeeded("its words were erased")
    content = await compose_sample(deps, kind, organization_id)
    return replace(content, subject=f"Test: {content.subject}", markup=(), told=0)
