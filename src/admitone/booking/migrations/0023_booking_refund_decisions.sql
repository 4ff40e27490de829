-- Who decided to refund which tickets. The id is also the refund's id in payments, where money goes back; it follows from
-- the request, so the same request again finds its decision, also where nothing was paid. Decisions made before this
-- table have no row; they were read as the organizer's.
create table booking.refund_decisions (
    id         text primary key,
    booking_id text        not null references booking.bookings,
    made_by    text        not null check (made_by in ('buyer', 'organizer')),
    indexes    integer[]   not null,             -- of the tickets; none: money alone
    decided_at timestamptz not null default clock_timestamp()
);
create index refund_decisions_of_booking on booking.refund_decisions (booking_id);
