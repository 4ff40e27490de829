-- That staff corrected the name or the address of a booking's buyer, and who did: for the timeline of the booking. No
-- column says what it was or is, so nothing here is erased with the buyer.
create table booking.buyer_corrections (
    id           text        not null,
    event_id     text        not null,
    booking_id   text        not null,
    changed      text        not null check (changed in ('name', 'address')),
    made_by      text        not null,            -- id of a person or an API key
    made_by_name text        not null,
    made_at      timestamptz not null default clock_timestamp(),
    primary key (booking_id, event_id, id, changed) -- a correction may change both
);
