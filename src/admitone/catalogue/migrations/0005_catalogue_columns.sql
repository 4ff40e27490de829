-- The columnar form of a seat map, for the pages. NULL: written by a release that does not know the form; the first
-- request for it fills it in.
ALTER TABLE catalogue.seat_maps
    ADD COLUMN geometry_columns_gzip bytea;
