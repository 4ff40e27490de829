-- Purpose: does any event use this seat map?
-- Inputs: organization_id, id.  Outputs: count.
SELECT count(*) AS count
FROM catalogue.events
WHERE organization_id = %(organization_id)s AND seat_map_id = %(id)s
