-- Purpose: all events of a venue, which change when the venue does.
-- Inputs: organization_id, id.  Outputs: record (JSON) each, locked in id order.
SELECT to_json(found)::text AS record
FROM catalogue.events AS found
WHERE organization_id = %(organization_id)s AND venue_id = %(id)s
ORDER BY id
FOR UPDATE
