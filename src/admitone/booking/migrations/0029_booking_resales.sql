-- Sold tickets that their buyers offer: each stays its buyer's until another person has bought the place.
alter table booking.resale_terms drop constraint resale_terms_returns_check;
alter table booking.resale_terms add constraint resale_terms_returns_check
    check (returns in ('off', 'at_once', 'when_sold'));

create table booking.resales (
    id         text primary key,
    event_id   text        not null,
    index      integer     not null,
    booking_id text        not null references booking.bookings, -- of the buyer who offers the ticket
    state      text        not null default 'offered' check (state in ('offered', 'sold', 'withdrawn', 'ended')),
    claimed_by text        references booking.bookings,          -- the booking that holds the place, or bought it
    offered_at timestamptz not null default clock_timestamp(),
    closed_at  timestamptz,
    check ((closed_at is null) = (state = 'offered')),
    check (state <> 'sold' or claimed_by is not null)
);

-- A place is offered once at a time.
create unique index resales_offered on booking.resales (event_id, index) where state = 'offered';
create index resales_of_booking on booking.resales (booking_id);
create index resales_claimed on booking.resales (claimed_by) where claimed_by is not null;

-- Whether a booking in progress holds places of other buyers. Null: no. No default: no row is rewritten.
alter table booking.bookings add column is_resale boolean;
