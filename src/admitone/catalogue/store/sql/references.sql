-- name: find_venues_by_external_id
-- Purpose: read the venues that imported lines refer to by the sender's id.
-- Inputs: organization_id, ids (text[]).  Outputs: reference, id, timezone.
SELECT external_id AS reference, id, timezone
FROM catalogue.venues
WHERE organization_id = %(organization_id)s AND external_id = ANY(%(ids)s);


-- name: find_venues
-- Purpose: read the venues that drafts refer to by id.
-- Inputs: organization_id, ids (text[]).  Outputs: reference, id, timezone.
-- Invariant: another organization's venue is unknown. The share lock keeps it until the event is written.
SELECT id AS reference, id, timezone
FROM catalogue.venues
WHERE organization_id = %(organization_id)s AND id = ANY(%(ids)s)
ORDER BY id
FOR SHARE;


-- name: find_performers_by_external_id
-- Purpose: read the performers that imported lines refer to by the sender's id.
-- Inputs: organization_id, ids (text[]).  Outputs: reference, id.
SELECT external_id AS reference, id
FROM catalogue.performers
WHERE organization_id = %(organization_id)s AND external_id = ANY(%(ids)s);


-- name: find_performers
-- Purpose: read the performers that drafts refer to by id.
-- Inputs: organization_id, ids (text[]).  Outputs: reference, id.
-- Invariant: another organization's performer is unknown. The share lock keeps it until the event is written.
SELECT id AS reference, id
FROM catalogue.performers
WHERE organization_id = %(organization_id)s AND id = ANY(%(ids)s)
ORDER BY id
FOR SHARE;


-- name: find_seat_maps
-- Purpose: read the seat maps that drafts refer to.
-- Inputs: organization_id, ids (text[]).  Outputs: id, categories (JSON), sections (JSON).
SELECT id, categories::text AS categories, sections::text AS sections
FROM catalogue.seat_maps
WHERE organization_id = %(organization_id)s AND id = ANY(%(ids)s);


-- name: find_pictures
-- Purpose: the pictures that drafts refer to by their address.
-- Inputs: organization_id, ids (text[]).  Outputs: reference, id.
-- Invariant: another organization's picture is unknown. The share lock keeps it until what shows it is written.
SELECT id AS reference, id
FROM catalogue.pictures
WHERE organization_id = %(organization_id)s AND id = ANY(%(ids)s)
ORDER BY id
FOR SHARE;
