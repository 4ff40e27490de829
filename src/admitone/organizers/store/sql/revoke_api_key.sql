-- Purpose: end a key for good.
-- Inputs: organization_id, id, now.  Outputs: rowcount 1 where a live key was revoked.
-- Invariant: the first revocation's time stays.
UPDATE organizers.api_keys
SET revoked_at = %(now)s
WHERE organization_id = %(organization_id)s AND id = %(id)s AND revoked_at IS NULL
