-- Purpose: does anything refer to this performer?
-- Inputs: organization_id, id.  Outputs: count.
SELECT count(*) AS count
FROM catalogue.events
WHERE organization_id = %(organization_id)s AND performer_ids @> ARRAY[%(id)s::text]
