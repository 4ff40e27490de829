-- Purpose: remove a seat map.
-- Inputs: organization_id, id.  Outputs: rowcount.
DELETE FROM catalogue.seat_maps
WHERE organization_id = %(organization_id)s AND id = %(id)s
