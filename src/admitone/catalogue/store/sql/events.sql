-- name: upsert_events
-- Purpose: write events, new ones and new revisions of old ones, in one statement.
-- Inputs: rows (JSON array of objects, member by column).  Outputs: id of each row that was written.
-- Invariant: a row is replaced only by the revision that follows it, and never by another organization's.
INSERT INTO catalogue.events AS old
SELECT * FROM json_populate_recordset(NULL::catalogue.events, %(rows)s::json)
ON CONFLICT (id) DO UPDATE SET
    external_id = excluded.external_id,
    fingerprint = excluded.fingerprint,
    revision = excluded.revision,
    status = excluded.status,
    published = excluded.published,
    name = excluded.name,
    subtitle = excluded.subtitle,
    description = excluded.description,
    segment = excluded.segment,
    genre = excluded.genre,
    series = excluded.series,
    tags = excluded.tags,
    works = excluded.works,
    venue_id = excluded.venue_id,
    city = excluded.city,
    region = excluded.region,
    country_code = excluded.country_code,
    timezone = excluded.timezone,
    performer_ids = excluded.performer_ids,
    starts_at = excluded.starts_at,
    local_date = excluded.local_date,
    local_time = excluded.local_time,
    sort_at = excluded.sort_at,
    doors_at = excluded.doors_at,
    ends_at = excluded.ends_at,
    age_restriction = excluded.age_restriction,
    image_url = excluded.image_url,
    seat_map_id = excluded.seat_map_id,
    currency = excluded.currency,
    price_levels = excluded.price_levels,
    booking_fee = excluded.booking_fee,
    areas = excluded.areas,
    capacity = excluded.capacity,
    on_sale_at = excluded.on_sale_at,
    off_sale_at = excluded.off_sale_at,
    ticket_limit = excluded.ticket_limit,
    hold_seconds = excluded.hold_seconds,
    allow_orphans = excluded.allow_orphans,
    waiting_room = excluded.waiting_room,
    open_seats = excluded.open_seats,
    previous_start = excluded.previous_start,
    series_id = excluded.series_id,
    image_alt = excluded.image_alt,
    paused_at = excluded.paused_at,
    sort_key = excluded.sort_key,
    search_key = excluded.search_key,
    updated_at = excluded.updated_at
WHERE old.organization_id = excluded.organization_id AND old.revision = excluded.revision - 1
RETURNING id;


-- name: lock_event
-- Purpose: read and lock one event of an organization until the transaction ends.
-- Inputs: organization_id, id.  Outputs: record (JSON), none for another organization's.
SELECT to_json(found)::text AS record
FROM catalogue.events AS found
WHERE organization_id = %(organization_id)s AND id = %(id)s
FOR UPDATE;


-- name: read_event
-- Purpose: read one event of an organization.
-- Inputs: organization_id, id.  Outputs: record (JSON), none for another organization's.
SELECT to_json(found)::text AS record
FROM catalogue.events AS found
WHERE organization_id = %(organization_id)s AND id = %(id)s;


-- name: read_any_event
-- Purpose: read one event of any organization, published or not, for its sale terms.
-- Inputs: id.  Outputs: record (JSON).
SELECT to_json(found)::text AS record
FROM catalogue.events AS found
WHERE id = %(id)s;


-- name: read_event_names
-- Purpose: the names of these events of an organization, published or not.
-- Inputs: organization_id, ids (text[]).  Outputs: id, name, in no order; no row of another organization's event.
SELECT id, name FROM catalogue.events WHERE organization_id = %(organization_id)s AND id = ANY(%(ids)s);


-- name: read_published_events
-- Purpose: read those of these events that are public.
-- Inputs: ids (text[]).  Outputs: record (JSON) each, in no order.
SELECT to_json(found)::text AS record
FROM catalogue.events AS found
WHERE id = ANY(%(ids)s) AND published;


-- name: scan_published_events
-- Purpose: read a range of all published events in id order, to build an index.
-- Inputs: after_id, limit.  Outputs: record (JSON) each, in id order.
SELECT to_json(found)::text AS record
FROM catalogue.events AS found
WHERE id > %(after_id)s AND published
ORDER BY id
LIMIT %(limit)s;


-- name: lock_events_by_external_id
-- Purpose: lock the events that an import may change.
-- Inputs: organization_id, external_ids (text[]).  Outputs: record (JSON) each, locked.
SELECT to_json(found)::text AS record
FROM catalogue.events AS found
WHERE organization_id = %(organization_id)s AND external_id = ANY(%(external_ids)s)
ORDER BY id
FOR UPDATE;


