"""Bodies of PATCH: every member of a draft, all optional; null restores the default, if there is one."""

from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType

from admitone.catalogue.domain.drafts import EventDraft, PerformerDraft, PriceLevelDraft, VenueDraft
from admitone.catalogue.domain.seating_plan import SeatMapDraft
from admitone.kit.shapes import shape_of

Draft = TypeVar("Draft", bound=Struct)

_STARTS = ("starts_at", "local_start", "local_date")
_PLACES = ("city", "region", "country_code", "timezone")


def _patch_of(draft: type[Struct], name: str) -> Any:
    fields = [
        (field.name, field.type | UnsetType if field.required else field.type | None | UnsetType, UNSET)
        for field in msgspec.structs.fields(draft)
    ]
    return msgspec.defstruct(name, fields, frozen=True, kw_only=True, forbid_unknown_fields=True, module=__name__)


if TYPE_CHECKING:
    VenuePatch: TypeAlias = Struct
    PerformerPatch: TypeAlias = Struct
    EventPatch: TypeAlias = Struct
    PriceLevelPatch: TypeAlias = Struct
    SeatMapPatch: TypeAlias = Struct
else:
    VenuePatch = _patch_of(VenueDraft, "VenuePatch")
    PerformerPatch = _patch_of(PerformerDraft, "PerformerPatch")
    EventPatch = _patch_of(EventDraft, "EventPatch")
    PriceLevelPatch = _patch_of(PriceLevelDraft, "PriceLevelPatch")
    SeatMapPatch = _patch_of(SeatMapDraft, "SeatMapPatch")


def given_members(patch: Struct) -> dict[str, Any]:
    """Return the members that the body has."""
    return {name: value for name in patch.__struct_fields__ if (value := getattr(patch, name)) is not UNSET}


def apply_patch(draft: Draft, patch: Struct) -> Draft:
    """Return the draft with the members that the patch has."""
    return msgspec.structs.replace(draft, **_with_defaults(draft, given_members(patch)))


def apply_event_patch(draft: EventDraft, patch: Struct) -> EventDraft:
    """Return the event's draft with the members of the patch. Another form of the start replaces the old one; a venue
    replaces the place of an event without one."""
    given = _with_defaults(draft, given_members(patch))
    cleared: dict[str, Any] = {}
    if any(given.get(name) is not None for name in _STARTS):
        cleared = dict.fromkeys(_STARTS)
    if given.get("venue_id") is not None:
        cleared |= dict.fromkeys(_PLACES)
    return msgspec.structs.replace(draft, **{**cleared, **given})


def _with_defaults(draft: Struct, given: dict[str, Any]) -> dict[str, Any]:
    """Replace each null by the member's default, if it has one and does not accept null."""
    defaults = {field.name: field.default for field in msgspec.structs.fields(draft)}
    members = shape_of(type(draft)).members or {}
    nulls = {name for name, value in given.items() if value is None and members[name].is_optional}
    return {name: defaults[name] if name in nulls else value for name, value in given.items()}
