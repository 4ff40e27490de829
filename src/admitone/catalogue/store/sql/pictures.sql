-- name: insert_picture
-- Purpose: a picture; one that is stored already is not unused any more.
-- Inputs: id, organization_id, width, height, now.  Outputs: rowcount.
INSERT INTO catalogue.pictures (id, organization_id, width, height, created_at)
VALUES (%(id)s, %(organization_id)s, %(width)s, %(height)s, %(now)s)
ON CONFLICT (id) DO UPDATE SET unused_since = NULL;


-- name: insert_picture_file
-- Purpose: one size of a picture.
-- Inputs: picture_id, name, media_type, body.
-- Invariant: a file is never updated: its address is cached without end.
INSERT INTO catalogue.picture_files (picture_id, name, media_type, body)
VALUES (%(picture_id)s, %(name)s, %(media_type)s, %(body)s)
ON CONFLICT (picture_id, name) DO NOTHING;


-- name: count_pictures
-- Purpose: how many pictures an organization has.
-- Inputs: organization_id.  Outputs: count.
SELECT count(*) AS count
FROM catalogue.pictures
WHERE organization_id = %(organization_id)s;


-- name: read_picture_file
-- Purpose: one size of a picture, to serve it.
-- Inputs: picture_id, name.  Outputs: media_type, body.
SELECT media_type, body
FROM catalogue.picture_files
WHERE picture_id = %(picture_id)s AND name = %(name)s;


-- name: request_sources
-- Purpose: addresses whose pictures are wanted. A failed address is tried again when an event names it again.
-- Inputs: organization_ids, urls (text[], pairs), now.  Outputs: organization_id, url of those to fetch.
INSERT INTO catalogue.picture_sources AS known (organization_id, url, state, updated_at)
SELECT DISTINCT wanted.organization_id, wanted.url, 'pending', %(now)s::timestamptz
FROM unnest(%(organization_ids)s::text[], %(urls)s::text[]) AS wanted (organization_id, url)
ORDER BY 1, 2
ON CONFLICT (organization_id, url) DO UPDATE
SET state = 'pending', fault = NULL, updated_at = excluded.updated_at
WHERE known.state = 'failed'
RETURNING organization_id, url;


-- name: find_unrequested
-- Purpose: addresses of published events that an older release did not request.
-- Inputs: limit.  Outputs: organization_id, url.
SELECT DISTINCT events.organization_id, events.image_url AS url
FROM catalogue.events
WHERE events.image_url LIKE 'http%%' AND events.published AND NOT EXISTS (
    SELECT FROM catalogue.picture_sources AS known
    WHERE known.organization_id = events.organization_id AND known.url = events.image_url
)
LIMIT %(limit)s;


-- name: read_sources
-- Purpose: what became of addresses.
-- Inputs: organization_ids, urls (text[], pairs).  Outputs: organization_id, url, state, picture_id, fault.
SELECT known.organization_id, known.url, known.state, known.picture_id, known.fault
FROM unnest(%(organization_ids)s::text[], %(urls)s::text[]) AS wanted (organization_id, url)
JOIN catalogue.picture_sources AS known USING (organization_id, url);


-- name: finish_source
-- Purpose: the outcome of fetching an address.
-- Inputs: organization_id, url, state, picture_id (or null), fault (or null), now.  Outputs: rowcount.
-- Invariant: an address that is ready stays so: a job that runs twice changes nothing.
UPDATE catalogue.picture_sources
SET state = %(state)s, picture_id = %(picture_id)s, fault = %(fault)s, updated_at = %(now)s
WHERE organization_id = %(organization_id)s AND url = %(url)s AND state <> 'ready';


-- name: find_events_of_image
-- Purpose: the published events that name an address.
-- Inputs: organization_id, url.  Outputs: id.
SELECT id
FROM catalogue.events
WHERE organization_id = %(organization_id)s AND image_url = %(url)s AND published
ORDER BY id;
