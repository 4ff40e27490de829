"""What organizers' use cases need; filled in by the role."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from admitone.kit.postgres import Pool
from admitone.organizers.contracts import Identity


@dataclass(frozen=True)
class Deps:
    """`identities`: key hash → (identity, good until), a short cache of keys that worked."""

    pool: Pool
    now: Callable[[], datetime]
    identities: dict[bytes, tuple[Identity, datetime]] = field(default_factory=dict)
