"""The contract of organizers: the identity behind a request, and its role."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import Enum
from typing import Any

from msgspec import Struct

from admitone.kit.postgres import Connection


class Permission(Enum):
    """What a route or a screen needs. Each role holds some of these (`Role.covers`)."""

    BELONG = "belong"
    """Be a member or a key of the organization, whatever the role."""
    SCAN = "scan"
    """Admit ticket holders at a gate."""
    VIEW = "view"
    """Read events, plans, sales and bookings."""
    SELL = "sell"
    """Sell at the box office, refund, and change bookings."""
    SEE_MONEY = "see_money"
    """Read ledgers and settlements."""
    MANAGE = "manage"
    """Write events, prices, plans, promo codes and waiting rooms."""
    SEE_AUDIT = "see_audit"
    """Read the audit trail."""
    ADMINISTER = "administer"
    """Change members, invitations, API keys and the organization."""
    OPERATE = "operate"
    """See and repair the installation. No role has it: a command grants it to a person (`Identity.is_operator`)."""


class Fresh(Struct, frozen=True):
    """The permission, and of a person a proof of who they are in the last half hour: members, keys, money."""

    permission: Permission


Needed = Permission | Fresh


def permission_of(needed: Needed) -> Permission:
    return needed.permission if isinstance(needed, Fresh) else needed


class Role(Enum):
    """What a person or a key may do in an organization: a set of permissions."""

    OWNER = "owner"
    MANAGER = "manager"
    BOX_OFFICE = "box_office"
    FINANCE = "finance"
    SCANNER = "scanner"

    def covers(self, needed: Needed) -> bool:
        return permission_of(needed) in _PERMISSIONS[self]

    @property
    def permissions(self) -> frozenset[Permission]:
        return _PERMISSIONS[self]


_SCANNER = frozenset({Permission.BELONG, Permission.SCAN})
_BOX_OFFICE = _SCANNER | {Permission.VIEW, Permission.SELL}
_FINANCE = frozenset({Permission.BELONG, Permission.VIEW, Permission.SEE_MONEY})
_MANAGER = _BOX_OFFICE | {Permission.SEE_MONEY, Permission.MANAGE, Permission.SEE_AUDIT}
_PERMISSIONS = {
    Role.SCANNER: _SCANNER,
    Role.BOX_OFFICE: _BOX_OFFICE,
    Role.FINANCE: _FINANCE,
    Role.MANAGER: _MANAGER,
    Role.OWNER: _MANAGER | {Permission.ADMINISTER},
}


def least_role(needed: Permission) -> Role:
    """Return the role that a refusal advises: the first that suffices, those for staff before those for few."""
    staff_first = (Role.SCANNER, Role.BOX_OFFICE, Role.FINANCE, Role.MANAGER, Role.OWNER)
    return next(role for role in staff_first if role.covers(needed))


class ActorKind(Enum):
    PERSON = "person"
    KEY = "key"
    COMMAND = "command"


class Identity(Struct, frozen=True):
    """The organization that a request speaks for, and who asks. Every organizer query has `organization_id` in its
    WHERE. `actor_id` is the id of a key or of a person; `session_id` is set for a person."""

    organization_id: str
    role: Role
    actor_id: str
    actor_kind: ActorKind = ActorKind.KEY
    actor_name: str = ""
    session_id: str | None = None
    authenticated_at: datetime | None = None
    """When the person last proved who they are; None for a key, and for a person who has nothing to prove it by."""
    is_operator: bool = False
    """The person operates the installation, in whichever of their organizations they work; never true of a key."""

    def covers(self, needed: Needed) -> bool:
        if permission_of(needed) is Permission.OPERATE:
            return self.is_operator
        return self.role.covers(needed)

    @property
    def permissions(self) -> frozenset[Permission]:
        own = self.role.permissions
        return own | {Permission.OPERATE} if self.is_operator else own


class Origin(Struct, frozen=True):
    """Where a request comes from: the client's address, and its user agent. `block`: what limits count instead of the
    address (`kit.http.client_address`); None: the address is not public."""

    address: str | None
    agent: str
    block: str | None = None


class LinkPurpose(Enum):
    OPEN = "open"
    """Signs a person in at once (the demo)."""
    ACCESS = "access"
    """Signs a person in who lost their password."""
    OWNER = "owner"
    """Makes the first owner of an organization."""
    INVITATION = "invitation"
    """Makes a member."""


class OneTimeLink(Struct, frozen=True):
    """A link that works once. `person_id` is set where it signs an existing person in."""

    purpose: LinkPurpose
    organization_id: str
    organization_name: str
    role: Role
    person_id: str | None
    person_name: str | None
    email: str | None


class StartedSession(Struct, frozen=True):
    """`token`: what the browser keeps; only its hash is stored. `ends_at`: the end in any case."""

    token: str
    ends_at: datetime
    awaits_code: bool = False
    """The password was right, and the session opens nothing before the code of the second factor (`GiveCode`)."""


class ProviderRequest(Struct, frozen=True):
    """A sign-in at the identity provider: where the browser goes, and what it keeps until `ends_at` (encrypted)."""

    url: str
    kept: str
    ends_at: datetime


class ProviderAnswer(Struct, frozen=True):
    """What the browser brings back. `code`: None where the provider refused."""

    state: str
    code: str | None

    def __repr__(self) -> str:
        return "ProviderAnswer()"


class ProviderOutcome(Struct, frozen=True):
    """`session`: None where a running session was confirmed. `next`: where the person was going."""

    session: StartedSession | None
    next: str


class Newcomer(Struct, frozen=True):
    """What a person who uses a link says of themselves; one who has an account gives a new password only."""

    name: str
    email: str
    password: str

    def __repr__(self) -> str:
        return "Newcomer()"


class PasswordSignIn(Struct, frozen=True):
    email: str
    password: str

    def __repr__(self) -> str:
        return "PasswordSignIn()"


class Invitation(Struct, frozen=True):
    """What the mail of an invitation says."""

    email: str
    organization_name: str
    role: Role
    url: str
    invited_by: str


class MailIdentity(Struct, frozen=True):
    """How mails introduce an organization. `reply_to`: where replies go, confirmed by its reader; None: to the sender's
    address. `accent`: `#rrggbb`."""

    name: str
    sender_name: str | None = None
    accent: str | None = None
    reply_to: str | None = None
    page_path: str | None = None
    """Where its imprint, terms and words on privacy are; None: it has none of them."""

    @property
    def shown_name(self) -> str:
        return self.sender_name or self.name


class ReplyConfirmation(Struct, frozen=True):
    """What the mail to a new address for replies says."""

    email: str
    organization_name: str
    url: str
    asked_by: str


ReadMailIdentity = Callable[[str], Awaitable[MailIdentity | None]]
"""Organization id → how its mails introduce it; None if there is no such organization."""

SendReplyConfirmation = Callable[[ReplyConfirmation], Awaitable[None]]
"""Mail the link that confirms an address for replies."""

ReadAddress = Callable[[Identity], Awaitable[str | None]]
"""A caller → their own email address; None for a key, and for a person without one."""

ReadOrganizationName = Callable[[str], Awaitable[str | None]]
"""Organization id → its public name; None if there is no such organization."""

Authenticate = Callable[[str | None, Needed], Awaitable[Identity]]
"""(API key or session token, what is needed) → Identity. Raises `NotAuthenticated`, `RoleMissing` or
`FreshSignInNeeded` (Refusals)."""

RecordForPerson = Callable[[Connection, Identity, str, str, Any], Awaitable[None]]
"""(connection, who ordered it, action, subject, what was done): write an entry of the audit trail for a change that a
job makes in their name, in the transaction of the change."""

ReadLink = Callable[[str], Awaitable[OneTimeLink]]
"""Token of a one-time link → the link. Raises `LinkExpired`."""

UseLink = Callable[[str, Newcomer | None, Origin], Awaitable[StartedSession]]
"""(token of a link, the new person, origin) → session. Raises `LinkExpired`, `InvalidBody`."""

JoinByLink = Callable[[str, Identity, Origin], Awaitable[None]]
"""(token of an invitation, a person who is signed in) → they are a member, and their session is in the organization.
Raises `LinkExpired`."""

SignIn = Callable[[PasswordSignIn, Origin], Awaitable[StartedSession]]
"""Raises `InvalidBody` for a wrong address or password, `TooManySignIns`."""

GiveCode = Callable[[str, str, Origin], Awaitable[StartedSession]]
"""(token of a session that awaits a code, code, origin) → the session under a new token. Raises `NotAuthenticated`,
`InvalidBody`, `TooManySignIns`."""

ConfirmPerson = Callable[[Identity, str, Origin], Awaitable[None]]
"""(person, password) → their session is fresh. Raises `InvalidBody`, `TooManySignIns`."""

BeginPasskeySignIn = Callable[[Identity | None], Awaitable[str]]
"""A person who confirms who they are, or None for a sign-in → what the browser's `navigator.credentials.get` needs, as
JSON. Raises `PasskeysUnavailable`."""

SignInByPasskey = Callable[[str, Origin], Awaitable[StartedSession]]
"""(answer of the authenticator as JSON, origin) → session. Raises `InvalidBody`, `TooManySignIns`,
`PasskeysUnavailable`."""

ConfirmByPasskey = Callable[[Identity, str, Origin], Awaitable[None]]
"""(person, answer as JSON, origin) → their session is fresh. Raises as `SignInByPasskey`."""

BeginProviderSignIn = Callable[[Identity | None, str], Awaitable[ProviderRequest]]
"""(a person who confirms who they are, or None; where they go on) → the request. Raises `NoProvider`,
`ProviderUnavailable`."""

FinishProviderSignIn = Callable[[str, ProviderAnswer, Identity | None, Origin], Awaitable[ProviderOutcome]]
"""(what the browser kept, what it brings back, who is signed in, origin) → the outcome. Raises as
`BeginProviderSignIn`, and `ProviderRefused`, `TooManySignIns`, `LimitReached`."""

SendInvitation = Callable[[Invitation], Awaitable[None]]
"""Mail an invitation. The link is shown to the person who invites as well."""

EndSession = Callable[[Identity], Awaitable[None]]
"""End the session of a person."""
