-- Why seats are held back (house, press, artist). A row for a seat that was held back with a reason; it counts while the
-- seat is held back, and is replaced or deleted when the seat is held back again or released.
create table booking.hold_back_reasons (
    event_id text    not null,
    index    integer not null,
    reason   text    not null check (reason <> ''),
    primary key (event_id, index)
);
