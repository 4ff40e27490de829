-- Purpose: what an import may be about to change.
-- Inputs: organization_id, external_ids (text[]).  Outputs: record (JSON) each, locked.
SELECT to_json(found)::text AS record
FROM catalogue.performers AS found
WHERE organization_id = %(organization_id)s AND external_id = ANY(%(external_ids)s)
ORDER BY id
FOR UPDATE
