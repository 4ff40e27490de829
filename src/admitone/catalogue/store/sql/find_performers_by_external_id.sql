-- Purpose: the performers that imported lines refer to by the sender's id.
-- Inputs: organization_id, ids (text[]).  Outputs: reference, id.
SELECT external_id AS reference, id
FROM catalogue.performers
WHERE organization_id = %(organization_id)s AND external_id = ANY(%(ids)s)
