-- Purpose: the venues that imported lines refer to by the sender's id.
-- Inputs: organization_id, ids (text[]).  Outputs: reference, id, timezone.
SELECT external_id AS reference, id, timezone
FROM catalogue.venues
WHERE organization_id = %(organization_id)s AND external_id = ANY(%(ids)s)
