-- Seats that the organizer exchanged: a sold ticket left one place of its event and took another at the same price.
create table booking.exchanges (
    id           text primary key,                -- derived from the request's key: a repeated request finds its exchange
    booking_id   text        not null references booking.bookings,
    event_id     text        not null,
    from_index   integer     not null,
    to_index     integer     not null,
    from_place   text        not null,            -- in words, as the ticket named it
    to_place     text        not null,
    made_by      text        not null,            -- id of a person or an API key
    made_by_name text        not null,
    exchanged_at timestamptz not null,            -- ticket codes of the new place from before this time are void
    check (from_index <> to_index)
);

create index exchanges_of_booking on booking.exchanges (booking_id, exchanged_at);
create index exchanges_of_event on booking.exchanges (event_id);
