-- Purpose: all events of a performer, which change when the performer does.
-- Inputs: organization_id, id.  Outputs: record (JSON) each, locked in id order.
SELECT to_json(found)::text AS record
FROM catalogue.events AS found
WHERE organization_id = %(organization_id)s AND performer_ids @> ARRAY[%(id)s::text]
ORDER BY id
FOR UPDATE
