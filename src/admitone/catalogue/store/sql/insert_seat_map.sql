-- Purpose: a new seat map.
-- Inputs: row (JSON object of its columns but the drawings), plan_gzip, geometry_gzip, geometry_digest.
-- Invariant: the drawings are never updated.
INSERT INTO catalogue.seat_maps (
    id, organization_id, revision, name, seat_count, sections, categories, sort_key, search_key,
    created_at, updated_at, plan_gzip, geometry_gzip, geometry_digest
)
SELECT
    id, organization_id, revision, name, seat_count, sections, categories, sort_key, search_key,
    created_at, updated_at, %(plan_gzip)s, %(geometry_gzip)s, %(geometry_digest)s
FROM json_populate_record(NULL::catalogue.seat_maps, %(row)s::json)
