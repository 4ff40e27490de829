-- Purpose: the venues that drafts refer to by id.
-- Inputs: organization_id, ids (text[]).  Outputs: reference, id, timezone.
-- Invariant: another organization's venue is unknown. The share lock keeps it until the event is written.
SELECT id AS reference, id, timezone
FROM catalogue.venues
WHERE organization_id = %(organization_id)s AND id = ANY(%(ids)s)
ORDER BY id
FOR SHARE
