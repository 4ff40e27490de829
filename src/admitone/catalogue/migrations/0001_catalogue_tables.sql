-- What is on: venues, performers, seat maps, events, as their organizers wrote them.
CREATE SCHEMA catalogue;

CREATE TABLE catalogue.venues (
    id text PRIMARY KEY,
    organization_id text NOT NULL,
    external_id text,
    fingerprint text,
    revision integer NOT NULL CHECK (revision > 0),
    name text NOT NULL CHECK (name <> ''),
    aliases text[] NOT NULL,
    kind text,
    address text,
    city text NOT NULL,
    region text,
    country_code text NOT NULL CHECK (country_code ~ '^[A-Z]{2}$'),
    latitude double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision CHECK (longitude BETWEEN -180 AND 180),
    timezone text NOT NULL,
    capacity integer CHECK (capacity >= 0),
    image_url text,
    sort_key text NOT NULL,
    search_key text NOT NULL,
    event_count integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (organization_id, external_id),
    CHECK ((latitude IS NULL) = (longitude IS NULL))
);

CREATE INDEX venues_in_order ON catalogue.venues (organization_id, sort_key, id);

CREATE TABLE catalogue.performers (
    id text PRIMARY KEY,
    organization_id text NOT NULL,
    external_id text,
    fingerprint text,
    revision integer NOT NULL CHECK (revision > 0),
    name text NOT NULL CHECK (name <> ''),
    aliases text[] NOT NULL,
    kind text,
    genres text[] NOT NULL,
    image_url text,
    sort_key text NOT NULL,
    search_key text NOT NULL,
    event_count integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (organization_id, external_id)
);

CREATE INDEX performers_in_order ON catalogue.performers (organization_id, sort_key, id);

-- The geometry never changes after it was made: buyers' browsers keep it for a year, tickets point into it.
CREATE TABLE catalogue.seat_maps (
    id text PRIMARY KEY,
    organization_id text NOT NULL,
    revision integer NOT NULL CHECK (revision > 0),
    name text NOT NULL CHECK (name <> ''),
    seat_count integer NOT NULL CHECK (seat_count > 0),
    sections jsonb NOT NULL,
    categories jsonb NOT NULL,
    plan_gzip bytea NOT NULL,
    geometry_gzip bytea NOT NULL,
    geometry_digest text NOT NULL,
    sort_key text NOT NULL,
    search_key text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE INDEX seat_maps_in_order ON catalogue.seat_maps (organization_id, sort_key, id);

-- price_levels: [{id, name, amount, fee, color, categories[]}], areas: [{id, name, capacity, price_level_id}].
-- They live in the event's row: terms of a sale change together, under one revision.
CREATE TABLE catalogue.events (
    id text PRIMARY KEY,
    organization_id text NOT NULL,
    external_id text,
    fingerprint text,
    revision integer NOT NULL CHECK (revision > 0),
    status text NOT NULL CHECK (status IN ('draft', 'scheduled', 'postponed', 'rescheduled', 'cancelled')),
    published boolean NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    subtitle text,
    description text,
    segment text NOT NULL,
    genre text,
    series text,
    tags text[] NOT NULL,
    works jsonb NOT NULL,
    venue_id text REFERENCES catalogue.venues (id),
    city text,
    region text,
    country_code text,
    timezone text NOT NULL,
    performer_ids text[] NOT NULL,
    starts_at timestamptz,
    local_date text NOT NULL CHECK (local_date ~ '^\d{4}-\d{2}-\d{2}$'),
    local_time text CHECK (local_time ~ '^\d{2}:\d{2}$'),
    sort_at timestamptz NOT NULL,
    doors_at timestamptz,
    ends_at timestamptz,
    age_restriction text,
    image_url text,
    seat_map_id text REFERENCES catalogue.seat_maps (id),
    currency text CHECK (currency ~ '^[A-Z]{3}$'),
    price_levels jsonb NOT NULL,
    areas jsonb NOT NULL,
    capacity integer NOT NULL CHECK (capacity >= 0),
    on_sale_at timestamptz,
    off_sale_at timestamptz,
    ticket_limit integer NOT NULL CHECK (ticket_limit > 0),
    hold_seconds integer NOT NULL CHECK (hold_seconds BETWEEN 5 AND 3600),
    allow_orphans boolean NOT NULL,
    waiting_room jsonb NOT NULL,
    sort_key text NOT NULL,
    search_key text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (organization_id, external_id),
    CHECK (NOT (published AND status = 'draft')),
    CHECK (venue_id IS NOT NULL OR (city IS NOT NULL AND country_code IS NOT NULL)),
    CHECK ((starts_at IS NULL) = (local_time IS NULL)),
    CHECK ((currency IS NULL) = (jsonb_array_length(price_levels) = 0))
);

CREATE INDEX events_in_order ON catalogue.events (organization_id, sort_at, id);
CREATE INDEX events_of_venue ON catalogue.events (venue_id, sort_at) WHERE venue_id IS NOT NULL;
CREATE INDEX events_of_seat_map ON catalogue.events (seat_map_id) WHERE seat_map_id IS NOT NULL;
CREATE INDEX events_of_performer ON catalogue.events USING gin (performer_ids);
