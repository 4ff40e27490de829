-- name: insert_seat_map
-- Purpose: a new seat map.
-- Inputs: row (JSON object of its columns but the drawings), seating_plan_gzip, geometry_gzip, geometry_digest.
-- Invariant: the drawings are never updated.
INSERT INTO catalogue.seat_maps (
    id, organization_id, revision, name, seat_count, sections, categories, sort_key, search_key,
    created_at, updated_at, room, seating_plan_gzip, geometry_gzip, geometry_digest
)
SELECT
    id, organization_id, revision, name, seat_count, sections, categories, sort_key, search_key,
    created_at, updated_at, room, %(seating_plan_gzip)s, %(geometry_gzip)s, %(geometry_digest)s
FROM json_populate_record(NULL::catalogue.seat_maps, %(row)s::json);


-- name: lock_seat_map
-- Purpose: a seat map of an organization, locked until the transaction ends.
-- Inputs: organization_id, id.  Outputs: record (JSON), seating_plan_gzip.
SELECT
    json_build_object(
        'id', id, 'organization_id', organization_id, 'revision', revision, 'name', name,
        'seat_count', seat_count, 'sections', sections, 'categories', categories,
        'sort_key', sort_key, 'search_key', search_key, 'created_at', created_at, 'updated_at', updated_at,
        'room', room
    )::text AS record,
    seating_plan_gzip
FROM catalogue.seat_maps
WHERE organization_id = %(organization_id)s AND id = %(id)s
FOR UPDATE;


-- name: read_seat_map
-- Purpose: a seat map of an organization, with the plan it was made of.
-- Inputs: organization_id, id.  Outputs: record (JSON), seating_plan_gzip.
SELECT
    json_build_object(
        'id', id, 'organization_id', organization_id, 'revision', revision, 'name', name,
        'seat_count', seat_count, 'sections', sections, 'categories', categories,
        'sort_key', sort_key, 'search_key', search_key, 'created_at', created_at, 'updated_at', updated_at,
        'room', room
    )::text AS record,
    seating_plan_gzip
FROM catalogue.seat_maps
WHERE organization_id = %(organization_id)s AND id = %(id)s;


-- name: list_seat_maps
-- Purpose: a page of an organization's seat maps, without their drawings.
-- Inputs: organization_id, patterns (text[], all must be LIKE the search key), size, skip.
-- Outputs: one row: total, records (JSON array).
WITH found AS (
    SELECT *
    FROM catalogue.seat_maps
    WHERE organization_id = %(organization_id)s AND search_key LIKE ALL(%(patterns)s)
)
SELECT
    (SELECT count(*) FROM found) AS total,
    (
        SELECT coalesce(json_agg(json_build_object(
            'id', id, 'organization_id', organization_id, 'revision', revision, 'name', name,
            'seat_count', seat_count, 'sections', sections, 'categories', categories,
            'sort_key', sort_key, 'search_key', search_key, 'created_at', created_at, 'updated_at', updated_at
        ) ORDER BY sort_key, id), '[]')::text
        FROM (SELECT * FROM found ORDER BY sort_key, id LIMIT %(size)s OFFSET %(skip)s) AS one
    ) AS records;


-- name: rename_seat_map
-- Purpose: another name for a seat map; all that may change of it.
-- Inputs: organization_id, id, name, sort_key, search_key, now.  Outputs: revision.
UPDATE catalogue.seat_maps
SET name = %(name)s, sort_key = %(sort_key)s, search_key = %(search_key)s,
    revision = revision + 1, updated_at = %(now)s
WHERE organization_id = %(organization_id)s AND id = %(id)s
RETURNING revision;


-- name: delete_seat_map
-- Purpose: remove a seat map.
-- Inputs: organization_id, id.  Outputs: rowcount.
DELETE FROM catalogue.seat_maps
WHERE organization_id = %(organization_id)s AND id = %(id)s;


-- name: count_events_of_seat_map
-- Purpose: does any event use this seat map?
-- Inputs: organization_id, id.  Outputs: count.
SELECT count(*) AS count
FROM catalogue.events
WHERE organization_id = %(organization_id)s AND seat_map_id = %(id)s;


-- name: read_geometry
-- Purpose: the public drawing of a seat map.
-- Inputs: id.  Outputs: geometry_gzip, geometry_digest.
SELECT geometry_gzip, geometry_digest
FROM catalogue.seat_maps
WHERE id = %(id)s;


-- name: read_section_counts
-- Purpose: how many seats of which category the sections of some seat maps have.
-- Inputs: ids (text[]).  Outputs: id, seat_count, sections (JSON).
SELECT id, seat_count, sections::text AS sections
FROM catalogue.seat_maps
WHERE id = ANY(%(ids)s);
