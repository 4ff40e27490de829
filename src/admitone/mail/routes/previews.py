"""`/organizer/mail-previews/{kind}`: each kind of mail as buyers get it, about a made-up booking; and a test of it."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from admitone.kit.http.caching import NO_STORE
from admitone.mail.drawing.message import html_text, plain_text
from admitone.mail.schemas import MailPreviewOut, MailTestOut
from admitone.mail.usecases.deps import Deps
from admitone.mail.usecases.preview_mails import preview_mail, send_test_mail
from admitone.organizers.contracts import Identity

Caller = NamedDependency[Identity]


@get(
    "/organizer/mail-previews/{kind:str}",
    operation_id="previewMail",
    summary="Show a kind of mail as buyers of the organization get it (role box office)",
)
async def get_mail_preview(
    kind: FromPath[str], identity: Caller, mail_deps: NamedDependency[Deps]
) -> Response[MailPreviewOut]:
    preview = await preview_mail(mail_deps, identity=identity, kind=kind)
    content = preview.content
    shown = MailPreviewOut(
        subject=content.subject,
        sender_name=content.sender_name or "",
        sender=preview.sender,
        reply_to=content.reply_to,
        text=plain_text(content),
        html=html_text(content),
    )
    return Response(shown, headers=NO_STORE)


@post(
    "/organizer/mail-previews/{kind:str}/tests",
    operation_id="sendTestMail",
    summary="Send a kind of mail, about a made-up booking, to the person who asks (role manager)",
    status_code=200,
)
async def post_mail_test(
    kind: FromPath[str], identity: Caller, mail_deps: NamedDependency[Deps]
) -> Response[MailTestOut]:
    address = await send_test_mail(mail_deps, identity=identity, kind=kind)
    return Response(MailTestOut(address), headers=NO_STORE)
