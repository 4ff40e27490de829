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
    ) AS records
