-- name: insert_link
-- Purpose: a new link that works once.
-- Inputs: id, token_hash (32 bytes), purpose, organization_id, role, person_id, email, created_by, now, expires_at.
-- Outputs: rowcount 0 where the organization is unknown.  Invariant: the token itself is never stored.
INSERT INTO organizers.one_time_links
    (id, token_hash, purpose, organization_id, role, person_id, email, created_by, created_at, expires_at)
SELECT %(id)s, %(token_hash)s, %(purpose)s, o.id, %(role)s, %(person_id)s, %(email)s, %(created_by)s, %(now)s,
       %(expires_at)s
FROM organizers.organizations o
WHERE o.id = %(organization_id)s;


-- name: read_link
-- Purpose: what does this link do?
-- Inputs: token_hash, now.  Outputs: purpose, organization_id, organization_name, role, person_id, person_name, email; no
--         row where it is unknown, used, revoked or expired.
SELECT l.purpose, l.organization_id, o.name AS organization_name, l.role, l.person_id, p.name AS person_name, l.email
FROM organizers.one_time_links l
JOIN organizers.organizations o ON o.id = l.organization_id
LEFT JOIN organizers.people p ON p.id = l.person_id
WHERE l.token_hash = %(token_hash)s AND l.used_at IS NULL AND l.revoked_at IS NULL AND l.expires_at > %(now)s;


-- name: use_link
-- Purpose: use a link up.
-- Inputs: token_hash, now.  Outputs: rowcount 1 for the one request that may go on.
-- Invariant: a link works once, also for two requests at the same moment (row lock, then the condition again).
UPDATE organizers.one_time_links
SET used_at = %(now)s
WHERE token_hash = %(token_hash)s AND used_at IS NULL AND revoked_at IS NULL AND expires_at > %(now)s;


-- name: list_invitations
-- Purpose: the invitations of an organization that still work, the newest first.
-- Inputs: organization_id, now.  Outputs: id, role, email, created_at, expires_at.
SELECT id, role, email, created_at, expires_at
FROM organizers.one_time_links
WHERE organization_id = %(organization_id)s AND purpose = 'invitation'
  AND used_at IS NULL AND revoked_at IS NULL AND expires_at > %(now)s
ORDER BY created_at DESC, id DESC;


-- name: revoke_invitation
-- Purpose: an invitation does not work any more.
-- Inputs: organization_id, id, now.  Outputs: role of a working invitation of this organization.
UPDATE organizers.one_time_links
SET revoked_at = %(now)s
WHERE organization_id = %(organization_id)s AND id = %(id)s AND purpose = 'invitation'
  AND used_at IS NULL AND revoked_at IS NULL AND expires_at > %(now)s
RETURNING role;


-- name: revoke_invitations_of
-- Purpose: the invitations of a person or an API key that may invite no longer stop working.
-- Inputs: organization_id, created_by, now.  Outputs: none.
-- Invariant: an owner who is removed, or the holder of a revoked key, cannot come back by an invitation.
UPDATE organizers.one_time_links
SET revoked_at = %(now)s
WHERE organization_id = %(organization_id)s AND created_by = %(created_by)s AND purpose = 'invitation'
  AND used_at IS NULL AND revoked_at IS NULL;


-- name: revoke_access_links
-- Purpose: a new password ends the links by which its person could set another one.
-- Inputs: person_id, now.  Outputs: none.
UPDATE organizers.one_time_links
SET revoked_at = %(now)s
WHERE person_id = %(person_id)s AND purpose = 'access' AND used_at IS NULL AND revoked_at IS NULL;
