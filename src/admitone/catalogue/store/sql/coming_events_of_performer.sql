-- Purpose: a page of the published events of a performer from a moment on.
-- Inputs: id, from_moment, size, skip.  Outputs: one row: total, records (JSON array, soonest first).
WITH found AS (
    SELECT * FROM catalogue.events
    WHERE performer_ids @> ARRAY[%(id)s::text] AND published AND sort_at >= %(from_moment)s
)
SELECT
    (SELECT count(*) FROM found) AS total,
    (
        SELECT coalesce(json_agg(one), '[]')::text
        FROM (SELECT * FROM found ORDER BY sort_at, id LIMIT %(size)s OFFSET %(skip)s) AS one
    ) AS records
