"""The ids of the installation's secrets in the database, so that a host with another secret is recognized.

An id is 24 bits of a key that is derived from the secret (HKDF-SHA256); it reveals nothing about the secret, and
signatures contain it anyway.
"""

from collections.abc import Sequence

import psycopg

from admitone.kit.keys import key_id

_INSERT = "insert into public.admitone_secret_ring (key_ids) values (%s) on conflict do nothing"
_READ = "select key_ids from public.admitone_secret_ring for update"
_UPDATE = "update public.admitone_secret_ring set key_ids = %s, recorded_at = now() where key_ids <> %s"


def compare_secrets(database_url: str, secrets: Sequence[str], *, adopt: bool = False) -> list[str] | None:
    """Record the ids of these secrets (the newest first) if they belong to the installation, and return None.

    They belong to it if nothing is recorded, or if the secret that signed at the last recording is one of them: hosts
    are one step of a rotation apart. Otherwise return the recorded ids and change nothing, unless `adopt` is set.
    Raises `psycopg.Error`.
    """
    ids = [key_id(secret) for secret in secrets]
    with psycopg.connect(database_url) as conn:
        conn.execute(_INSERT, [ids])
        row = conn.execute(_READ).fetchone()
        assert row is not None
        recorded: list[str] = row[0]
        if recorded[0] not in ids and not adopt:
            return recorded
        conn.execute(_UPDATE, [ids, ids])
    return None
