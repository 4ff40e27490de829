-- Purpose: the seat maps that drafts refer to.
-- Inputs: organization_id, ids (text[]).  Outputs: id, categories (JSON), sections (JSON).
SELECT id, categories::text AS categories, sections::text AS sections
FROM catalogue.seat_maps
WHERE organization_id = %(organization_id)s AND id = ANY(%(ids)s)
