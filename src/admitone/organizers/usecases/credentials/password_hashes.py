"""Hash and check passwords by Argon2id (RFC 9106), beside the event loop: one takes some 50 ms and 64 MiB."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from admitone.kit.off_loop import off_loop

# The second recommended option of RFC 9106, 4: 64 MiB, three passes, four lanes.
_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$46BeWLzSCsmYDGJQz0Vgpg$D0JNMyEhJKcSJXWJIGcFGBAj+jb43dND4wNnejTZtCY"
"""Checked where there is no account, so that the time of an answer does not tell whether there is one."""


async def hash_password(password: str) -> str:
    return await off_loop(_HASHER.hash, password)


async def is_password(password: str, password_hash: str | None) -> bool:
    """Return whether this is the password. Takes as long for a person without a password."""
    is_right = await off_loop(_verify, password_hash or _NOBODYS, password)
    return is_right and password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Return whether the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
