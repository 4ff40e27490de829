-- Purpose: one venue of an organization.
-- Inputs: organization_id, id.  Outputs: record (JSON), none for another organization's.
SELECT to_json(found)::text AS record
FROM catalogue.venues AS found
WHERE organization_id = %(organization_id)s AND id = %(id)s
