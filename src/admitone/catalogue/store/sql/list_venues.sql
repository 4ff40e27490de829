-- Purpose: a page of an organization's venues.
-- Inputs: organization_id, patterns (text[], all must be LIKE the search key), size, skip.
-- Outputs: one row: total, records (JSON array).
WITH found AS (
    SELECT * FROM catalogue.venues
    WHERE organization_id = %(organization_id)s AND search_key LIKE ALL(%(patterns)s)
)
SELECT
    (SELECT count(*) FROM found) AS total,
    (
        SELECT coalesce(json_agg(one), '[]')::text
        FROM (SELECT * FROM found ORDER BY sort_key, id LIMIT %(size)s OFFSET %(skip)s) AS one
    ) AS records
