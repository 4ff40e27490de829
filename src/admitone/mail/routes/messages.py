"""`/organizer/events/{id}/messages`: write to the buyers of an event."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from admitone.kit.http.caching import NO_STORE
from admitone.mail.schemas import MessageIn, MessageOut, MessagesOut, audience_of, audience_out, message_out
from admitone.mail.usecases.deps import Deps
from admitone.mail.usecases.write_to_buyers import Draft, list_messages, preview_message, send_message
from admitone.organizers.contracts import Identity

Caller = NamedDependency[Identity]


@post(
    "/organizer/events/{event_id:str}/messages",
    operation_id="writeToBuyers",
    summary="Write to buyers who have tickets, all or some, or preview it (role manager)",
    status_code=200,
)
async def post_message(
    event_id: FromPath[str], identity: Caller, data: JSONBody[MessageIn], mail_deps: NamedDependency[Deps]
) -> Response[MessageOut]:
    """The mails are sent one after the other, after those that a buyer waits for."""
    audience = audience_of(data.audience)
    draft = Draft(data.subject, data.text, audience)
    if data.preview:
        preview = await preview_message(mail_deps, identity=identity, event_id=event_id, draft=draft)
        shown = MessageOut(
            recipients=preview.recipients,
            subject=preview.subject,
            text="\n\n".join(preview.paragraphs),
            audience=audience_out(audience),
        )
        return Response(shown, headers=NO_STORE)
    message = await send_message(mail_deps, identity=identity, event_id=event_id, draft=draft)
    return Response(message_out(message), headers=NO_STORE)


@get(
    "/organizer/events/{event_id:str}/messages",
    operation_id="listMessages",
    summary="List the messages to the buyers of an event, the newest first, at most 100 (role box office)",
)
async def get_messages(
    event_id: FromPath[str], identity: Caller, mail_deps: NamedDependency[Deps]
) -> Response[MessagesOut]:
    messages = await list_messages(mail_deps, identity=identity, event_id=event_id)
    return Response(MessagesOut([message_out(message) for message in messages]), headers=NO_STORE)
