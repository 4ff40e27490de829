-- Purpose: a new API key of an organization.
-- Inputs: id, organization_id, key_hash (32 bytes), role, label, now, expires_at (null: never).  Outputs: rowcount 0 where the organization is unknown.
-- Invariant: the key itself is never stored.
INSERT INTO organizers.api_keys (id, organization_id, key_hash, role, label, created_at, expires_at)
SELECT %(id)s, id, %(key_hash)s, %(role)s, %(label)s, %(now)s, %(expires_at)s
FROM organizers.organizations
WHERE id = %(organization_id)s
