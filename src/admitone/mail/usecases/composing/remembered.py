"""Read once what the mails of a batch share: the event and the organization of a sale's confirmations."""

from dataclasses import replace

from admitone.catalogue.contracts import EventDocument
from admitone.mail.usecases.deps import Deps
from admitone.organizers.contracts import MailIdentity


def remember_reads(deps: Deps) -> Deps:
    """Return `deps` for one batch, which takes about a second: the next one reads again."""
    documents: dict[tuple[str, ...], list[EventDocument]] = {}
    identities: dict[str, MailIdentity | None] = {}

    async def read_documents(event_ids: tuple[str, ...]) -> list[EventDocument]:
        if event_ids not in documents:
            documents[event_ids] = await deps.read_documents(event_ids)
        return documents[event_ids]

    async def read_mail_identity(organization_id: str) -> MailIdentity | None:
        if organization_id not in identities:
            identities[organization_id] = await deps.read_mail_identity(organization_id)
        return identities[organization_id]

    return replace(deps, read_documents=read_documents, read_mail_identity=read_mail_identity)
