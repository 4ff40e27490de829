-- name: insert_organization
-- Purpose: insert an organization.
-- Inputs: id, name, now.  Outputs: none.  Invariant: an id is never reused (primary key).
INSERT INTO organizers.organizations (id, name, created_at)
VALUES (%(id)s, %(name)s, %(now)s);


-- name: read_organization_name
-- Purpose: read the name of an organization.
-- Inputs: id.  Outputs: name.
SELECT name
FROM organizers.organizations
WHERE id = %(id)s;


-- name: find_organization
-- Purpose: find an organization by its name; the oldest of several.
-- Inputs: name.  Outputs: id.
SELECT id
FROM organizers.organizations
WHERE name = %(name)s
ORDER BY created_at, id
LIMIT 1;


-- name: insert_api_key
-- Purpose: insert an API key of an organization.
-- Inputs: id, organization_id, key_hash (32 bytes), role, label, now, expires_at (null: never).  Outputs: rowcount 0 where the organization is unknown.
-- Invariant: the key itself is never stored.
INSERT INTO organizers.api_keys (id, organization_id, key_hash, role, label, created_at, expires_at)
SELECT %(id)s, id, %(key_hash)s, %(role)s, %(label)s, %(now)s, %(expires_at)s
FROM organizers.organizations
WHERE id = %(organization_id)s;


-- name: revoke_api_key
-- Purpose: revoke an API key.
-- Inputs: organization_id, id, now.  Outputs: label, role of a live key that was revoked.
-- Invariant: the first revocation's time stays.
UPDATE organizers.api_keys
SET revoked_at = %(now)s
WHERE organization_id = %(organization_id)s AND id = %(id)s AND revoked_at IS NULL
RETURNING label, role;


-- name: list_api_keys
-- Purpose: list the API keys of an organization, revoked and expired ones too, the newest first.
-- Inputs: organization_id.  Outputs: id, role, label, created_at, last_used_at, expires_at, revoked_at.
SELECT id, role, label, created_at, last_used_at, expires_at, revoked_at
FROM organizers.api_keys
WHERE organization_id = %(organization_id)s
ORDER BY created_at DESC, id DESC;


-- name: list_organizations
-- Purpose: list every organization of the installation, by name.
-- Inputs: none.  Outputs: id, name, created_at, live_keys (how many of its API keys work at `now`), owners (how many people own it in the console).
SELECT o.id, o.name, o.created_at,
       (SELECT count(*) FROM organizers.api_keys k
         WHERE k.organization_id = o.id AND k.revoked_at IS NULL
           AND (k.expires_at IS NULL OR k.expires_at > %(now)s)) AS live_keys,
       (SELECT count(*) FROM organizers.memberships m
         WHERE m.organization_id = o.id AND m.role = 'owner') AS owners
FROM organizers.organizations o
ORDER BY lower(o.name), o.id;


-- name: read_identity
-- Purpose: find the organization of an API key.
-- Inputs: key_hash, now, touch_before.  Outputs: id, organization_id, role, label, expires_at; no row for an unknown, revoked or expired key.
-- Invariant: last_used_at is written only where it is older than touch_before.
WITH found AS (
    SELECT id, organization_id, role, label, last_used_at, expires_at
    FROM organizers.api_keys
    WHERE key_hash = %(key_hash)s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %(now)s)
),
touched AS (
    UPDATE organizers.api_keys
    SET last_used_at = %(now)s
    WHERE id IN (SELECT id FROM found WHERE last_used_at IS NULL OR last_used_at < %(touch_before)s)
)
SELECT id, organization_id, role, label, expires_at FROM found;
