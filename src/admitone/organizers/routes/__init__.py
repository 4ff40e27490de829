"""Routes of organizers: the people, keys and audit trail of an organization."""

from collections.abc import Callable

from litestar import Router
from litestar.di import Provide

from admitone.kit.http.access import keyed_router
from admitone.organizers.contracts import Authenticate, Fresh, Needed, Permission
from admitone.organizers.routes import audit, caller, keys, mail_identity, members, passkeys, second_factor, settings
from admitone.organizers.usecases.deps import Deps

__all__ = ["router"]


def router(provide: Callable[[], Deps], authenticate: Authenticate) -> Router:
    to_read: Needed = Permission.ADMINISTER
    to_write: Needed = Fresh(Permission.ADMINISTER)
    organizer = keyed_router(
        "/organizer",
        [
            caller.get_caller,
            caller.get_sessions,
            caller.delete_session,
            caller.put_password,
            caller.put_organization,
            passkeys.get_passkeys,
            passkeys.post_options,
            passkeys.post_passkey,
            passkeys.delete_passkey,
            second_factor.get_second_factor,
            second_factor.post_second_factor,
            second_factor.post_confirmation,
            second_factor.delete_second_factor,
            members.get_members,
            members.patch_member,
            members.delete_member,
            members.delete_own_membership,
            members.get_invitations,
            members.post_invitation,
            members.delete_invitation,
            keys.get_keys,
            keys.post_key,
            keys.delete_key,
            audit.get_audit_trail,
            settings.get_settings,
            settings.put_settings,
            settings.get_terms,
            settings.post_terms,
            mail_identity.get_mail_identity,
            mail_identity.put_mail_identity,
            mail_identity.put_reply_address,
            mail_identity.post_confirmation,
            mail_identity.delete_reply_address,
        ],
        authenticate=authenticate,
        to_read=to_read,
        to_write=to_write,
        tag="Organize",
    )
    dependencies = {"organizers_deps": Provide(provide, sync_to_thread=False)}
    return Router(path="/", route_handlers=[organizer], dependencies=dependencies)
