-- Wheelchair places and companion seats that the organizer sells to everybody: [[first index, last index], …].
-- NULL is none, so that a release that does not know the column yet can still write events.
ALTER TABLE catalogue.events
    ADD COLUMN open_seats jsonb;
