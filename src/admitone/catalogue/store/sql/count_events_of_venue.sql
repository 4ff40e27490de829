-- Purpose: does anything refer to this venue?
-- Inputs: organization_id, id.  Outputs: count.
SELECT count(*) AS count
FROM catalogue.events
WHERE organization_id = %(organization_id)s AND venue_id = %(id)s
