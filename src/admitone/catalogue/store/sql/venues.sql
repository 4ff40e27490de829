-- name: upsert_venues
-- Purpose: write venues, new ones and new revisions of old ones, in one statement.
-- Inputs: rows (JSON array of objects, member by column).  Outputs: id of each row that was written.
-- Invariant: a row is replaced only by the revision that follows it, and never by another organization's.
INSERT INTO catalogue.venues AS old
SELECT * FROM json_populate_recordset(NULL::catalogue.venues, %(rows)s::json)
ON CONFLICT (id) DO UPDATE SET
    external_id = excluded.external_id,
    fingerprint = excluded.fingerprint,
    revision = excluded.revision,
    name = excluded.name,
    aliases = excluded.aliases,
    kind = excluded.kind,
    address = excluded.address,
    city = excluded.city,
    region = excluded.region,
    country_code = excluded.country_code,
    latitude = excluded.latitude,
    longitude = excluded.longitude,
    timezone = excluded.timezone,
    capacity = excluded.capacity,
    image_url = excluded.image_url,
    sort_key = excluded.sort_key,
    search_key = excluded.search_key,
    updated_at = excluded.updated_at
WHERE old.organization_id = excluded.organization_id AND old.revision = excluded.revision - 1
RETURNING id;


-- name: lock_venue
-- Purpose: read and lock one venue of an organization until the transaction ends.
-- Inputs: organization_id, id.  Outputs: record (JSON), none for another organization's.
SELECT to_json(found)::text AS record
FROM catalogue.venues AS found
WHERE organization_id = %(organization_id)s AND id = %(id)s
FOR UPDATE;


-- name: read_venue
-- Purpose: read one venue of an organization.
-- Inputs: organization_id, id.  Outputs: record (JSON), none for another organization's.
SELECT to_json(found)::text AS record
FROM catalogue.venues AS found
WHERE organization_id = %(organization_id)s AND id = %(id)s;


-- name: lock_venues_by_external_id
-- Purpose: lock the venues that an import may change.
-- Inputs: organization_id, external_ids (text[]).  Outputs: record (JSON) each, locked.
SELECT to_json(found)::text AS record
FROM catalogue.venues AS found
WHERE organization_id = %(organization_id)s AND external_id = ANY(%(external_ids)s)
ORDER BY id
FOR UPDATE;


-- name: list_venues
-- Purpose: list a page of an organization's venues.
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
    ) AS records;


-- name: browse_venues
-- Purpose: list a page of all venues, those with most events first.
-- Inputs: patterns (text[], all must be LIKE the search key), prefix (LIKE pattern of a good match), size, skip.
-- Outputs: one row: total, records (JSON array).
WITH found AS (
    SELECT * FROM catalogue.venues WHERE search_key LIKE ALL(%(patterns)s)
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


-- name: read_venues
-- Purpose: read venues of any organization by id: public events refer to them.
-- Inputs: ids (text[]).  Outputs: record (JSON) each, in no order.
SELECT to_json(found)::text AS record
FROM catalogue.venues AS found
WHERE id = ANY(%(ids)s);


-- name: delete_venue
-- Purpose: delete a venue.
-- Inputs: organization_id, id.  Outputs: rowcount.
DELETE FROM catalogue.venues
WHERE organization_id = %(organization_id)s AND id = %(id)s;


-- name: count_events_of_venue
-- Purpose: count the events that refer to this venue.
-- Inputs: organization_id, id.  Outputs: count.
SELECT count(*) AS count
FROM catalogue.events
WHERE organization_id = %(organization_id)s AND venue_id = %(id)s;


-- name: recount_venues
-- Purpose: recount the published events of some venues.
-- Inputs: organization_id, ids (text[]).  Outputs: none.
UPDATE catalogue.venues AS venue
SET event_count = (SELECT count(*) FROM catalogue.events WHERE venue_id = venue.id AND published)
WHERE organization_id = %(organization_id)s AND id = ANY(%(ids)s);


-- name: recount_all_venues
-- Purpose: recount the published events of each venue of an organization, after an import.
-- Inputs: organization_id.  Outputs: none.
WITH counted AS (
    SELECT venue_id, count(*)::integer AS event_count
    FROM catalogue.events
    WHERE organization_id = %(organization_id)s AND published
    GROUP BY venue_id
)
UPDATE catalogue.venues AS venue
SET event_count = coalesce(counted.event_count, 0)
FROM catalogue.venues AS every LEFT JOIN counted ON counted.venue_id = every.id
WHERE venue.id = every.id AND every.organization_id = %(organization_id)s
    AND venue.event_count <> coalesce(counted.event_count, 0);
