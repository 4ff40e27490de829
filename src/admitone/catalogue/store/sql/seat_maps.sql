-- name: insert_seat_map
-- Purpose: a new seat map.
-- Inputs: row (JSON object of its columns but the drawings), seating_plan_gzip, geometry_gzip, geometry_digest,
--   geometry_columns_gzip.
-- Invariant: the drawings are never updated.
INSERT INTO catalogue.seat_maps (
    id, organization_id, revision, name, seat_count, sections, categories, sort_key, search_key,
    created_at, updated_at, room, seating_plan_gzip, geometry_gzip, geometry_digest, geometry_columns_gzip
)
SELECT
    id, organization_id, revision, name, seat_count, sections, categories, sort_key, search_key,
    created_at, updated_at, room, %(seating_plan_gzip)s, %(geometry_gzip)s, %(geometry_digest)s, %(geometry_columns_gzip)s
FROM json_populate_record(NULL::catalogue.seat_maps, %(row)s::json);


-- name: lock_seat_map
-- Purpose: read and lock a seat map of an organization until the transaction ends.
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
-- Purpose: read a seat map of an organization, with its seating plan.
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
-- Purpose: list a page of an organization's seat maps, without their drawings.
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
-- Purpose: rename a seat map; nothing else of it changes.
-- Inputs: organization_id, id, name, sort_key, search_key, now.  Outputs: revision.
UPDATE catalogue.seat_maps
SET name = %(name)s, sort_key = %(sort_key)s, search_key = %(search_key)s,
    revision = revision + 1, updated_at = %(now)s
WHERE organization_id = %(organization_id)s AND id = %(id)s
RETURNING revision;


-- name: delete_seat_map
-- Purpose: delete a seat map.
-- Inputs: organization_id, id.  Outputs: rowcount.
DELETE FROM catalogue.seat_maps
WHERE organization_id = %(organization_id)s AND id = %(id)s;


-- name: count_events_of_seat_map
-- Purpose: count the events that use this seat map.
-- Inputs: organization_id, id.  Outputs: count.
SELECT count(*) AS count
FROM catalogue.events
WHERE organization_id = %(organization_id)s AND seat_map_id = %(id)s;


-- name: read_geometry
-- Purpose: read the public drawing of a seat map.
-- Inputs: id.  Outputs: geometry_gzip, geometry_digest.
SELECT geometry_gzip, geometry_digest
FROM catalogue.seat_maps
WHERE id = %(id)s;


-- name: read_columns
-- Purpose: the columnar drawing of a seat map; where it is missing, the drawing to make it from.
-- Inputs: id.  Outputs: geometry_columns_gzip, geometry_gzip (one of the two is NULL), geometry_digest.
SELECT
    geometry_columns_gzip,
    CASE WHEN geometry_columns_gzip IS NULL THEN geometry_gzip END AS geometry_gzip,
    geometry_digest
FROM catalogue.seat_maps
WHERE id = %(id)s;


-- name: fill_columns
-- Purpose: the columnar drawing of a seat map that an older release inserted.
-- Inputs: id, geometry_columns_gzip.  Outputs: rowcount.
-- Invariant: a drawing that is present is never updated.
UPDATE catalogue.seat_maps
SET geometry_columns_gzip = %(geometry_columns_gzip)s
WHERE id = %(id)s AND geometry_columns_gzip IS NULL;


-- name: read_section_counts
-- Purpose: read the seats by section and category of some seat maps.
-- Inputs: ids (text[]).  Outputs: id, seat_count, sections (JSON).
SELECT id, seat_count, sections::text AS sections
FROM catalogue.seat_maps
WHERE id = ANY(%(ids)s);
