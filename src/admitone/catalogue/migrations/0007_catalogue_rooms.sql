-- The description of the room that a seat map was generated from. NULL: its seating plan was sent as it is.
ALTER TABLE catalogue.seat_maps
    ADD COLUMN room jsonb;
