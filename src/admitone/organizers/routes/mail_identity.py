"""How the mails of the organization introduce it: sender's name, colour, address for replies."""

from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from admitone.kit.http.access import NEEDED
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.changes import keep_before, keep_replaced
from admitone.kit.http.strict_request import AnyRequest
from admitone.organizers.contracts import Identity, Permission
from admitone.organizers.schemas.mail_identity import (
    ConfirmationIn,
    MailIdentityIn,
    MailIdentityOut,
    ReplyAddressIn,
)
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.mail_identity import (
    MailIdentityView,
    ask_reply_address,
    change_mail_identity,
    confirm_reply_address,
    remove_reply_address,
    view_mail_identity,
)

Caller = NamedDependency[Identity]
Given = NamedDependency[Deps]


@get(
    "/mail-identity",
    operation_id="getMailIdentity",
    summary="Show how mails introduce the organization (role manager)",
    opt={NEEDED: Permission.MANAGE},
)
async def get_mail_identity(organizers_deps: Given, identity: Caller) -> Response[MailIdentityOut]:
    return _shown(await view_mail_identity(organizers_deps, identity))


@put(
    "/mail-identity",
    operation_id="changeMailIdentity",
    summary="Change the sender's name and the colour of mails (role owner)",
)
async def put_mail_identity(
    request: AnyRequest, organizers_deps: Given, identity: Caller, data: JSONBody[MailIdentityIn]
) -> Response[MailIdentityOut]:
    before, view = await change_mail_identity(
        organizers_deps, identity, sender_name=data.sender_name, accent=data.accent
    )
    keep_replaced(request.state, MailIdentityIn(before.sender_name, before.accent), data)
    return _shown(view)


@put(
    "/mail-identity/reply-address",
    operation_id="askReplyAddress",
    summary="Name the address for replies; a link is mailed to it (role owner)",
)
async def put_reply_address(
    organizers_deps: Given, identity: Caller, data: JSONBody[ReplyAddressIn]
) -> Response[MailIdentityOut]:
    return _shown(await ask_reply_address(organizers_deps, identity, email=data.email))


@post(
    "/mail-identity/reply-address/confirmation",
    operation_id="confirmReplyAddress",
    summary="Use the address for replies, by the code of the link that was mailed to it (role owner)",
    status_code=200,
)
async def post_confirmation(
    organizers_deps: Given, identity: Caller, data: JSONBody[ConfirmationIn]
) -> Response[MailIdentityOut]:
    return _shown(await confirm_reply_address(organizers_deps, identity, code=data.code))


@delete(
    "/mail-identity/reply-address",
    operation_id="removeReplyAddress",
    summary="Let replies go to the installation's address again (role owner)",
    status_code=200,
)
async def delete_reply_address(
    request: AnyRequest, organizers_deps: Given, identity: Caller
) -> Response[MailIdentityOut]:
    before = await view_mail_identity(organizers_deps, identity)
    view = await remove_reply_address(organizers_deps, identity)
    keep_before(request.state, {"reply_to": before.identity.reply_to, "pending_reply_to": before.pending_reply_to})
    return _shown(view)


def _shown(view: MailIdentityView) -> Response[MailIdentityOut]:
    return Response(MailIdentityOut.of(view), headers=NO_STORE)
