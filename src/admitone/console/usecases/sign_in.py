"""Sign in by a form, and prove again who one is."""

from admitone.console.domain.forms import Form
from admitone.console.usecases.deps import Deps
from admitone.kit.refusal import InvalidBody, Kind, Refusal
from admitone.organizers.contracts import Identity, Origin, PasswordSignIn, Permission, StartedSession


async def sign_in(deps: Deps, form: Form, origin: Origin) -> StartedSession | Form:
    """Return the new session, or the form with its faults."""
    try:
        return await deps.sign_in(PasswordSignIn(form.value("email"), form.value("password")), origin)
    except Refusal as refusal:
        return _with_fault(form, refusal)


async def give_code(deps: Deps, token: str, form: Form, origin: Origin) -> StartedSession | Form:
    """Return the session that the code opened, or the form with its faults. Raises `NotAuthenticated`."""
    try:
        return await deps.give_code(token, form.value("code"), origin)
    except Refusal as refusal:
        return _with_fault(form, refusal)


async def confirm_person(deps: Deps, identity: Identity, form: Form, origin: Origin) -> Form | None:
    """Make the session fresh and return None, or return the form with its faults."""
    try:
        await deps.confirm_person(identity, form.value("password"), origin)
    except Refusal as refusal:
        return _with_fault(form, refusal)
    return None


async def sign_in_by_passkey(deps: Deps, form: Form, origin: Origin) -> StartedSession | Form:
    """Return the new session, or the form with its faults."""
    try:
        return await deps.sign_in_by_passkey(form.value("credential"), origin)
    except Refusal as refusal:
        return _with_fault(form, refusal)


async def confirm_by_passkey(deps: Deps, identity: Identity, form: Form, origin: Origin) -> Form | None:
    """Make the session fresh and return None, or return the form with its faults."""
    try:
        await deps.confirm_by_passkey(identity, form.value("credential"), origin)
    except Refusal as refusal:
        return _with_fault(form, refusal)
    return None


async def find_visitor(deps: Deps, token: str) -> Identity | None:
    """Return who is signed in, for a page that is open to everyone; None for an ended session."""
    try:
        return await deps.authenticate(token, Permission.BELONG)
    except Refusal as refusal:
        if refusal.kind is not Kind.UNAUTHENTICATED:
            raise
        return None


def _with_fault(form: Form, refusal: Refusal) -> Form:
    """Return the form with a wrong password or too many attempts as its fault; raise every other refusal."""
    if isinstance(refusal, InvalidBody):
        return form.refused((error["pointer"], error["detail"]) for error in refusal.members["errors"])
    if refusal.kind is not Kind.TOO_MANY:
        raise refusal
    return form.refused([("", refusal.detail)])
