-- For whom, by whom and since when seats are held back; `hold_back_reasons` says why. A row for a seat that was held back
-- by a request; it counts while the seat is held back, is replaced when the seat is held back again, and is deleted when
-- the seat is released. Seats that a refund left held back, and those held back before this table, have none.
create table booking.hold_backs (
    event_id     text        not null,
    index        integer     not null,
    held_for     text        check (held_for <> ''),
    held_by      text        not null,         -- id of a person or an API key
    held_by_name text        not null,
    held_at      timestamptz not null,
    primary key (event_id, index)
);
