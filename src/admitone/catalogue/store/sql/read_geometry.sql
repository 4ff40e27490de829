-- Purpose: the public drawing of a seat map.
-- Inputs: id.  Outputs: geometry_gzip, geometry_digest.
SELECT geometry_gzip, geometry_digest
FROM catalogue.seat_maps
WHERE id = %(id)s
