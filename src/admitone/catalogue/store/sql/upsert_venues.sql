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
RETURNING id
