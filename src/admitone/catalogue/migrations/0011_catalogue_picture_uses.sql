-- What the picture of an event shows, in words, for people who do not see it. NULL: none was written.
ALTER TABLE catalogue.events ADD COLUMN image_alt text;

-- Since when nothing shows a picture, as the worker found. NULL: something does, or the worker has not looked since.
ALTER TABLE catalogue.pictures ADD COLUMN unused_since timestamptz;

CREATE INDEX pictures_unused ON catalogue.pictures (unused_since) WHERE unused_since IS NOT NULL;
CREATE INDEX picture_sources_of_picture ON catalogue.picture_sources (picture_id) WHERE picture_id IS NOT NULL;

-- The third part of an own address, `/pictures/{id}/800.webp`, is the picture's id.
CREATE INDEX events_of_picture ON catalogue.events (split_part(image_url, '/', 3)) WHERE image_url LIKE '/pictures/%';
CREATE INDEX venues_of_picture ON catalogue.venues (split_part(image_url, '/', 3)) WHERE image_url LIKE '/pictures/%';
CREATE INDEX performers_of_picture ON catalogue.performers (split_part(image_url, '/', 3))
WHERE image_url LIKE '/pictures/%';

-- One row for each record of the catalogue that shows a picture: by its own address, or by that of another host.
CREATE VIEW catalogue.picture_uses AS
SELECT split_part(image_url, '/', 3) AS picture_id FROM catalogue.events WHERE image_url LIKE '/pictures/%'
UNION ALL
SELECT split_part(image_url, '/', 3) AS picture_id FROM catalogue.venues WHERE image_url LIKE '/pictures/%'
UNION ALL
SELECT split_part(image_url, '/', 3) AS picture_id FROM catalogue.performers WHERE image_url LIKE '/pictures/%'
UNION ALL
SELECT sources.picture_id
FROM catalogue.picture_sources AS sources
JOIN catalogue.events ON events.organization_id = sources.organization_id AND events.image_url = sources.url
WHERE sources.picture_id IS NOT NULL;
