-- The waiting list of a sold-out event, and places that are withheld from the public because people wait.
alter table booking.tickets drop constraint tickets_state_check;
alter table booking.tickets add constraint tickets_state_check check (state in ('a', 'c', 's', 'b', 'k', 'w'));

-- Whether an entry waits. The claim and the statements that free places read it from the row that they read anyway.
alter table booking.sales add column has_waiting boolean not null default false;
create index sales_with_waiting on booking.sales (event_id) where has_waiting;

create table booking.waiting_entries (
    id           text primary key,
    event_id     text        not null,
    number       bigint      not null generated always as identity, -- the order of arrival
    buyer_key    text        not null,           -- normal form of the address
    buyer_email  text        not null,
    buyer_name   text,
    client_key   text,                           -- as in booking.bookings
    block_key    text,
    quantity     integer     not null check (quantity between 1 and 1000),
    level_id     text,                           -- null: any price level
    together     boolean     not null,           -- only seats side by side
    state        text        not null default 'waiting'
                 check (state in ('waiting', 'offered', 'bought', 'missed', 'declined', 'left', 'ended')),
    booking_id   text unique references booking.bookings, -- the offer: one an entry, for ever
    joined_at    timestamptz not null default clock_timestamp(),
    offered_at   timestamptz,
    closed_at    timestamptz,
    check ((booking_id is not null) = (state in ('offered', 'bought', 'missed', 'declined'))),
    check ((closed_at is null) = (state in ('waiting', 'offered')))
);

-- One live entry a person and event.
create unique index waiting_entries_of_buyer on booking.waiting_entries (event_id, buyer_key)
    where state in ('waiting', 'offered');
create index waiting_entries_in_order on booking.waiting_entries (event_id, number) where state = 'waiting';
create index waiting_entries_offered on booking.waiting_entries (offered_at) where state = 'offered';
create index waiting_entries_of_event on booking.waiting_entries (event_id, state);
create index waiting_entries_of_block on booking.waiting_entries (event_id, block_key)
    where state in ('waiting', 'offered') and block_key is not null;
