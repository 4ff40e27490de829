-- A pause of sales, apart from their planned end (off_sale_at), which a pause must not overwrite. NULL: not paused.
-- Releases that do not know the column leave it as it is.
ALTER TABLE catalogue.events ADD COLUMN paused_at timestamptz;
