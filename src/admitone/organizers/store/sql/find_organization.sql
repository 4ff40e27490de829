-- Purpose: an organization by its name, the oldest where several have it.
-- Inputs: name.  Outputs: id.
SELECT id
FROM organizers.organizations
WHERE name = %(name)s
ORDER BY created_at, id
LIMIT 1
