"""Write refused attempts to sign in into the audit trail: a wrong password or code, and a limit that is reached.

An entry names the person whose account was tried, and the address and user agent of the client. It contains nothing
that the client typed. Entries are limited by account and kind.
"""

from datetime import datetime

from admitone.kit.postgres import Connection
from admitone.organizers.contracts import Origin
from admitone.organizers.domain.member import Person
from admitone.organizers.domain.sign_in_limits import bucket_of_entries
from admitone.organizers.store import people
from admitone.organizers.store import sign_in_attempts as attempts
from admitone.organizers.usecases.credentials.start_session import record_sign_in

LIMIT_REACHED = "signInLimitReached"


async def record_refused_attempt(
    conn: Connection, *, person: Person | None, account: str, origin: Origin, action: str, now: datetime
) -> None:
    """Append an entry in each organization of the person. `account`: the address or the id that was tried.

    An account that does not exist costs the same statements, so that the time of an answer does not tell.
    """
    bucket = bucket_of_entries(account, action)
    count, _ = await attempts.count_attempt(conn, bucket=bucket.name, now=now)
    organizations = await people.list_organizations_of_person(conn, person_id="" if person is None else person.id)
    if person is None or count > bucket.attempts_max:
        return
    for organization in organizations:
        await record_sign_in(
            conn, person=person, organization_id=organization.organization_id, origin=origin, action=action, now=now
        )
