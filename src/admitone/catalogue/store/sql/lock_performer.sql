-- Purpose: one performer of an organization, locked until the transaction ends.
-- Inputs: organization_id, id.  Outputs: record (JSON), none for another organization's.
SELECT to_json(found)::text AS record
FROM catalogue.performers AS found
WHERE organization_id = %(organization_id)s AND id = %(id)s
FOR UPDATE
