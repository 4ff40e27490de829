"""Optimistic concurrency: a change names the revisions that it was made from (`If-Match` over HTTP)."""

from admitone.kit.refusal import Kind, Refusal

Revisions = frozenset[int]
"""Revisions that a change may replace. None: any."""


class VersionMismatch(Refusal):
    """Another caller changed the record after this caller read it."""

    code = "version-mismatch"
    kind = Kind.STALE

    def __init__(self, revision: int | None = None) -> None:
        if revision is None:
            super().__init__("It has changed since you loaded it. Read it again.")
        else:
            super().__init__(
                f'It has changed since you loaded it: the current version is "{revision}". Read it again.',
                revision=revision,
            )


def check_version(expected: Revisions | None, revision: int) -> None:
    """Raise `VersionMismatch` where the current revision is not one of the expected ones."""
    if expected is not None and revision not in expected:
        raise VersionMismatch(revision)
