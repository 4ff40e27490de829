-- The event in the keys of tables that grow with sales: the rules of engines that divide PostgreSQL among machines.
-- The id stays first: rows are found by it alone. No other table refers to these. The indexes of millions of rows take
-- half a minute, and are built while others write; the keys are then exchanged in milliseconds. (bookings and what
-- refers to it: docs/decisions/0232.)
create unique index concurrently exchanges_key on booking.exchanges (id, event_id);
create unique index concurrently resales_key on booking.resales (id, event_id);
create unique index concurrently waiting_entries_key on booking.waiting_entries (id, event_id);
create unique index concurrently waiting_entries_offer on booking.waiting_entries (booking_id, event_id);

alter table booking.exchanges drop constraint exchanges_pkey, add constraint exchanges_pkey primary key using index exchanges_key;
alter table booking.resales drop constraint resales_pkey, add constraint resales_pkey primary key using index resales_key;
alter table booking.waiting_entries
    drop constraint waiting_entries_pkey,
    drop constraint waiting_entries_booking_id_key,
    add constraint waiting_entries_pkey primary key using index waiting_entries_key,
    add constraint waiting_entries_booking_id_key unique using index waiting_entries_offer;
