-- Purpose: a page of everybody's performers, those with most to see first.
-- Inputs: patterns (text[], all must be LIKE the search key), prefix (LIKE pattern of a good match), size, skip.
-- Outputs: one row: total, records (JSON array).
WITH found AS (
    SELECT * FROM catalogue.performers WHERE search_key LIKE ALL(%(patterns)s)
)
SELECT
    (SELECT count(*) FROM found) AS total,
    (
        SELECT coalesce(json_agg(one), '[]')::text
        FROM (
            SELECT * FROM found
            ORDER BY (search_key LIKE %(prefix)s) DESC, event_count DESC, sort_key, id
            LIMIT %(size)s OFFSET %(skip)s
        ) AS one
    ) AS records
