-- What happened to a ticket happened under a booking: when its place is refunded and sold again, it begins anew. Null:
-- from before this was written down; it counts for whoever has the place.
ALTER TABLE tickets.tickets ADD COLUMN booking_id text;
ALTER TABLE tickets.scans ADD COLUMN booking_id text;
