-- Series: many dates of one show. Each date is an event of its own; the series is what they have in common.
CREATE TABLE catalogue.series (
    id text PRIMARY KEY CHECK (id ~ '^ser_[0-9a-z]+$'),
    organization_id text NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    search_key text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE INDEX series_in_order ON catalogue.series (organization_id, created_at, id);

-- NULL: the event is no date of a series. Releases that do not know the column leave it as it is.
ALTER TABLE catalogue.events
    ADD COLUMN series_id text REFERENCES catalogue.series (id);

CREATE INDEX events_of_series ON catalogue.events (series_id, sort_at) WHERE series_id IS NOT NULL;
