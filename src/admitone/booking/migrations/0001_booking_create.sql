-- What is for sale, who has it, who is buying it. PostgreSQL decides; Redis only keeps others polite.
create schema booking;

-- One row an event that was ever published: the terms it is sold under, as the catalogue last announced them.
create table booking.sales (
    event_id        text primary key,
    organization_id text        not null,
    revision        integer     not null,
    open            boolean     not null,           -- published, and neither cancelled nor postponed
    on_sale_at      timestamptz,
    off_sale_at     timestamptz,
    terms           jsonb       not null,           -- catalogue.contracts.SaleTerms
    layout          text,                           -- what tickets were issued for; null: none yet (they are issued on first use)
    epoch           bigint      not null default 0, -- raised each time Redis is loaded from these tables
    capacity        integer     not null default 0 check (capacity >= 0),
    available       integer     not null default 0 check (available between 0 and capacity),
    sections        jsonb       not null default '{}'::jsonb, -- section id → places available; for lists, seconds old
    counted_at      timestamptz
);

-- One row a sellable place. Seats come first (index as in the seat map), general-admission places after them.
create table booking.tickets (
    event_id   text     not null,
    index      integer  not null check (index >= 0),
    level_id   text     not null,
    area_id    text,                                -- null: a numbered seat
    state      "char"   not null default 'a' check (state in ('a', 'c', 's', 'b')), -- available, claimed, sold, blocked
    booking_id text,
    primary key (event_id, index),
    check ((state in ('c', 's')) = (booking_id is not null))
) with (fillfactor = 70); -- room for in-page (HOT) updates: no index holds a column that changes

create table booking.bookings (
    id              text primary key,
    event_id        text        not null,
    organization_id text        not null,
    status          text        not null check (status in ('in_progress', 'paying', 'confirmed', 'expired',
                                                            'released', 'failed', 'refunded', 'partially_refunded')),
    indexes         integer[]   not null check (cardinality(indexes) > 0),
    tickets         json        not null,           -- booking.store.claims.StoredTicket[]: prices as they were when held
    subtotal        bigint      not null check (subtotal >= 0),
    fees            bigint      not null check (fees >= 0),
    currency        text        not null,
    buyer_key       text,                           -- folded email: limits are counted by it
    buyer_email     text,
    buyer_name      text,
    attempt         integer     not null default 0, -- tries to pay; (id, attempt) is the payment's idempotency key
    idempotency_key bytea unique,                   -- a checkout that is asked for twice finds its first booking
    request_hash    bytea,
    created_at      timestamptz not null default clock_timestamp(),
    expires_at      timestamptz not null,
    paying_since    timestamptz,
    confirmed_at    timestamptz,
    check ((confirmed_at is not null) = (status in ('confirmed', 'refunded', 'partially_refunded'))),
    check ((idempotency_key is null) = (request_hash is null))
) with (fillfactor = 45); -- two updates follow every insert: both fit into its page, no index is touched

-- For limits per buyer.
create index bookings_by_buyer on booking.bookings (event_id, buyer_key) where buyer_key is not null;
-- For the sweeper. Not partial by status: then a change of status would have to touch every index.
create index bookings_by_expiry on booking.bookings (expires_at);

-- How far the sweeper has come, in one row: bookings that expire later than swept_to have not been looked at.
create table booking.sweeps (
    only_row   boolean primary key default true check (only_row),
    swept_from timestamptz not null default '-infinity',
    swept_to   timestamptz not null
);

-- Bookings whose time passed while they were being paid: the provider is asked before anything is freed.
create table booking.overdue (
    booking_id text primary key,
    noted_at   timestamptz not null default clock_timestamp()
);
