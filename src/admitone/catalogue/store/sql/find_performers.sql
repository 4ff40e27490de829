-- Purpose: the performers that drafts refer to by id.
-- Inputs: organization_id, ids (text[]).  Outputs: reference, id.
-- Invariant: another organization's performer is unknown. The share lock keeps it until the event is written.
SELECT id AS reference, id
FROM catalogue.performers
WHERE organization_id = %(organization_id)s AND id = ANY(%(ids)s)
ORDER BY id
FOR SHARE
