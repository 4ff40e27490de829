-- name: insert_session
-- Purpose: a new session of a person in one of their organizations.
-- Inputs: id, person_id, organization_id, token_hash (32 bytes), now, ends_at, address, agent.  Outputs: none.
-- Invariant: the token itself is never stored.
INSERT INTO organizers.sessions
    (id, person_id, organization_id, token_hash, created_at, authenticated_at, last_seen_at, ends_at, address, agent)
VALUES
    (%(id)s, %(person_id)s, %(organization_id)s, %(token_hash)s, %(now)s, %(now)s, %(now)s, %(ends_at)s, %(address)s,
     %(agent)s);


-- name: read_session
-- Purpose: whose session is this, and what may they do?
-- Inputs: token_hash, now, idle_before, touch_before.
-- Outputs: id, organization_id, role, person_id, name, authenticated_at; no row for an unknown or ended session, and
--          for a person who is no member any more.
-- Invariant: last_seen_at is written only where it is older than touch_before.
WITH found AS (
    SELECT s.id, s.organization_id, m.role, s.person_id, p.name, s.authenticated_at, s.last_seen_at
    FROM organizers.sessions s
    JOIN organizers.people p ON p.id = s.person_id
    JOIN organizers.memberships m ON m.organization_id = s.organization_id AND m.person_id = s.person_id
    WHERE s.token_hash = %(token_hash)s AND s.ended_at IS NULL
      AND s.ends_at > %(now)s AND s.last_seen_at > %(idle_before)s
),
touched AS (
    UPDATE organizers.sessions
    SET last_seen_at = %(now)s
    WHERE id IN (SELECT id FROM found WHERE last_seen_at < %(touch_before)s)
)
SELECT id, organization_id, role, person_id, name, authenticated_at FROM found;


-- name: end_session
-- Purpose: sign out.
-- Inputs: person_id, id, now.  Outputs: rowcount 1 where a session of this person was running.
UPDATE organizers.sessions
SET ended_at = %(now)s
WHERE id = %(id)s AND person_id = %(person_id)s AND ended_at IS NULL;
