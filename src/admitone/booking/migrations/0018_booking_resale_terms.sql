-- How an event takes tickets back and offers freed places. No row: the defaults of booking.contracts.ResaleTerms.
create table booking.resale_terms (
    event_id        text primary key references booking.sales,
    returns         text        not null check (returns in ('off', 'at_once')),
    returns_until   timestamptz,                 -- null: until the event starts
    refund_fees     boolean     not null,
    waiting_list    text        not null check (waiting_list in ('off', 'in_order')),
    offer_seconds   integer     not null check (offer_seconds between 60 and 3600),
    updated_at      timestamptz not null default clock_timestamp()
);
