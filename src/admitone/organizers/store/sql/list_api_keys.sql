-- Purpose: the API keys of an organization, revoked and expired ones too, the newest first.
-- Inputs: organization_id.  Outputs: id, role, label, created_at, last_used_at, expires_at, revoked_at.
SELECT id, role, label, created_at, last_used_at, expires_at, revoked_at
FROM organizers.api_keys
WHERE organization_id = %(organization_id)s
ORDER BY created_at DESC, id DESC
