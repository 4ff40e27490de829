-- Purpose: one event of an organization.
-- Inputs: organization_id, id.  Outputs: record (JSON), none for another organization's.
SELECT to_json(found)::text AS record
FROM catalogue.events AS found
WHERE organization_id = %(organization_id)s AND id = %(id)s
