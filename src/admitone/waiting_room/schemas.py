"""The HTTP shapes of the waiting room; names as in the contract."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, structs

from admitone.kit.text import NAME, TEXT
from admitone.waiting_room.contracts import QueueStatus
from admitone.waiting_room.usecases.queue_settings import QueueView

INT_MAX = 2_147_483_647
Count = Annotated[int, Meta(ge=1, le=10_000_000)]


class JoinIn(Struct, forbid_unknown_fields=True):
    """`nonce`: your own randomness, kept secret and sent again by the same person; 16 bytes in hex suffice.
    `proof`: the solution of the challenge that `proof-required` answers with."""

    nonce: Annotated[str, Meta(min_length=8, max_length=200)] | None = None
    proof: Annotated[str, Meta(max_length=2_000)] | None = None


class AdmissionIn(Struct, forbid_unknown_fields=True):
    queue_token: Annotated[str, Meta(min_length=1, max_length=300)]


class PassOut(Struct, rename={"pass_": "pass"}):
    pass_: str
    expires_at: str


class BeaconIn(Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=200, extra={"rule": NAME})]
    round: Annotated[int, Meta(ge=0, le=2**53)]


class QueuePatch(Struct, forbid_unknown_fields=True):
    """Absent members stay. null resets a limit to the event's own, and removes a message. `shows_prices`: whether those
    who wait see the prices of the event."""

    paused: bool | UnsetType = UNSET
    message: Annotated[str, Meta(max_length=1_000, extra={"rule": TEXT})] | UnsetType | None = UNSET
    shows_prices: bool | UnsetType = UNSET
    rate_per_minute: Count | UnsetType | None = UNSET
    max_active: Annotated[int, Meta(ge=0, le=10_000_000)] | UnsetType | None = UNSET
    turn_seconds: Annotated[int, Meta(ge=2, le=3_600)] | UnsetType = UNSET
    pass_seconds: Annotated[int, Meta(ge=5, le=7_200)] | UnsetType = UNSET
    proof_above_per_minute: Annotated[int, Meta(ge=0, le=INT_MAX)] | UnsetType | None = UNSET
    beacon: BeaconIn | UnsetType | None = UNSET
    beacon_value: (
        Annotated[
            str,
            Meta(
                pattern=r"^([0-9a-f]{2}){16,64}$",
                extra={"words": "Write 16 to 64 bytes as hexadecimal digits in lower case."},
            ),
        ]
        | UnsetType
    ) = UNSET


class LoadOut(Struct):
    """Checkouts of the last seconds, in all processes."""

    checkouts: int
    shed: int
    p95_ms: int


class QueueNumbers(Struct):
    """`active`: people with a live pass; `called`: called and not yet here; `missed`: called, but did not come."""

    event_id: str
    mode: str
    switched_on: bool
    waiting: int
    active: int
    called: int
    admitted: int
    missed: int
    max_active: int | None
    rate_per_minute: int | None
    capacity_per_minute: int
    proof_above_per_minute: int | None
    joins_per_minute: int
    unsold: int | None
    load: LoadOut
    status: QueueStatus


def patch_changes(patch: QueuePatch) -> dict[str, Any]:
    """Return the members that were given, as `change_queue` takes them."""
    changes = {name: value for name, value in structs.asdict(patch).items() if value is not UNSET}
    if isinstance(patch.beacon, BeaconIn):
        changes["beacon"] = (patch.beacon.name, patch.beacon.round)
    if isinstance(patch.beacon_value, str):
        changes["beacon_value"] = bytes.fromhex(patch.beacon_value)
    if patch.message == "":
        changes["message"] = None
    return changes


def queue_numbers(view: QueueView) -> QueueNumbers:
    queue, count = view.queue, view.count
    return QueueNumbers(
        event_id=queue.event_id,
        mode=queue.mode,
        switched_on=queue.required,
        waiting=queue.waiting,
        active=count.active,
        called=count.called,
        admitted=count.taken,
        missed=max(0, queue.serving - count.taken - count.called),
        max_active=queue.max_active,
        rate_per_minute=queue.rate_per_minute,
        capacity_per_minute=round(queue.capacity_per_minute),
        proof_above_per_minute=queue.proof_above_per_minute,
        joins_per_minute=round(queue.inflow_per_minute),
        unsold=queue.unsold,
        load=LoadOut(view.load.checkouts, view.load.shed, view.load.p95_ms),
        status=view.status,
    )
