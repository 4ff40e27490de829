-- Pictures that organizers upload, or name by address: re-encoded, and served by the installation itself.

CREATE TABLE catalogue.pictures (
    id text PRIMARY KEY CHECK (id ~ '^pic_[0-9a-z]+$'),
    organization_id text NOT NULL,
    width integer NOT NULL CHECK (width > 0),
    height integer NOT NULL CHECK (height > 0),
    created_at timestamptz NOT NULL
);

CREATE INDEX pictures_of_organization ON catalogue.pictures (organization_id);

-- `name` is the last part of the address: `800.webp`.
CREATE TABLE catalogue.picture_files (
    picture_id text NOT NULL REFERENCES catalogue.pictures (id) ON DELETE CASCADE,
    name text NOT NULL,
    media_type text NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (picture_id, name)
);

-- WebP and JPEG are compressed: PostgreSQL stores them as they are.
ALTER TABLE catalogue.picture_files ALTER COLUMN body SET STORAGE EXTERNAL;

-- Addresses on other hosts that events name: each is fetched once.
CREATE TABLE catalogue.picture_sources (
    organization_id text NOT NULL,
    url text NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'ready', 'failed')),
    picture_id text REFERENCES catalogue.pictures (id),
    fault text,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, url),
    CHECK ((state = 'ready') = (picture_id IS NOT NULL)),
    CHECK (state <> 'failed' OR fault IS NOT NULL)
);

CREATE INDEX events_of_image ON catalogue.events (organization_id, image_url) WHERE image_url IS NOT NULL;

-- When a moved event was to begin before: a moment (RFC 3339, UTC), or a day where the hour was not known. NULL: it never
-- moved, or a release that does not know the column moved it.
ALTER TABLE catalogue.events ADD COLUMN previous_start text;
