"""Accept a one-time link: its form becomes a person with a session, or the new password of one who lost access."""

from admitone.console.domain.forms import Form
from admitone.console.usecases.deps import Deps
from admitone.kit.refusal import InvalidBody
from admitone.organizers.contracts import Newcomer, Origin, StartedSession


async def accept_link(deps: Deps, token: str, form: Form, origin: Origin) -> StartedSession | Form:
    """Return the new session, or the form with its faults. Raises `LinkExpired`."""
    newcomer = Newcomer(name=form.value("name"), email=form.value("email"), password=form.value("password"))
    try:
        return await deps.use_link(token, newcomer, origin)
    except InvalidBody as refusal:
        return form.refused((error["pointer"], error["detail"]) for error in refusal.members["errors"])
