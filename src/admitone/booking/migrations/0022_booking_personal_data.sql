-- Personal data: bookings are found by an address that an organizer corrected (buyer_key stays that of the address that
-- bought), entries of waiting lists by their address, and events whose buyers were erased by age are not read again.
alter table booking.bookings add column is_corrected boolean; -- no default: no row is rewritten
-- The normal form of most addresses is the address in lower case: what differs may have been corrected.
update booking.bookings set is_corrected = true where buyer_key is not null and buyer_key <> lower(buyer_email);
-- A sale changes buyer_email only together with buyer_key, which is indexed anyway.
create index bookings_corrected on booking.bookings (lower(buyer_email)) where is_corrected;
create index waiting_entries_by_buyer on booking.waiting_entries (buyer_key);

-- When the names and addresses of an event's buyers were erased by age; null: never.
alter table booking.sales add column buyers_erased_at timestamptz;
