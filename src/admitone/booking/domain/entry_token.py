"""The token of a place on the waiting list: the entry's id and a signature, so that a link needs nothing else."""

from admitone.kit.keys import KeyRing

_PURPOSE = "waiting list entry "


def entry_token(keys: KeyRing, entry_id: str) -> str:
    return f"{entry_id}.{keys.sign(_PURPOSE + entry_id)}"


def read_entry_token(keys: KeyRing, token: str) -> str | None:
    """Return the id of the entry, or None where the token is none of ours."""
    entry_id, _, signature = token.partition(".")
    return entry_id if keys.is_signature(_PURPOSE + entry_id, signature) else None
