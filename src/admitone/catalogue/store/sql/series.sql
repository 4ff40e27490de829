-- name: insert_series
-- Purpose: create a series.
-- Inputs: id, organization_id, name, search_key, now.  Outputs: none.
INSERT INTO catalogue.series (id, organization_id, name, search_key, created_at)
VALUES (%(id)s, %(organization_id)s, %(name)s, %(search_key)s, %(now)s);


-- name: rename_series
-- Purpose: give a series another name; its dates keep theirs.
-- Inputs: organization_id, id, name, search_key.  Outputs: id, none for another organization's.
UPDATE catalogue.series SET name = %(name)s, search_key = %(search_key)s
WHERE organization_id = %(organization_id)s AND id = %(id)s
RETURNING id;


-- name: lock_series
-- Purpose: lock a series, so that its dates are added and removed one after another.
-- Inputs: organization_id, id.  Outputs: record (JSON), none for another organization's.
SELECT to_json(found)::text AS record
FROM catalogue.series AS found
WHERE organization_id = %(organization_id)s AND id = %(id)s
FOR UPDATE;


-- name: read_series
-- Purpose: read a series and what its dates say.
-- Inputs: organization_id, id.  Outputs: record (JSON), none for another organization's.
SELECT to_json(found)::text AS record
FROM (
    SELECT series.*, count(events.id) AS date_count,
        min(events.local_date) AS first_date, max(events.local_date) AS last_date
    FROM catalogue.series AS series LEFT JOIN catalogue.events AS events ON events.series_id = series.id
    WHERE series.organization_id = %(organization_id)s AND series.id = %(id)s
    GROUP BY series.id
) AS found;


-- name: list_series
-- Purpose: a page of an organization's series, the newest first.
-- Inputs: organization_id, patterns (text[], all must be LIKE the search key), size, skip.
-- Outputs: one row: total, records (JSON array).
WITH found AS (
    SELECT * FROM catalogue.series
    WHERE organization_id = %(organization_id)s AND search_key LIKE ALL(%(patterns)s)
)
SELECT
    (SELECT count(*) FROM found) AS total,
    (
        SELECT coalesce(json_agg(one), '[]')::text
        FROM (
            SELECT page.*, count(events.id) AS date_count,
                min(events.local_date) AS first_date, max(events.local_date) AS last_date
            FROM (SELECT * FROM found ORDER BY created_at DESC, id LIMIT %(size)s OFFSET %(skip)s) AS page
            LEFT JOIN catalogue.events AS events ON events.series_id = page.id
            GROUP BY page.id, page.organization_id, page.name, page.search_key, page.created_at
            ORDER BY page.created_at DESC, page.id
        ) AS one
    ) AS records;


-- name: list_series_starts
-- Purpose: when the dates of a series begin, to add no date twice.
-- Inputs: organization_id, id.  Outputs: starts_at (null: to be announced), one row for each date.
SELECT starts_at
FROM catalogue.events
WHERE organization_id = %(organization_id)s AND series_id = %(id)s;


-- name: coming_events_of_series
-- Purpose: list a page of the published dates of a series that are not over.
-- Inputs: id, now, began_after (for events without an end), size, skip.  Outputs: one row: total, records (JSON array, soonest first).
WITH found AS (
    SELECT * FROM catalogue.events
    WHERE series_id = %(id)s AND published AND coalesce(ends_at > %(now)s, sort_at > %(began_after)s)
)
SELECT
    (SELECT count(*) FROM found) AS total,
    (
        SELECT coalesce(json_agg(one), '[]')::text
        FROM (SELECT * FROM found ORDER BY sort_at, id LIMIT %(size)s OFFSET %(skip)s) AS one
    ) AS records;


-- name: read_public_series
-- Purpose: read a series that has a published date.
-- Inputs: id.  Outputs: record (JSON), none where no date is published.
SELECT to_json(found)::text AS record
FROM catalogue.series AS found
WHERE id = %(id)s AND EXISTS (SELECT FROM catalogue.events WHERE series_id = found.id AND published);


-- name: delete_empty_series
-- Purpose: delete a series without dates.
-- Inputs: organization_id, id.  Outputs: rowcount.
DELETE FROM catalogue.series
WHERE organization_id = %(organization_id)s AND id = %(id)s
    AND NOT EXISTS (SELECT FROM catalogue.events WHERE series_id = %(id)s);
