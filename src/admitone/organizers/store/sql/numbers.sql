-- name: count_api_keys
-- Purpose: how many API keys of an organization work?
-- Inputs: owner_id (of the organization), now.  Outputs: number.
SELECT count(*) AS number
FROM organizers.api_keys
WHERE organization_id = %(owner_id)s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %(now)s);


-- name: count_invitations
-- Purpose: how many invitations of an organization still work?
-- Inputs: owner_id (of the organization), now.  Outputs: number.
SELECT count(*) AS number
FROM organizers.one_time_links
WHERE organization_id = %(owner_id)s AND purpose = 'invitation'
  AND used_at IS NULL AND revoked_at IS NULL AND expires_at > %(now)s;


-- name: count_members
-- Purpose: how many members has an organization?
-- Inputs: owner_id (of the organization), now (unused).  Outputs: number.
SELECT count(*) AS number
FROM organizers.memberships
WHERE organization_id = %(owner_id)s;


-- name: count_terms
-- Purpose: how many versions do the terms of an organization have?
-- Inputs: owner_id (of the organization), now (unused).  Outputs: number.
SELECT count(*) AS number
FROM organizers.terms
WHERE organization_id = %(owner_id)s;
