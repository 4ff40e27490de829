-- Purpose: whose key is this?
-- Inputs: key_hash, now, touch_before.  Outputs: id, organization_id, role; no row for an unknown, revoked or expired key.
-- Invariant: last_used_at is written only where it is older than touch_before.
WITH found AS (
    SELECT id, organization_id, role, last_used_at, expires_at
    FROM organizers.api_keys
    WHERE key_hash = %(key_hash)s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %(now)s)
),
touched AS (
    UPDATE organizers.api_keys
    SET last_used_at = %(now)s
    WHERE id IN (SELECT id FROM found WHERE last_used_at IS NULL OR last_used_at < %(touch_before)s)
)
SELECT id, organization_id, role, expires_at FROM found
