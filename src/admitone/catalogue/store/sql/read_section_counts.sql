-- Purpose: how many seats of which category the sections of some seat maps have.
-- Inputs: ids (text[]).  Outputs: id, seat_count, sections (JSON).
SELECT id, seat_count, sections::text AS sections
FROM catalogue.seat_maps
WHERE id = ANY(%(ids)s)
