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
    areas = excluded.areas,
    capacity = excluded.capacity,
    on_sale_at = excluded.on_sale_at,
    off_sale_at = excluded.off_sale_at,
    ticket_limit = excluded.ticket_limit,
    hold_seconds = excluded.hold_seconds,
    allow_orphans = excluded.allow_orphans,
    waiting_room = excluded.waiting_room,
    sort_key = excluded.sort_key,
    search_key = excluded.search_key,
    updated_at = excluded.updated_at
WHERE old.organization_id = excluded.organization_id AND old.revision = excluded.revision - 1
RETURNING id
