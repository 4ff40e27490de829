-- Purpose: every organization of the installation, by name.
-- Inputs: none.  Outputs: id, name, created_at, live_keys (how many of its API keys work at `now`).
SELECT o.id, o.name, o.created_at,
       (SELECT count(*) FROM organizers.api_keys k
         WHERE k.organization_id = o.id AND k.revoked_at IS NULL
           AND (k.expires_at IS NULL OR k.expires_at > %(now)s)) AS live_keys
FROM organizers.organizations o
ORDER BY lower(o.name), o.id