-- name: list_events
-- Purpose: a page of an organization's events.
-- Inputs: organization_id, patterns (text[], all must be LIKE the search key), listing (upcoming, on_sale, paused, drafts, past, cancelled; null: all),
--         seat_map_id, venue_id, series_id, first_day, last_day (null: any), now, began_after (for events without an end), size, skip.
-- Outputs: one row: total, records (JSON array; the earliest first, past events the latest first).
WITH found AS (
    SELECT events.*
    FROM catalogue.events
    CROSS JOIN LATERAL (
        SELECT
            status IN ('scheduled', 'rescheduled') AS is_dated,
            coalesce(ends_at > %(now)s, sort_at > %(began_after)s) AS is_coming,
            paused_at IS NOT NULL OR coalesce(off_sale_at <= %(now)s, false) AS is_closed
    ) AS known
    WHERE organization_id = %(organization_id)s AND search_key LIKE ALL(%(patterns)s)
        AND (%(seat_map_id)s::text IS NULL OR seat_map_id = %(seat_map_id)s)
        AND (%(venue_id)s::text IS NULL OR venue_id = %(venue_id)s)
        AND (%(series_id)s::text IS NULL OR series_id = %(series_id)s)
        AND (%(first_day)s::text IS NULL OR local_date >= %(first_day)s)
        AND (%(last_day)s::text IS NULL OR local_date <= %(last_day)s)
        AND CASE %(listing)s::text
            WHEN 'drafts' THEN status = 'draft'
            WHEN 'cancelled' THEN status = 'cancelled'
            -- A postponed event without a new date is not over.
            WHEN 'upcoming' THEN status = 'postponed' OR (is_dated AND is_coming)
            WHEN 'on_sale' THEN is_dated AND is_coming AND NOT is_closed AND currency IS NOT NULL
                AND coalesce(on_sale_at <= %(now)s, true)
            WHEN 'paused' THEN is_dated AND is_coming AND is_closed
            WHEN 'past' THEN is_dated AND NOT is_coming
            ELSE true
        END
)
SELECT
    (SELECT count(*) FROM found) AS total,
    (
        SELECT coalesce(json_agg(one), '[]')::text
        FROM (
            SELECT * FROM found
            ORDER BY CASE WHEN %(listing)s::text = 'past' THEN sort_at END DESC NULLS LAST, sort_at, id
            LIMIT %(size)s OFFSET %(skip)s
        ) AS one
    ) AS records;


-- name: coming_events_of_venue
-- Purpose: list a page of a venue's published events that are not over.
-- Inputs: id, now, began_after (for events without an end), size, skip.  Outputs: one row: total, records (JSON array, soonest first).
WITH found AS (
    SELECT * FROM catalogue.events
    WHERE venue_id = %(id)s AND published AND coalesce(ends_at > %(now)s, sort_at > %(began_after)s)
)
SELECT
    (SELECT count(*) FROM found) AS total,
    (
        SELECT coalesce(json_agg(one), '[]')::text
        FROM (SELECT * FROM found ORDER BY sort_at, id LIMIT %(size)s OFFSET %(skip)s) AS one
    ) AS records;


-- name: coming_events_of_performer
-- Purpose: list a page of a performer's published events that are not over.
-- Inputs: id, now, began_after (for events without an end), size, skip.  Outputs: one row: total, records (JSON array, soonest first).
WITH found AS (
    SELECT * FROM catalogue.events
    WHERE performer_ids @> ARRAY[%(id)s::text] AND published AND coalesce(ends_at > %(now)s, sort_at > %(began_after)s)
)
SELECT
    (SELECT count(*) FROM found) AS total,
    (
        SELECT coalesce(json_agg(one), '[]')::text
        FROM (SELECT * FROM found ORDER BY sort_at, id LIMIT %(size)s OFFSET %(skip)s) AS one
    ) AS records;


-- name: lock_events_of_venue
-- Purpose: lock all events of a venue, which change with the venue.
-- Inputs: organization_id, id.  Outputs: record (JSON) each, locked in id order.
SELECT to_json(found)::text AS record
FROM catalogue.events AS found
WHERE organization_id = %(organization_id)s AND venue_id = %(id)s
ORDER BY id
FOR UPDATE;


-- name: lock_events_of_performer
-- Purpose: lock all events of a performer, which change with the performer.
-- Inputs: organization_id, id.  Outputs: record (JSON) each, locked in id order.
SELECT to_json(found)::text AS record
FROM catalogue.events AS found
WHERE organization_id = %(organization_id)s AND performer_ids @> ARRAY[%(id)s::text]
ORDER BY id
FOR UPDATE;


-- name: delete_event
-- Purpose: delete an event.
-- Inputs: organization_id, id.  Outputs: rowcount.
DELETE FROM catalogue.events
WHERE organization_id = %(organization_id)s AND id = %(id)s;


-- name: lock_imports
-- Purpose: serialize the imports of one organization, so that none creates an id twice.
-- Inputs: organization_id.  Outputs: none; the lock ends with the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('catalogue.imports/' || %(organization_id)s, 0));


-- name: analyze
-- Purpose: refresh the planner's statistics; after a large import it would plan for empty tables.
-- Inputs: none.  Outputs: none.
ANALYZE catalogue.venues, catalogue.performers, catalogue.events;
