-- Limits that do not rest on the address a buyer types. Columns have no default: no row is rewritten.
alter table booking.bookings
    add column client_key text,  -- keyed hash of the client token that the pages held under; null: an API client
    add column block_key  text,  -- keyed hash of the client's address block; null: not a public address
    add column pass_ref   text;  -- the waiting room's pass that this booking was made with; the sale spends it

-- Partial: bookings without these columns cost nothing. None of the columns changes: later updates stay in their page.
create index bookings_by_client on booking.bookings (event_id, client_key) where client_key is not null;
create index bookings_by_block on booking.bookings (event_id, block_key, expires_at) where block_key is not null;
create index bookings_by_pass on booking.bookings (event_id, pass_ref) where pass_ref is not null;
