-- name: lock_due_pictures
-- Purpose: lock pictures that nothing has shown for long enough.
-- Inputs: unused_before, limit.  Outputs: id.
-- Invariant: a picture that an event, venue, performer or logo is being written with is skipped (its writer holds a share lock).
SELECT id
FROM catalogue.pictures
WHERE unused_since <= %(unused_before)s
ORDER BY unused_since
LIMIT %(limit)s
FOR UPDATE SKIP LOCKED;


-- name: delete_unused_sources
-- Purpose: forget addresses on other hosts that no event names, so that their pictures can go.
-- Inputs: picture_ids (text[], locked).  Outputs: rowcount.
-- Invariant: an address that an event is being written with is skipped (its writer has locked the row).
WITH locked AS (
    SELECT organization_id, url
    FROM catalogue.picture_sources
    WHERE picture_id = ANY(%(picture_ids)s)
    FOR UPDATE SKIP LOCKED
)
DELETE FROM catalogue.picture_sources AS known
USING locked
WHERE known.organization_id = locked.organization_id AND known.url = locked.url AND NOT EXISTS (
    SELECT FROM catalogue.events
    WHERE events.organization_id = known.organization_id AND events.image_url = known.url
);


-- name: delete_pictures
-- Purpose: delete pictures with their files.
-- Inputs: ids (text[], locked by an earlier statement, so that this one sees what was written before).  Outputs: id.
-- Invariant: nothing of the catalogue shows a deleted picture.
DELETE FROM catalogue.pictures
WHERE id = ANY(%(ids)s)
    AND NOT EXISTS (SELECT FROM catalogue.picture_uses AS uses WHERE uses.picture_id = pictures.id)
    AND NOT EXISTS (SELECT FROM catalogue.picture_sources AS known WHERE known.picture_id = pictures.id)
RETURNING id;


-- name: scan_pictures
-- Purpose: a range of all pictures, with whether the catalogue shows them.
-- Inputs: after_id, limit.  Outputs: id, is_marked, is_used, in id order.
SELECT
    id,
    unused_since IS NOT NULL AS is_marked,
    EXISTS (SELECT FROM catalogue.picture_uses AS uses WHERE uses.picture_id = pictures.id) AS is_used
FROM catalogue.pictures
WHERE id > %(after_id)s
ORDER BY id
LIMIT %(limit)s;


-- name: mark_pictures
-- Purpose: note since when nothing shows these pictures, or (null) that they are shown.
-- Inputs: ids (text[]), unused_since.  Outputs: rowcount.
-- A picture that something is being written with is skipped: a later round looks again.
UPDATE catalogue.pictures SET unused_since = %(unused_since)s
WHERE id IN (SELECT id FROM catalogue.pictures WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE SKIP LOCKED);
