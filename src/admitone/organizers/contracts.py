"""The contract of organizers: the identity behind a request, and its role."""

from collections.abc import Awaitable, Callable
from enum import Enum

from msgspec import Struct


class Role(Enum):
    """What a key may do. Owner ⊃ manager ⊃ box office ⊃ scanner."""

    OWNER = "owner"
    MANAGER = "manager"
    BOX_OFFICE = "box_office"
    SCANNER = "scanner"

    def covers(self, needed: "Role") -> bool:
        order = [Role.SCANNER, Role.BOX_OFFICE, Role.MANAGER, Role.OWNER]
        return order.index(self) >= order.index(needed)


class Identity(Struct, frozen=True):
    """The organization that a request speaks for. Every organizer query has `organization_id` in its WHERE."""

    organization_id: str
    role: Role
    key_id: str


ReadOrganizationName = Callable[[str], Awaitable[str | None]]
"""Organization id → its public name; None if there is no such organization."""

Authenticate = Callable[[str | None, Role], Awaitable[Identity]]
"""(API key, role needed) → Identity. Raises `NotAuthenticated` or `RoleMissing` (Refusals)."""
