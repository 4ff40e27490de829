-- name: upsert_performers
-- Purpose: write performers, new ones and new revisions of old ones, in one statement.
-- Inputs: rows (JSON array of objects, member by column).  Outputs: id of each row that was written.
-- Invariant: a row is replaced only by the revision that follows it, and never by another organization's.
INSERT INTO catalogue.performers AS old
SELECT * FROM json_populate_recordset(NULL::catalogue.performers, %(rows)s::json)
ON CONFLICT (id) DO UPDATE SET
    external_id = excluded.external_id,
    fingerprint = excluded.fingerprint,
    revision = excluded.revision,
    name = excluded.name,
    aliases = excluded.aliases,
    kind = excluded.kind,
    genres = excluded.genres,
    image_url = excluded.image_url,
    sort_key = excluded.sort_key,
    search_key = excluded.search_key,
    updated_at = excluded.updated_at
WHERE old.organization_id = excluded.organization_id AND old.revision = excluded.revision - 1
RETURNING id;


-- name: lock_performer
-- Purpose: read and lock one performer of an organization until the transaction ends.
-- Inputs: organization_id, id.  Outputs: record (JSON), none for another organization's.
SELECT to_json(found)::text AS record
FROM catalogue.performers AS found
WHERE organization_id = %(organization_id)s AND id = %(id)s
FOR UPDATE;


-- name: read_performer
-- Purpose: read one performer of an organization.
-- Inputs: organization_id, id.  Outputs: record (JSON), none for another organization's.
SELECT to_json(found)::text AS record
FROM catalogue.performers AS found
WHERE organization_id = %(organization_id)s AND id = %(id)s;


-- name: lock_performers_by_external_id
-- Purpose: lock the performers that an import may change.
-- Inputs: organization_id, external_ids (text[]).  Outputs: record (JSON) each, locked.
SELECT to_json(found)::text AS record
FROM catalogue.performers AS found
WHERE organization_id = %(organization_id)s AND external_id = ANY(%(external_ids)s)
ORDER BY id
FOR UPDATE;


-- name: list_performers
-- Purpose: list a page of an organization's performers.
-- Inputs: organization_id, patterns (text[], all must be LIKE the search key), size, skip.
-- Outputs: one row: total, records (JSON array).
WITH found AS (
    SELECT * FROM catalogue.performers
    WHERE organization_id = %(organization_id)s AND search_key LIKE ALL(%(patterns)s)
)
SELECT
    (SELECT count(*) FROM found) AS total,
    (
        SELECT coalesce(json_agg(one), '[]')::text
        FROM (SELECT * FROM found ORDER BY sort_key, id LIMIT %(size)s OFFSET %(skip)s) AS one
    ) AS records;


-- name: browse_performers
-- Purpose: list a page of all performers, those with most events first.
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
    ) AS records;


-- name: read_performers
-- Purpose: read performers of any organization by id: public events refer to them.
-- Inputs: ids (text[]).  Outputs: record (JSON) each, in no order.
SELECT to_json(found)::text AS record
FROM catalogue.performers AS found
WHERE id = ANY(%(ids)s);


-- name: delete_performer
-- Purpose: delete a performer.
-- Inputs: organization_id, id.  Outputs: rowcount.
DELETE FROM catalogue.performers
WHERE organization_id = %(organization_id)s AND id = %(id)s;


-- name: count_events_of_performer
-- Purpose: count the events that refer to this performer.
-- Inputs: organization_id, id.  Outputs: count.
SELECT count(*) AS count
FROM catalogue.events
WHERE organization_id = %(organization_id)s AND performer_ids @> ARRAY[%(id)s::text];


-- name: recount_performers
-- Purpose: recount the published events of some performers.
-- Inputs: organization_id, ids (text[]).  Outputs: none.
UPDATE catalogue.performers AS performer
SET event_count = (
    SELECT count(*) FROM catalogue.events
    WHERE performer_ids @> ARRAY[performer.id] AND published
)
WHERE organization_id = %(organization_id)s AND id = ANY(%(ids)s);


-- name: recount_all_performers
-- Purpose: recount the published events of each performer of an organization, after an import.
-- Inputs: organization_id.  Outputs: none.
WITH counted AS (
    SELECT performer_id, count(*)::integer AS event_count
    FROM catalogue.events, unnest(performer_ids) AS performer_id
    WHERE organization_id = %(organization_id)s AND published
    GROUP BY performer_id
)
UPDATE catalogue.performers AS performer
SET event_count = coalesce(counted.event_count, 0)
FROM catalogue.performers AS every LEFT JOIN counted ON counted.performer_id = every.id
WHERE performer.id = every.id AND every.organization_id = %(organization_id)s
    AND performer.event_count <> coalesce(counted.event_count, 0);
