-- name: insert_session
-- Purpose: a new session of a person in one of their organizations.
-- Inputs: id, person_id, organization_id, token_hash (32 bytes), now, ends_at, awaits_code, address,
--         agent.  Outputs: none.
-- Invariant: the token itself is never stored.
INSERT INTO organizers.sessions
    (id, person_id, organization_id, token_hash, created_at, authenticated_at, last_seen_at, ends_at,
     awaits_code, address, agent)
VALUES
    (%(id)s, %(person_id)s, %(organization_id)s, %(token_hash)s, %(now)s, %(now)s, %(now)s, %(ends_at)s,
     %(awaits_code)s, %(address)s, %(agent)s);


-- name: read_session
-- Purpose: whose session is this, and what may they do?
-- Inputs: token_hash, now, idle_before, touch_before.
-- Outputs: id, organization_id, role, person_id, name, is_operator, authenticated_at (null: the person has neither password,
--          passkey nor account at a provider); no row for an unknown or ended session, and for a person who is no member any more.
-- Invariant: last_seen_at is written only where it is older than touch_before.
WITH found AS (
    SELECT s.id, s.organization_id, m.role, s.person_id, p.name, s.last_seen_at,
           p.operator_since IS NOT NULL AS is_operator,
           CASE WHEN p.password_hash IS NOT NULL
                  OR EXISTS (SELECT FROM organizers.passkeys k WHERE k.person_id = p.id)
                  OR EXISTS (SELECT FROM organizers.provider_accounts a WHERE a.person_id = p.id) THEN s.authenticated_at END AS authenticated_at
    FROM organizers.sessions s
    JOIN organizers.people p ON p.id = s.person_id
    JOIN organizers.memberships m ON m.organization_id = s.organization_id AND m.person_id = s.person_id
    WHERE s.token_hash = %(token_hash)s AND s.ended_at IS NULL AND NOT s.awaits_code
      AND s.ends_at > %(now)s AND s.last_seen_at > %(idle_before)s
),
touched AS (
    UPDATE organizers.sessions
    SET last_seen_at = %(now)s
    WHERE id IN (SELECT id FROM found WHERE last_seen_at < %(touch_before)s)
)
SELECT id, organization_id, role, person_id, name, is_operator, authenticated_at FROM found;


-- name: read_waiting_session
-- Purpose: a session whose password was right, and whose code is missing.
-- Inputs: token_hash, now.  Outputs: id, person_id, organization_id; no row if there is no such session, or it took too long.
SELECT id, person_id, organization_id
FROM organizers.sessions
WHERE token_hash = %(token_hash)s AND awaits_code AND ended_at IS NULL AND ends_at > %(now)s;


-- name: open_waiting_session
-- Purpose: the code was right.
-- Inputs: id, token_hash (of a new token), ends_at.  Outputs: rowcount 0 where the session was opened or ended before.
UPDATE organizers.sessions
SET awaits_code = false, token_hash = %(token_hash)s, ends_at = %(ends_at)s
WHERE id = %(id)s AND awaits_code AND ended_at IS NULL;


-- name: end_session
-- Purpose: sign out.
-- Inputs: person_id, id, now.  Outputs: rowcount 1 where a session of this person was running.
UPDATE organizers.sessions
SET ended_at = %(now)s
WHERE id = %(id)s AND person_id = %(person_id)s AND ended_at IS NULL;


-- name: list_sessions
-- Purpose: the sessions of a person that still run, the last used first.
-- Inputs: person_id, now, idle_before.  Outputs: id, organization_name, created_at, last_seen_at, address, agent.
SELECT s.id, o.name AS organization_name, s.created_at, s.last_seen_at, s.address, s.agent
FROM organizers.sessions s
JOIN organizers.organizations o ON o.id = s.organization_id
WHERE s.person_id = %(person_id)s AND s.ended_at IS NULL AND NOT s.awaits_code
  AND s.ends_at > %(now)s AND s.last_seen_at > %(idle_before)s
ORDER BY s.last_seen_at DESC, s.id DESC;


-- name: end_other_sessions
-- Purpose: sign out everywhere else.
-- Inputs: person_id, keep_id, now.  Outputs: none.
UPDATE organizers.sessions
SET ended_at = %(now)s
WHERE person_id = %(person_id)s AND id <> %(keep_id)s AND ended_at IS NULL;


-- name: end_oldest_sessions
-- Purpose: a person has at most `most` sessions; those used the longest ago end.
-- Inputs: person_id, most, now.  Outputs: none.
UPDATE organizers.sessions
SET ended_at = %(now)s
WHERE id IN (
    SELECT id FROM organizers.sessions
    WHERE person_id = %(person_id)s AND ended_at IS NULL AND ends_at > %(now)s
    ORDER BY last_seen_at DESC, id DESC
    OFFSET %(most)s
);


-- name: end_sessions_in_organization
-- Purpose: a person who is no member any more is signed out there, also if they become a member again.
-- Inputs: person_id, organization_id, now.  Outputs: none.
UPDATE organizers.sessions
SET ended_at = %(now)s
WHERE person_id = %(person_id)s AND organization_id = %(organization_id)s AND ended_at IS NULL;


-- name: refresh_session
-- Purpose: the person proved who they are.
-- Inputs: person_id, id, now.  Outputs: none.
UPDATE organizers.sessions
SET authenticated_at = %(now)s
WHERE id = %(id)s AND person_id = %(person_id)s AND ended_at IS NULL;


-- name: move_session
-- Purpose: go on in another organization of the person.
-- Inputs: person_id, id, organization_id.  Outputs: rowcount 0 where the person is no member there.
UPDATE organizers.sessions s
SET organization_id = m.organization_id
FROM organizers.memberships m
WHERE s.id = %(id)s AND s.person_id = %(person_id)s AND s.ended_at IS NULL
  AND m.person_id = s.person_id AND m.organization_id = %(organization_id)s;


-- name: is_known_address
-- Purpose: did this person sign in from here before?
-- Inputs: person_id, address, since.  Outputs: known.
SELECT EXISTS (
    SELECT FROM organizers.sessions
    WHERE person_id = %(person_id)s AND address = %(address)s AND created_at > %(since)s AND NOT awaits_code
) AS known;


-- name: find_last_organization
-- Purpose: where a person worked last, if they are still a member; else where they became a member first.
-- Inputs: person_id.  Outputs: organization_id, role.
SELECT m.organization_id, m.role
FROM organizers.memberships m
WHERE m.person_id = %(person_id)s
ORDER BY (SELECT max(s.last_seen_at) FROM organizers.sessions s
           WHERE s.person_id = m.person_id AND s.organization_id = m.organization_id) DESC NULLS LAST,
         m.created_at, m.organization_id
LIMIT 1;
