-- Purpose: another name for a seat map; all that may change of it.
-- Inputs: organization_id, id, name, sort_key, search_key, now.  Outputs: revision.
UPDATE catalogue.seat_maps
SET name = %(name)s, sort_key = %(sort_key)s, search_key = %(search_key)s,
    revision = revision + 1, updated_at = %(now)s
WHERE organization_id = %(organization_id)s AND id = %(id)s
RETURNING revision
